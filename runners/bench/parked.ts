import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { createStream } from '../../engine/threads/stream.ts';
import { workerUrl } from '../../engine/worker-url.ts';
import { type Benchmark, type BenchmarkRow, holds, medianOf, rowOf } from './benchmark.ts';
import { CProgram } from './c-program.ts';
import type { ParkedData, ParkedEnd } from './parked-worker.ts';

const REPEATS = 5;
const RECORDS_PER_SECOND = 10_000;
const WARM_UP_SECONDS = 1;
const SECONDS = 2;

/**
 * From the time a record was due to the time a reader has it that slept when the record came, in turn with parked.c, in which
 * only the kernel is between the two threads.
 */
export const putToGetParked: Benchmark = {
  name: 'put-to-get-parked',
  title: '10,000 records/s to a reader that sleeps between them',
  run: async () => {
    const program = CProgram.compile('parked.c');
    const ends: ParkedEnd[] = [];
    const theirs: Readonly<Record<string, number>>[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      ends.push(await measureOnce());
      if (program) theirs.push(program.run(RECORDS_PER_SECOND, WARM_UP_SECONDS, SECONDS));
    }
    program?.remove();
    const defects = ends.reduce((sum, end) => sum + end.defects, 0);
    holds(defects === 0, `${defects} records were lost, repeated or reordered`);
    const rows = (
      suffix: string,
      unit: string,
      key: 'p50Us' | 'p99Us' | 'p999Us' | 'producerP99Us',
    ): BenchmarkRow[] => {
      const ours = ends.map((end) => end[key]);
      const inC = theirs.map((end) => end[key]!);
      const name = `put-to-get-parked${suffix}`;
      if (inC.length === 0) return [rowOf(name, unit, ours)];
      return [rowOf(name, unit, ours, medianOf(ours) / medianOf(inC)), rowOf(`${name}-c`, unit, inC)];
    };
    return [
      ...rows('', 'us at p50', 'p50Us'),
      ...rows('-p99', 'us at p99', 'p99Us'),
      ...rows('-p999', 'us at p99.9', 'p999Us'),
      ...rows('-producer-p99', 'us at p99', 'producerP99Us'),
      rowOf(
        'put-to-get-parked-idle-cpu',
        'ms/s',
        ends.map(({ idleCpuMs }) => idleCpuMs),
      ),
    ];
  },
};

async function measureOnce(): Promise<ParkedEnd> {
  const stream = createStream({ shardCount: 1, memoryBytes: 16 * 1024 * 1024 });
  const common = {
    stream,
    records: RECORDS_PER_SECOND * (WARM_UP_SECONDS + SECONDS),
    warmUpRecords: RECORDS_PER_SECOND * WARM_UP_SECONDS,
    recordsPerSecond: RECORDS_PER_SECOND,
    baseNs: process.hrtime.bigint(),
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
