import assert from 'node:assert/strict';
import { ACCEPTED } from '../../../engine/log/record-batch.ts';
import type { ConsumerSpec, TargetSpec } from '../../../workloads/scenario.ts';
import { RunControl } from '../../threads/run-control.ts';
import type { TargetDriver } from '../target.ts';
import { intendedOf, KEY_BYTES, SCENARIO, SOURCE, statuses, TargetBench } from './target-bench.ts';

/** The functions of a test runner. Those of node:test and of Vitest fit. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  test(name: string, body: (context: TestContext) => unknown): unknown;
}

interface TestContext {
  skip(reason?: string): unknown;
}

export interface TargetUnderTest {
  readonly driver: TargetDriver;
  readonly spec: TargetSpec;
}

export interface ConformanceOptions {
  /** A consumer that the target supports; fan-out by default. */
  readonly consumer?: ConsumerSpec;
}

const NAP_NS = 20e6;
/** A busy machine may delay a sleeper for long; a sleeper that nothing wakes would never return. */
const NAP_MS_MAX = 5000;
const NO_OWN_CONSUMER = "this target hands records back on the producer's thread, which the tests of producers cover";

/**
 * Declares the tests that every target must pass: one `describe` block with a new target for each test.
 * @param open returns the target; called once for each test, so each test may have a stream of its own.
 */
export function describeTarget(
  { describe, test }: TestRunner,
  name: string,
  open: () => TargetUnderTest | Promise<TargetUnderTest>,
  { consumer = { name: 'reader', kind: 'fan-out' } }: ConformanceOptions = {},
): void {
  const onTarget = async (use: (bench: TargetBench) => unknown) => {
    const { driver, spec } = await open();
    const target = await driver.setUp(spec, { scenario: { ...SCENARIO, target: spec, consumers: [consumer] } });
    try {
      const bench = new TargetBench(target, driver, consumer);
      try {
        await bench.open();
        await use(bench);
      } finally {
        await bench.close();
      }
    } finally {
      await target.tearDown();
    }
  };

  describe(name, () => {
    test('returns the slot of each call exactly once, with every row decided', () =>
      onTarget(async (bench) => {
        const batches = [3, 1, 7].map((count) => bench.batch(count));
        for (const [slot, batch] of batches.entries()) bench.producer.put(slot, batch, bench.nowNs);
        assert.deepEqual((await bench.responses(3)).sort(), [0, 1, 2]);
        assert.equal(bench.producer.poll(bench.nowNs + 3600e9), -1);
        for (const batch of batches) assert.deepEqual(statuses(batch), new Array(batch.count).fill(ACCEPTED));
      }));

    test('has nothing to wait for while no call is open', () =>
      onTarget(async (bench) => {
        assert.equal(bench.producer.nextAtNs, Number.POSITIVE_INFINITY);
        assert.equal(bench.producer.poll(bench.nowNs), -1);
        bench.producer.put(0, bench.batch(1), bench.nowNs);
        await bench.responses(1);
        assert.equal(bench.producer.nextAtNs, Number.POSITIVE_INFINITY);
      }));

    test('accepts a new call on a slot that it returned', () =>
      onTarget(async (bench) => {
        for (let round = 0; round < 50; round++) {
          const batch = bench.batch(2);
          bench.producer.put(0, batch, bench.nowNs);
          assert.deepEqual(await bench.responses(1), [0]);
          assert.deepEqual(statuses(batch), [ACCEPTED, ACCEPTED]);
        }
      }));

    test('gives every row a shard, and every record of one key the same shard', () =>
      onTarget(async (bench) => {
        const { shardCapacity, shardCount } = bench.target.traits;
        const shards = new Map<number, Set<number>>();
        for (let round = 0; round < 20; round++) {
          const batch = bench.batch(20);
          bench.producer.put(0, batch, bench.nowNs);
          await bench.responses(1);
          for (let row = 0; row < batch.count; row++) {
            const shardIndex = batch.shard[row]!;
            assert.ok(shardIndex >= 0 && shardIndex < shardCapacity, `shard ${shardIndex} of ${shardCapacity}`);
            const keyIndex = batch.keyIndex[row]!;
            shards.set(keyIndex, (shards.get(keyIndex) ?? new Set()).add(shardIndex));
          }
        }
        for (const [keyIndex, found] of shards)
          assert.equal(found.size, 1, `key ${keyIndex} is on shards ${[...found]}`);
        assert.ok(new Set([...shards.values()].flatMap((found) => [...found])).size <= shardCount);
      }));

    test('delivers every record once to a consumer, with its stamps and in the order of its key', (context) =>
      onTarget(async (bench) => {
        if (bench.consumer === undefined) return context.skip(NO_OWN_CONSUMER);
        const sent = 200;
        for (let round = 0; round < sent / 10; round++) {
          bench.producer.put(0, bench.batch(10), bench.nowNs);
          await bench.responses(1);
        }
        const received = await bench.receive(sent);
        assert.equal(received.length, sent);
        const nextOfKey = new Map<number, number>();
        for (const { source, keyIndex, keyCounter, intendedAtNs, bytes } of received) {
          assert.equal(source, SOURCE);
          assert.equal(keyCounter, nextOfKey.get(keyIndex) ?? 0);
          nextOfKey.set(keyIndex, keyCounter + 1);
          assert.equal(intendedAtNs, intendedOf(keyIndex, keyCounter));
          assert.equal(bytes, KEY_BYTES + bench.payloadBytes);
        }
        assert.equal(bench.consumer.trimmedRecords, 0);
      }));

    test('lets a consumer with nothing to read sleep no longer than it asks', (context) =>
      onTarget(async (bench) => {
        if (bench.consumer === undefined) return context.skip(NO_OWN_CONSUMER);
        assert.equal(bench.consumer.poll(bench.nowNs, bench.receiver), 0);
        const fromMs = performance.now();
        bench.consumer.sleep(bench.nowNs, NAP_NS, new RunControl());
        const sleptMs = performance.now() - fromMs;
        assert.ok(sleptMs < NAP_MS_MAX, `requested ${NAP_NS / 1e6} ms, slept ${Math.round(sleptMs)} ms`);
      }));
  });
}
