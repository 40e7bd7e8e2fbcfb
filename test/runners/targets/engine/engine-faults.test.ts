import { describe, expect, test } from 'vitest';
import { ACCEPTED, ERRORED, PENDING, RecordBatch, THROTTLED } from '../../../../engine/log/record-batch.ts';
import { textTable } from '../../../../engine/log/text-table.ts';
import { RECEIPT } from '../../../../runners/targets/receipt.ts';
import type { ConsumerPort, ProducerPort, Receiver, Target } from '../../../../runners/targets/target.ts';
import { loadDriver, setUpTarget } from '../../../../runners/targets/targets.ts';
import type { ConsumerSpec, FaultSpec, Scenario } from '../../../../workloads/scenario.ts';

const engineDriver = await loadDriver({ kind: 'engine' });

const SECOND_NS = 1e9;
const IN_FLIGHT = 8;
const keys = textTable(Array.from({ length: 64 }, (_, i) => `key-${i}`));
const payloads = textTable(['payload']);

/** A producer and a consumer of an engine with faults, under a clock that the test turns. */
class Bench {
  readonly target: Target;
  readonly producer: ProducerPort;
  readonly consumer: ConsumerPort;
  nowNs = 0;
  received = 0;
  readonly #receiver: Receiver = {
    begin: () => {},
    receive: () => {
      this.received += 1;
      return RECEIPT.inOrder;
    },
    end: () => {},
  };

  private constructor(target: Target, consumer: ConsumerSpec) {
    this.target = target;
    const context = { keys, batchCapacity: 64, inFlight: IN_FLIGHT, seed: 1, source: 0 };
    this.producer = engineDriver.openProducer(target.handle, context);
    this.consumer = engineDriver.openConsumer!(target.handle, { consumer, now: () => this.nowNs });
  }

  static async open(faults: readonly FaultSpec[], kind: 'polling' | 'fan-out' = 'fan-out', shards = 4): Promise<Bench> {
    const scenario: Scenario = {
      name: 't',
      seed: 7,
      target: {
        kind: 'engine',
        shards,
        limits: 'none',
        latency: 'none',
        memoryBytes: 64 * 2 ** 20,
        maxRecordBytes: 2 ** 16,
        whenFull: 'trim',
      },
      workloads: [],
      consumers: [],
      thresholds: [],
      drainNs: 1e9,
      faults,
    };
    const target = await setUpTarget(scenario);
    const consumer: ConsumerSpec = kind === 'fan-out' ? { name: 'c', kind } : { name: 'c', kind, intervalNs: 200e6 };
    return new Bench(target, consumer);
  }

  put(slot: number, records: number): RecordBatch {
    const batch = new RecordBatch(64, keys, payloads, 0);
    batch.count = records;
    for (let row = 0; row < records; row++) {
      batch.keyIndex[row] = row;
      batch.status[row] = PENDING;
    }
    this.producer.put(slot, batch, this.nowNs);
    return batch;
  }

  /** A call that must complete now. */
  completed(records: number): RecordBatch {
    const batch = this.put(0, records);
    expect(this.producer.nextAtNs).toBeLessThanOrEqual(this.nowNs);
    expect(this.producer.poll(this.nowNs)).toBe(0);
    expect(this.producer.poll(this.nowNs)).toBe(-1);
    expect(this.producer.nextAtNs).toBe(Number.POSITIVE_INFINITY);
    return batch;
  }

  read(): number {
    const before = this.received;
    this.consumer.poll(this.nowNs, this.#receiver);
    return this.received - before;
  }

  async injected(): Promise<readonly (number | null)[]> {
    return this.target.faultInjection!.endFaults();
  }
}

const statuses = (batch: RecordBatch) => [...new Set(batch.status.subarray(0, batch.count))];
const countOf = (batch: RecordBatch, status: number) =>
  batch.status.subarray(0, batch.count).filter((own) => own === status).length;

describe('a put on an engine with faults', () => {
  test('a put fails with an error only in the window of the fault, and writes no record', async () => {
    const fault: FaultSpec = {
      kind: 'error',
      fromNs: SECOND_NS,
      untilNs: 2 * SECOND_NS,
      code: 'InternalFailure',
      rateRatio: 1,
    };
    const bench = await Bench.open([fault]);
    expect(statuses(bench.completed(10))).toEqual([ACCEPTED]);
    bench.nowNs = SECOND_NS;
    expect(statuses(bench.completed(10))).toEqual([ERRORED]);
    bench.nowNs = 2 * SECOND_NS;
    expect(statuses(bench.completed(10))).toEqual([ACCEPTED]);
    expect(bench.read()).toBe(20);
    expect(await bench.injected()).toEqual([1]);
  });

  test('a put whose response is lost is reported as failed although it was written', async () => {
    const bench = await Bench.open([{ kind: 'lose-response', fromNs: 0, operation: 'PutRecords', rateRatio: 1 }]);
    expect(statuses(bench.completed(10))).toEqual([ERRORED]);
    expect(bench.read()).toBe(10);
    expect(await bench.injected()).toEqual([1]);
    expect(statuses(bench.completed(10))).toEqual([ACCEPTED]);
  });

  test('a put waits for its latency, and a put without a latency overtakes it', async () => {
    const bench = await Bench.open([{ kind: 'latency', fromNs: 0, untilNs: 1000, delayNs: 200e6, rateRatio: 1 }]);
    const slow = bench.put(3, 5);
    bench.nowNs = 2000;
    const fast = bench.put(1, 5);
    expect(bench.producer.poll(bench.nowNs)).toBe(1);
    expect(bench.producer.poll(bench.nowNs)).toBe(-1);
    expect(bench.producer.nextAtNs).toBe(200e6);
    expect([statuses(slow), statuses(fast)]).toEqual([[PENDING], [ACCEPTED]]);
    expect(bench.read()).toBe(5);
    bench.nowNs = 200e6;
    expect(bench.producer.poll(bench.nowNs)).toBe(3);
    expect(statuses(slow)).toEqual([ACCEPTED]);
    expect(bench.read()).toBe(5);
  });

  test('a put waits in a stall and completes when the stall ends', async () => {
    const bench = await Bench.open([{ kind: 'stall', fromNs: 0, untilNs: SECOND_NS, operation: 'PutRecords' }]);
    for (let slot = 0; slot < 3; slot++) bench.put(slot, 4);
    bench.nowNs = SECOND_NS - 1;
    expect(bench.producer.poll(bench.nowNs)).toBe(-1);
    expect(bench.producer.nextAtNs).toBe(SECOND_NS);
    bench.nowNs = SECOND_NS;
    expect([0, 1, 2].map(() => bench.producer.poll(bench.nowNs)).sort()).toEqual([0, 1, 2]);
    expect(bench.read()).toBe(12);
    expect(await bench.injected()).toEqual([3]);
  });

  test('a put is throttled record by record, or only on one shard', async () => {
    const bench = await Bench.open([{ kind: 'throttle', fromNs: 0, shard: 2, rateRatio: 1 }]);
    const batch = bench.completed(64);
    for (let row = 0; row < 64; row++) expect(batch.status[row]).toBe(batch.shard[row] === 2 ? THROTTLED : ACCEPTED);
    expect(countOf(batch, THROTTLED)).toBeGreaterThan(5);
    expect(await bench.injected()).toEqual([countOf(batch, THROTTLED)]);
    expect(bench.read()).toBe(countOf(batch, ACCEPTED));
  });

  test('a put fails record by record with another error, at the share of the fault', async () => {
    const bench = await Bench.open([{ kind: 'throttle', fromNs: 0, code: 'InternalFailure', rateRatio: 0.25 }]);
    let failed = 0;
    for (let call = 0; call < 50; call++) failed += countOf(bench.completed(64), ERRORED);
    expect(failed / (50 * 64)).toBeCloseTo(0.25, 1);
    expect(await bench.injected()).toEqual([failed]);
  });
});

describe('a read on an engine with faults', () => {
  test.each(['fan-out', 'polling'] as const)(
    'a reader by %s gets no record of a stalled shard, and all records when the stall ends',
    async (kind) => {
      const operation = kind === 'polling' ? 'GetRecords' : 'SubscribeToShard';
      const bench = await Bench.open([{ kind: 'stall', fromNs: 0, untilNs: SECOND_NS, operation, shard: 1 }], kind);
      const batch = bench.completed(64);
      const stalled = [...batch.shard.subarray(0, 64)].filter((shard) => shard === 1).length;
      expect(stalled).toBeGreaterThan(5);
      expect(bench.read()).toBe(64 - stalled);
      bench.nowNs = SECOND_NS - 1;
      expect(bench.read()).toBe(0);
      bench.nowNs = SECOND_NS;
      expect(bench.read()).toBe(stalled);
      expect(await bench.injected()).toEqual([1]);
    },
  );

  test('polls fail with errors and get the records the next time', async () => {
    const bench = await Bench.open(
      [{ kind: 'error', fromNs: 0, untilNs: 1000, code: 'E', operation: 'GetRecords', rateRatio: 1 }],
      'polling',
    );
    bench.completed(20);
    expect(bench.read()).toBe(0);
    bench.nowNs = 1000;
    expect(bench.read()).toBe(20);
  });

  test('a push is not affected by faults of polls', async () => {
    const bench = await Bench.open([{ kind: 'error', fromNs: 0, code: 'E', operation: 'GetRecords', rateRatio: 1 }]);
    bench.completed(20);
    expect(bench.read()).toBe(20);
  });

  test('a stall over the end of the load ends with the load', async () => {
    const bench = await Bench.open([
      { kind: 'stall', fromNs: 0, untilNs: 3600 * SECOND_NS, operation: 'SubscribeToShard' },
    ]);
    bench.completed(20);
    expect(bench.read()).toBe(0);
    expect(await bench.injected()).toEqual([4]);
    expect(bench.read()).toBe(20);
  });
});
