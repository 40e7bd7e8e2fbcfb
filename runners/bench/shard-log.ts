import { type Benchmark, holds, medianOf, rowOf } from './benchmark.ts';
import { CProgram } from './c-program.ts';
import { ShardLogThreads } from './shard-log-threads.ts';

const REPEATS = 7;
const BATCH_RECORDS = 500;

/** Records of a round: a good half of a second each. */
const ROUND_RECORDS: Readonly<Record<number, number>> = { 100: 40e6, 1024: 12e6 };

/**
 * One producer thread and one consumer thread, in turn with the same work in C. The consumer checks every record's
 * number and first payload byte, so that a lost, repeated or reordered record fails the benchmark.
 */
function shardLog(payloadBytes: 100 | 1024): Benchmark {
  const name = `shard-log-${payloadBytes}`;
  const records = ROUND_RECORDS[payloadBytes]!;
  return {
    name,
    title: `${payloadBytes} bytes from thread to thread, ${BATCH_RECORDS} at once`,
    run: async () => {
      const program = CProgram.compile('shard-log.c');
      const threads = await ShardLogThreads.start({ producers: 1, payloadBytes, batchRecords: BATCH_RECORDS });
      const ours: number[] = [];
      const theirs: number[] = [];
      await threads.round(records / 2); // until both loops are compiled
      for (let repeat = 0; repeat < REPEATS; repeat++) {
        const { recordsPerSecond, defects } = await threads.round(records);
        holds(defects === 0, `${defects} records were lost, repeated, reordered or changed`);
        ours.push(recordsPerSecond);
        if (program) theirs.push(program.run(payloadBytes, records, BATCH_RECORDS).recordsPerSecond!);
      }
      await threads.close();
      program?.remove();
      if (theirs.length === 0) return [rowOf(name, 'records/s', ours)];
      return [
        rowOf(name, 'records/s', ours, medianOf(ours) / medianOf(theirs)),
        rowOf(`${name}-c`, 'records/s', theirs),
      ];
    },
  };
}

export const shardLog100 = shardLog(100);
export const shardLog1024 = shardLog(1024);
