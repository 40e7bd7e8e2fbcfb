import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { REAL_CLOCK } from '../../engine/account/clock.ts';
import { ModuleFunction } from '../../engine/firehose/processing/module-function.ts';
import { Transformation } from '../../engine/firehose/processing/transformation.ts';
import { workerUrl } from '../../engine/worker-url.ts';
import { type Benchmark, type BenchmarkRow, holds, rowOf } from './benchmark.ts';
import { cpuSeconds } from './cpu-time.ts';
import { plainRecords } from './firehose-records.ts';

const RECORDS = 100_000;
const REPEATS = 5;
const MIB = 1024 * 1024;
const US_PER_SECOND = 1_000_000;

/** The cost that a transformation adds to each record, with a handler that changes nothing. */
export const firehoseTransform: Benchmark = {
  name: 'firehose-transform',
  title: 'records of 100 B through a JavaScript module in a thread of its own',
  run: async () => {
    const records = plainRecords(RECORDS, 100);
    const step = new Transformation({
      run: new ModuleFunction({ module: fileURLToPath(workerUrl('./firehose-handler', import.meta.url)) }),
      deliveryStreamArn: 'arn:aws:firehose:us-east-1:000000000000:deliverystream/bench',
      region: 'us-east-1',
      bufferBytes: MIB,
      retries: 0,
      clock: REAL_CLOCK,
      random: Math.random,
      newId: randomUUID,
    });
    try {
      return await measure(step, records);
    } finally {
      await step.close();
    }
  },
};

async function measure(step: Transformation, records: ReturnType<typeof plainRecords>): Promise<BenchmarkRow[]> {
  const { signal } = new AbortController();
  await step.process(records.slice(0, 10_000), signal);
  const cpu: number[] = [];
  const wall: number[] = [];
  for (let i = 0; i < REPEATS; i++) {
    const [cpuStart, wallStart] = [cpuSeconds(), performance.now()];
    const processed = await step.process(records, signal);
    wall.push(((performance.now() - wallStart) * 1000) / RECORDS);
    cpu.push(((cpuSeconds() - cpuStart) * US_PER_SECOND) / RECORDS);
    holds(processed.records.length === RECORDS && processed.failed.length === 0, 'records were lost');
    const [first] = processed.records;
    holds(Buffer.compare(first!.data, first!.original) === 0, 'a record was changed');
  }
  return [
    { ...rowOf('firehose-transform', 'us', wall), note: 'elapsed time for each record' },
    { ...rowOf('firehose-transform-cpu', 'us', cpu), note: 'CPU time of both threads for each record' },
  ];
}
