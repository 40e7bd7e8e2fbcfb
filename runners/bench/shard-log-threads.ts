import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { createShardLog } from '../../engine/log/shard-log-memory.ts';
import { workerUrl } from '../../engine/worker-url.ts';
import { RECORDS, ROUND, type RoundEnd, type ThroughputData } from './shard-log-worker.ts';

export interface ThroughputOptions {
  readonly producers: number;
  readonly payloadBytes: number;
  readonly batchRecords: number;
}

export interface Round {
  readonly records: number;
  readonly recordsPerSecond: number;
  readonly defects: number;
}

const RING_BYTES = 128 * 1024 * 1024;
const TERM_BYTES = 16 * 1024 * 1024;
const PAGE_BYTES = 4096;

/** Producer threads and one consumer thread on one shard log of 128 MiB that loses nothing; asleep between rounds. */
export class ShardLogThreads {
  readonly #options: ThroughputOptions;
  readonly #control: Int32Array;
  readonly #workers: readonly Worker[];

  private constructor(options: ThroughputOptions) {
    this.#options = options;
    const log = createShardLog({ termLengthBytes: TERM_BYTES, termCount: RING_BYTES / TERM_BYTES, whenFull: 'refuse' });
    const bytes = new Uint8Array(log.buffer);
    // Touched, so that no page fault falls into the time; reading would only map the page of zeros.
    for (let page = 0; page < bytes.length; page += PAGE_BYTES) bytes[page] = bytes[page]!;
    const control = new SharedArrayBuffer(8);
    this.#control = new Int32Array(control);
    const { producers: sources, payloadBytes, batchRecords } = options;
    const spawn = (role: ThroughputData['role'], source: number): Worker => {
      const workerData: ThroughputData = { role, log, payloadBytes, batchRecords, sources, source, control };
      return new Worker(workerUrl('./shard-log-worker', import.meta.url), { workerData });
    };
    const producers = Array.from({ length: sources }, (_, source) => spawn('produce', source));
    this.#workers = [...producers, spawn('consume', 0)];
  }

  static async start(options: ThroughputOptions): Promise<ShardLogThreads> {
    const threads = new ShardLogThreads(options);
    await Promise.all(threads.#workers.map((worker) => once(worker, 'message')));
    return threads;
  }

  /** Sends about so many records through; the time is from the first thread's start to the last one's end. */
  async round(records: number): Promise<Round> {
    const { producers, batchRecords } = this.#options;
    this.#control[RECORDS] = Math.ceil(records / producers / batchRecords);
    const ends = this.#workers.map((worker) => once(worker, 'message') as Promise<[RoundEnd]>);
    Atomics.add(this.#control, ROUND, 1);
    Atomics.notify(this.#control, ROUND);
    const results = (await Promise.all(ends)).map(([end]) => end);
    const startMs = Math.min(...results.map(({ startedAtMs }) => startedAtMs));
    const endMs = Math.max(...results.map(({ endedAtMs }) => endedAtMs));
    const sent = this.#control[RECORDS]! * batchRecords * producers;
    return {
      records: sent,
      recordsPerSecond: sent / ((endMs - startMs) / 1000),
      defects: results.reduce((sum, { defects }) => sum + defects, 0),
    };
  }

  async close(): Promise<void> {
    const ends = this.#workers.map((worker) => once(worker, 'exit'));
    Atomics.store(this.#control, ROUND, -1);
    Atomics.notify(this.#control, ROUND);
    await Promise.all(ends);
  }
}
