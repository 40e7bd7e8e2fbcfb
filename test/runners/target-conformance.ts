import { expect, test } from 'vitest';
import { ACCEPTED, type ByteTable, PENDING, RecordBatch } from '../../engine/record-batch.ts';
import { RunControl } from '../../runners/run-control.ts';
import type { ConsumerPort, ProducerPort, Receiver, Target } from '../../runners/target.ts';
import { openConsumer, openProducer, setUpTarget } from '../../runners/targets.ts';
import type { Scenario, TargetSpec } from '../../workloads/scenario.ts';

/** What every target must do, whatever it is. Each target's own test calls this once a variant. */
export function conforms(variant: string, spec: TargetSpec): void {
  const withTarget = async (use: (bench: Bench) => void | Promise<void>) => {
    const target = await setUpTarget({ ...SCENARIO, target: spec });
    const bench = new Bench(target);
    try {
      await use(bench);
    } finally {
      bench.close();
      await target.tearDown();
    }
  };

  test(`${variant}: a call is answered exactly once, under its slot, with every row decided`, () =>
    withTarget((bench) => {
      const batches = [3, 1, 7].map((count) => bench.batch(count));
      for (const [slot, batch] of batches.entries()) bench.producer.put(slot, batch, bench.nowNs);
      expect(bench.answers(3).sort()).toEqual([0, 1, 2]);
      expect(bench.producer.poll(bench.nowNs + 3600e9)).toBe(-1);
      for (const batch of batches) expect(statuses(batch)).toEqual(new Array(batch.count).fill(ACCEPTED));
    }));

  test(`${variant}: with no call open there is nothing to wait for`, () =>
    withTarget((bench) => {
      expect(bench.producer.nextAtNs).toBe(Number.POSITIVE_INFINITY);
      expect(bench.producer.poll(bench.nowNs)).toBe(-1);
      bench.producer.put(0, bench.batch(1), bench.nowNs);
      bench.answers(1);
      expect(bench.producer.nextAtNs).toBe(Number.POSITIVE_INFINITY);
    }));

  test(`${variant}: a slot can be used again and again`, () =>
    withTarget((bench) => {
      for (let round = 0; round < 50; round++) {
        const batch = bench.batch(2);
        bench.producer.put(0, batch, bench.nowNs);
        expect(bench.answers(1)).toEqual([0]);
        expect(statuses(batch)).toEqual([ACCEPTED, ACCEPTED]);
      }
    }));

  test(`${variant}: every row gets a shard, and one key always the same`, () =>
    withTarget((bench) => {
      const shards = new Map<number, Set<number>>();
      for (let round = 0; round < 20; round++) {
        const batch = bench.batch(20);
        bench.producer.put(0, batch, bench.nowNs);
        bench.answers(1);
        for (let row = 0; row < batch.count; row++) {
          const of = batch.shard[row]!;
          expect(of).toBeGreaterThanOrEqual(0);
          expect(of).toBeLessThan(bench.target.traits.shardCount);
          shards.set(batch.keyIndex[row]!, (shards.get(batch.keyIndex[row]!) ?? new Set()).add(of));
        }
      }
      for (const of of shards.values()) expect(of.size).toBe(1);
    }));

  test(`${variant}: a consumer of its own receives every record once, stamped, in the order of its key`, (context) =>
    withTarget((bench) => {
      if (bench.consumer === undefined) {
        return context.skip(
          'this target hands records back on the producer’s thread, which the producer’s tests cover',
        );
      }
      const sent = 200;
      for (let round = 0; round < sent / 10; round++) {
        bench.producer.put(0, bench.batch(10), bench.nowNs);
        bench.answers(1);
      }
      const received = bench.receive(sent);
      expect(received).toHaveLength(sent);
      const numbers = new Map<number, number>();
      for (const { source, keyIndex, keyCounter, intendedAtNs, bytes } of received) {
        expect(source).toBe(SOURCE);
        expect(keyCounter).toBe(numbers.get(keyIndex) ?? 0);
        numbers.set(keyIndex, keyCounter + 1);
        expect(intendedAtNs).toBe(intendedOf(keyIndex, keyCounter));
        expect(bytes).toBe(KEY_BYTES + PAYLOAD_BYTES);
      }
      expect(bench.consumer.trimmedRecords).toBe(0);
    }));

  test(`${variant}: a consumer with nothing to read sleeps no longer than it was told`, (context) =>
    withTarget((bench) => {
      if (bench.consumer === undefined) return context.skip('this target has no consumer of its own');
      expect(bench.consumer.poll(bench.nowNs, bench.receiver)).toBe(0);
      bench.consumer.sleep(bench.nowNs, 1e6, new RunControl());
    }));
}

const CONSUMER = { name: 'reader', kind: 'fan-out' } as const;
const SOURCE = 5;
const KEY_COUNT = 16;
const KEY_BYTES = 5;
const PAYLOAD_BYTES = 33;
const BATCH_CAPACITY = 20;
const IN_FLIGHT = 3;

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

/** A producer and a consumer of one target, under a clock that the test turns. */
class Bench {
  readonly target: Target;
  readonly producer: ProducerPort;
  readonly consumer: ConsumerPort | undefined;
  readonly receiver: Receiver;
  readonly #keys = table(KEY_COUNT, KEY_BYTES);
  readonly #payloads = table(1, PAYLOAD_BYTES);
  readonly #numbers = new Int32Array(KEY_COUNT);
  readonly #received: Received[] = [];
  #records = 0;
  nowNs = 1e6;

  constructor(target: Target) {
    this.target = target;
    const context = { keys: this.#keys, batchCapacity: BATCH_CAPACITY, inFlight: IN_FLIGHT, seed: 1, source: SOURCE };
    this.producer = openProducer(target.handle, context);
    this.consumer =
      target.traits.consumers === 'own'
        ? openConsumer(target.handle, { consumer: CONSUMER, now: () => this.nowNs })
        : undefined;
    this.receiver = {
      begin: () => {},
      receive: (source, keyIndex, keyCounter, intendedAtNs, bytes) =>
        this.#received.push({ source, keyIndex, keyCounter, intendedAtNs, bytes }),
      end: () => {},
    };
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

  /** Turns the clock until so many calls are answered. */
  answers(count: number): number[] {
    const slots: number[] = [];
    for (let turns = 0; slots.length < count && turns < 10_000; turns++) {
      const slot = this.producer.poll(this.nowNs);
      if (slot >= 0) slots.push(slot);
      else this.nowNs = Math.max(this.nowNs + 1e5, Math.min(this.producer.nextAtNs, this.nowNs + 1e9));
    }
    return slots;
  }

  receive(count: number): readonly Received[] {
    for (let turns = 0; this.#received.length < count && turns < 10_000; turns++) {
      if (this.consumer!.poll(this.nowNs, this.receiver) === 0) this.nowNs += 1e6;
    }
    return this.#received;
  }

  close(): void {
    this.producer.close();
    this.consumer?.close();
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
