import { describe, expect, test } from 'vitest';
import { RecordBatch, tableWithMemory } from '../../../../engine/log/record-batch.ts';
import { byteTable, textTable } from '../../../../engine/log/text-table.ts';
import { StreamWriter } from '../../../../engine/threads/stream-writer.ts';
import type { EngineHandle } from '../../../../runners/targets/engine/engine-target.ts';
import { RECEIPT } from '../../../../runners/targets/receipt.ts';
import type { ConsumerPort, Receiver } from '../../../../runners/targets/target.ts';
import { loadDriver, setUpTarget } from '../../../../runners/targets/targets.ts';
import type { LatencySpec, LimitsSpec } from '../../../../workloads/limits-and-latency.ts';
import type { ConsumerSpec } from '../../../../workloads/scenario.ts';
import type { EngineTargetSpec } from '../../../../workloads/targets/engine.ts';

const engineDriver = await loadDriver({ kind: 'engine' });

const MIB = 2 ** 20;
const SECOND_NS = 1e9;
const POLLING: ConsumerSpec = { name: 'p', kind: 'polling', intervalNs: 200e6 };
const PUSHED: ConsumerSpec = { name: 'f', kind: 'fan-out' };

/** An engine of one shard with as many records of 64 KiB in it as wanted, under a clock that the test turns. */
class Bench {
  nowNs = 0;
  readonly #handle: EngineHandle;
  #bytes = 0;
  readonly #receiver: Receiver = {
    begin: () => {},
    receive: (_source, _keyIndex, _keyCounter, _intendedAtNs, bytes) => {
      this.#bytes += bytes;
      return RECEIPT.inOrder;
    },
    end: () => {},
  };

  private constructor(handle: EngineHandle) {
    this.#handle = handle;
  }

  static async open(limits: LimitsSpec, records: number, latency: LatencySpec = 'none'): Promise<Bench> {
    const target: EngineTargetSpec = {
      kind: 'engine',
      shards: 1,
      limits,
      latency,
      memoryBytes: 128 * MIB,
      maxRecordBytes: MIB,
      whenFull: 'refuse',
    };
    const scenario = { name: 't', seed: 1, target, workloads: [], consumers: [], thresholds: [], drainNs: 1e9 };
    const bench = new Bench((await setUpTarget(scenario)).handle as EngineHandle);
    bench.#fill(records);
    return bench;
  }

  consumer(consumer: ConsumerSpec): ConsumerPort {
    return engineDriver.openConsumer!(this.#handle, { consumer, now: () => this.nowNs });
  }

  /** Bytes that one poll gives. */
  read(consumer: ConsumerPort): number {
    this.#bytes = 0;
    consumer.poll(this.nowNs, this.#receiver);
    return this.#bytes;
  }

  /** Past the write limits, which are not what is looked at. */
  #fill(records: number): void {
    const keys = textTable(['k']);
    const payloads = tableWithMemory(byteTable([new Uint8Array(64 * 1024 - 1)]));
    const writer = new StreamWriter({ ...this.#handle.stream, limits: undefined }, keys, 1);
    for (let i = 0; i < records; i++) {
      const batch = new RecordBatch(1, keys, payloads, 0);
      batch.count = 1;
      expect(writer.append(batch, 0)).toBe(0);
    }
  }
}

describe('polls of an engine with the limits of AWS', () => {
  test('polls succeed five times a second, for any callers', async () => {
    const bench = await Bench.open('aws', 1);
    const consumers = [bench.consumer(POLLING), bench.consumer({ ...POLLING, name: 'q' })];
    let completed = 0;
    for (; bench.nowNs < SECOND_NS; bench.nowNs += 100e6) for (const consumer of consumers) bench.read(consumer);
    for (const { counts } of consumers) {
      const { calls = 10, 'errors.ProvisionedThroughputExceededException': refused = 0 } = counts!;
      expect(calls).toBe(10);
      completed += calls - refused;
    }
    expect(completed).toBe(5);
  });

  test('polls count also while the delay of the service holds all records back', async () => {
    const bench = await Bench.open('aws', 1, 'polling');
    const consumer = bench.consumer(POLLING);
    for (let i = 0; i < 10; i++, bench.nowNs += 5e6) expect(bench.read(consumer)).toBe(0);
    expect(consumer.counts).toEqual({ calls: 10, 'errors.ProvisionedThroughputExceededException': 5 });
  });

  test('polls are never throttled at intervals of 200 ms', async () => {
    const bench = await Bench.open('aws', 1);
    const consumer = bench.consumer(POLLING);
    for (let i = 0; i < 100; i++, bench.nowNs += 200e6) bench.read(consumer);
    expect(consumer.counts).toEqual({});
  });

  test('polls return 10 MiB at once and then no record for five seconds', async () => {
    const bench = await Bench.open('aws', 400);
    const consumer = bench.consumer(POLLING);
    expect(bench.read(consumer)).toBe(10 * MIB);
    for (bench.nowNs = 200e6; bench.nowNs < 4.9 * SECOND_NS; bench.nowNs += 200e6) expect(bench.read(consumer)).toBe(0);
    bench.nowNs = 5.01 * SECOND_NS;
    expect(bench.read(consumer)).toBe(10 * MIB);
    expect(consumer.counts!['errors.ProvisionedThroughputExceededException']).toBe(24);
  });
});

describe('a push of an engine with the limits of AWS', () => {
  test('each consumer gets pushes of at most 2 MiB a second', async () => {
    const bench = await Bench.open('aws', 400);
    const consumers = [bench.consumer(PUSHED), bench.consumer({ ...PUSHED, name: 'g' })];
    const bytes = [0, 0];
    for (; bench.nowNs < 5 * SECOND_NS; bench.nowNs += 10e6) {
      for (const [i, consumer] of consumers.entries()) bytes[i]! += bench.read(consumer);
    }
    for (const total of bytes) {
      expect(total).toBeGreaterThan(9.7 * MIB);
      expect(total).toBeLessThan(10.5 * MIB);
    }
  });
});

describe('limits of one’s own', () => {
  const own = { bytesPerSecond: 10 * MIB, recordsPerSecond: 1e6, burstSeconds: 1 };

  test("limits of one's own without read limits do not limit reads", async () => {
    const bench = await Bench.open(own, 200);
    const consumer = bench.consumer(POLLING);
    expect(bench.read(consumer) + bench.read(consumer)).toBe(200 * 64 * 1024);
    expect(consumer.counts).toEqual({});
  });

  test("limits of one's own limit calls and bytes of reads", async () => {
    const bench = await Bench.open({ ...own, readCallsPerSecond: 2, readBytesPerSecond: 40 * MIB }, 400);
    const consumer = bench.consumer(POLLING);
    const got = Array.from({ length: 4 }, () => bench.read(consumer) / MIB);
    expect(got).toEqual([10, 10, 0, 0]);
  });
});
