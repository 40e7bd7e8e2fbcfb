import { expect, test } from 'vitest';
import { ACCEPTED, type ByteTable, PENDING, RecordBatch } from '../../../engine/log/record-batch.ts';
import type { ConsumerPort, ProducerPort, Receiver, Target } from '../../../runners/targets/target.ts';
import { openConsumer, openProducer, setUpTarget } from '../../../runners/targets/targets.ts';
import { LoopPause } from '../../../runners/threads/loop-pause.ts';
import { RunControl } from '../../../runners/threads/run-control.ts';
import type { ConsumerSpec, Scenario, TargetSpec } from '../../../workloads/scenario.ts';

const FAN_OUT = { name: 'reader', kind: 'fan-out' } as const;

/**
 * What every target must do, whatever it is. Each target's own test calls this once a variant.
 * @param spec may be a function, for what is known only once the tests run, such as the port of a server.
 */
export function conforms(
  variant: string,
  spec: TargetSpec | (() => TargetSpec),
  consumer: ConsumerSpec = FAN_OUT,
): void {
  const withTarget = async (use: (bench: Bench) => void | Promise<void>) => {
    const targetSpec = typeof spec === 'function' ? spec() : spec;
    const target = await setUpTarget({ ...SCENARIO, target: targetSpec, consumers: [consumer] });
    const bench = new Bench(target, consumer);
    try {
      await bench.open();
      await use(bench);
    } finally {
      await bench.close();
      await target.tearDown();
    }
  };

  test(`${variant}: a call is answered exactly once, under its slot, with every row decided`, () =>
    withTarget(async (bench) => {
      const batches = [3, 1, 7].map((count) => bench.batch(count));
      for (const [slot, batch] of batches.entries()) bench.producer.put(slot, batch, bench.nowNs);
      expect((await bench.answers(3)).sort()).toEqual([0, 1, 2]);
      expect(bench.producer.poll(bench.nowNs + 3600e9)).toBe(-1);
      for (const batch of batches) expect(statuses(batch)).toEqual(new Array(batch.count).fill(ACCEPTED));
    }));

  test(`${variant}: with no call open there is nothing to wait for`, () =>
    withTarget(async (bench) => {
      expect(bench.producer.nextAtNs).toBe(Number.POSITIVE_INFINITY);
      expect(bench.producer.poll(bench.nowNs)).toBe(-1);
      bench.producer.put(0, bench.batch(1), bench.nowNs);
      await bench.answers(1);
      expect(bench.producer.nextAtNs).toBe(Number.POSITIVE_INFINITY);
    }));

  test(`${variant}: a slot can be used again and again`, () =>
    withTarget(async (bench) => {
      for (let round = 0; round < 50; round++) {
        const batch = bench.batch(2);
        bench.producer.put(0, batch, bench.nowNs);
        expect(await bench.answers(1)).toEqual([0]);
        expect(statuses(batch)).toEqual([ACCEPTED, ACCEPTED]);
      }
    }));

  test(`${variant}: every row gets a shard, and one key always the same`, () =>
    withTarget(async (bench) => {
      const shards = new Map<number, Set<number>>();
      for (let round = 0; round < 20; round++) {
        const batch = bench.batch(20);
        bench.producer.put(0, batch, bench.nowNs);
        await bench.answers(1);
        for (let row = 0; row < batch.count; row++) {
          const of = batch.shard[row]!;
          expect(of).toBeGreaterThanOrEqual(0);
          expect(of).toBeLessThan(bench.target.traits.shardCapacity);
          shards.set(batch.keyIndex[row]!, (shards.get(batch.keyIndex[row]!) ?? new Set()).add(of));
        }
      }
      for (const of of shards.values()) expect(of.size).toBe(1);
      expect(new Set([...shards.values()].flatMap((of) => [...of])).size).toBeLessThanOrEqual(
        bench.target.traits.shardCount,
      );
    }));

  test(`${variant}: a consumer of its own receives every record once, stamped, in the order of its key`, (context) =>
    withTarget(async (bench) => {
      if (bench.consumer === undefined) {
        return context.skip(
          'this target hands records back on the producer’s thread, which the producer’s tests cover',
        );
      }
      const sent = 200;
      for (let round = 0; round < sent / 10; round++) {
        bench.producer.put(0, bench.batch(10), bench.nowNs);
        await bench.answers(1);
      }
      const received = await bench.receive(sent);
      expect(received).toHaveLength(sent);
      const numbers = new Map<number, number>();
      for (const { source, keyIndex, keyCounter, intendedAtNs, bytes } of received) {
        expect(source).toBe(SOURCE);
        expect(keyCounter).toBe(numbers.get(keyIndex) ?? 0);
        numbers.set(keyIndex, keyCounter + 1);
        expect(intendedAtNs).toBe(intendedOf(keyIndex, keyCounter));
        expect(bytes).toBe(KEY_BYTES + bench.payloadBytes);
      }
      expect(bench.consumer.trimmedRecords).toBe(0);
    }));

  test(`${variant}: a consumer with nothing to read sleeps no longer than it was told`, (context) =>
    withTarget((bench) => {
      if (bench.consumer === undefined) return context.skip('this target has no consumer of its own');
      expect(bench.consumer.poll(bench.nowNs, bench.receiver)).toBe(0);
      if (bench.target.traits.waits === 'event-loop')
        return context.skip('this target’s consumers wait on the event loop');
      bench.consumer.sleep(bench.nowNs, 1e6, new RunControl());
    }));
}

const SOURCE = 5;
const KEY_COUNT = 16;
const KEY_BYTES = 5;
const PAYLOAD_BYTES = 33;
const BATCH_CAPACITY = 20;
const IN_FLIGHT = 3;
/** Longer than any answer of a server on this machine takes. */
const PATIENCE_MS = 30_000;

const SCENARIO: Scenario = {
  name: 'conformance',
  seed: 1,
  target: { kind: 'noop', shards: 1, delay: { kind: 'none' }, stalls: [] },
  workloads: [],
  consumers: [],
  thresholds: [],
  drainNs: 1e9,
};

const intendedOf = (keyIndex: number, keyCounter: number) => keyIndex * 1e6 + keyCounter;
const statuses = (batch: RecordBatch) => Array.from(batch.status.subarray(0, batch.count));

/** A producer and a consumer of one target, under a clock that the test turns. Answers by the event loop come in real time. */
class Bench {
  readonly target: Target;
  readonly producer: ProducerPort;
  readonly consumer: ConsumerPort | undefined;
  readonly receiver: Receiver;
  readonly payloadBytes: number;
  readonly #keys = table(KEY_COUNT, KEY_BYTES);
  readonly #payloads: ByteTable;
  readonly #numbers = new Int32Array(KEY_COUNT);
  readonly #received: Received[] = [];
  readonly #pause = new LoopPause();
  #records = 0;
  nowNs = 1e6;

  constructor(target: Target, consumer: ConsumerSpec) {
    this.target = target;
    this.payloadBytes = Math.max(PAYLOAD_BYTES, target.traits.envelopeBytes);
    this.#payloads = table(1, this.payloadBytes);
    const wake = () => this.#pause.wake();
    const context = {
      keys: this.#keys,
      batchCapacity: BATCH_CAPACITY,
      inFlight: IN_FLIGHT,
      seed: 1,
      source: SOURCE,
      wake,
    };
    this.producer = openProducer(target.handle, context);
    const isOwn = target.traits.consumers === 'own';
    this.consumer = isOwn ? openConsumer(target.handle, { consumer, now: () => this.nowNs, wake }) : undefined;
    this.receiver = {
      begin: () => {},
      receive: (source, keyIndex, keyCounter, intendedAtNs, bytes) =>
        this.#received.push({ source, keyIndex, keyCounter, intendedAtNs, bytes }),
      end: () => {},
    };
  }

  async open(): Promise<void> {
    await this.producer.open?.();
    await this.consumer?.open?.();
  }

  batch(count: number): RecordBatch {
    const batch = new RecordBatch(BATCH_CAPACITY, this.#keys, this.#payloads, SOURCE);
    for (let row = 0; row < count; row++) {
      const keyIndex = (this.#records * 7) % KEY_COUNT;
      this.#records += 1;
      batch.keyIndex[row] = keyIndex;
      batch.keyCounter[row] = this.#numbers[keyIndex]!;
      batch.intendedAtNs[row] = intendedOf(keyIndex, this.#numbers[keyIndex]!);
      this.#numbers[keyIndex]! += 1;
      batch.status[row] = PENDING;
    }
    batch.count = count;
    return batch;
  }

  /** Goes on until so many calls are answered. */
  async answers(count: number): Promise<number[]> {
    const slots: number[] = [];
    await this.#until(() => {
      const slot = this.producer.poll(this.nowNs);
      if (slot >= 0) slots.push(slot);
      else this.nowNs = Math.max(this.nowNs + 1e5, Math.min(this.producer.nextAtNs, this.nowNs + 1e9));
      return { isDone: slots.length === count, isIdle: slot < 0 };
    });
    return slots;
  }

  async receive(count: number): Promise<readonly Received[]> {
    await this.#until(() => {
      const got = this.consumer!.poll(this.nowNs, this.receiver);
      if (got === 0) this.nowNs += 1e6;
      return { isDone: this.#received.length >= count, isIdle: got === 0 };
    });
    return this.#received;
  }

  async close(): Promise<void> {
    await this.producer.close();
    await this.consumer?.close();
  }

  /** Targets that block the thread have all they need in the turning of the clock; others need the event loop. */
  async #until(step: () => { readonly isDone: boolean; readonly isIdle: boolean }): Promise<void> {
    const isOnLoop = this.target.traits.waits === 'event-loop';
    const deadlineMs = performance.now() + PATIENCE_MS;
    for (let turns = 0; isOnLoop ? performance.now() < deadlineMs : turns < 10_000; turns++) {
      const { isDone, isIdle } = step();
      if (isDone) return;
      if (isOnLoop && isIdle) await this.#pause.for(50e6);
    }
  }
}

interface Received {
  readonly source: number;
  readonly keyIndex: number;
  readonly keyCounter: number;
  readonly intendedAtNs: number;
  readonly bytes: number;
}

/** Strings of one length, each different from the next. */
function table(count: number, length: number): ByteTable {
  const strideBytes = (length + 7) & ~7;
  const memory = new SharedArrayBuffer(count * strideBytes);
  const bytes = new Uint8Array(memory);
  for (let i = 0; i < count; i++) bytes.fill(97 + (i % 26), i * strideBytes, i * strideBytes + length);
  return {
    longs: new BigInt64Array(memory),
    bytes,
    offsets: Int32Array.from({ length: count }, (_, i) => i * strideBytes),
    lengths: new Int32Array(count).fill(length),
  };
}
