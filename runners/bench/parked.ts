import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { createStream } from '../../engine/threads/stream.ts';
import { workerUrl } from '../../engine/worker-url.ts';
import { type Benchmark, holds, rowOf } from './benchmark.ts';
import type { ParkedData, ParkedEnd } from './parked-worker.ts';

const REPEATS = 5;
const RECORDS_PER_SECOND = 10_000;
const SECONDS = 2;

/** From the time a record was due to the time a reader has it that slept when the record came. */
export const putToGetParked: Benchmark = {
  name: 'put-to-get-parked',
  title: '10,000 records/s to a reader that sleeps between them',
  run: async () => {
    const ends: ParkedEnd[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat++) ends.push(await measureOnce());
    const defects = ends.reduce((sum, end) => sum + end.defects, 0);
    holds(defects === 0, `${defects} records were lost, repeated or reordered`);
    const row = (suffix: string, unit: string, value: (end: ParkedEnd) => number) =>
      rowOf(`put-to-get-parked${suffix}`, unit, ends.map(value));
    return [
      row('', 'us at p50', ({ p50Us }) => p50Us),
      row('-p99', 'us at p99', ({ p99Us }) => p99Us),
      row('-idle-cpu', 'ms/s', ({ idleCpuMs }) => idleCpuMs),
    ];
  },
};

async function measureOnce(): Promise<ParkedEnd> {
  const stream = createStream({ shardCount: 1, memoryBytes: 16 * 1024 * 1024 });
  const common = {
    stream,
    records: RECORDS_PER_SECOND * SECONDS,
    recordsPerSecond: RECORDS_PER_SECOND,
    epochNs: process.hrtime.bigint(),
  };
  const spawn = (role: ParkedData['role']) =>
    new Worker(workerUrl('./parked-worker', import.meta.url), {
      workerData: { ...common, role } satisfies ParkedData,
    });
  const consumer = spawn('consume');
  await once(consumer, 'message');
  const end = once(consumer, 'message') as Promise<[ParkedEnd]>;
  spawn('produce');
  return (await end)[0];
}
