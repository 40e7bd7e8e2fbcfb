import { REAL_CLOCK } from '../../engine/account/clock.ts';
import { QueryKeys } from '../../engine/firehose/processing/query-keys.ts';
import { type Benchmark, holds, repeated, rowOf } from './benchmark.ts';
import { cpuSeconds } from './cpu-time.ts';
import { clickRecords } from './firehose-records.ts';

const RECORDS = 40_000;
const REPEATS = 5;
const QUERY = '{country: .country, hour: (.at / 1000 | strftime("%H"))}';

/** Records for each second of CPU time, of the thread of jq and of the one that waits for it. */
export const firehoseJq: Benchmark = {
  name: 'firehose-jq',
  title: 'partition keys of JSON records of 500 B by a jq query with two keys',
  run: async () => {
    const records = clickRecords(RECORDS);
    const step = new QueryKeys(QUERY, REAL_CLOCK);
    const { signal } = new AbortController();
    try {
      await step.process(records.slice(0, 1000), signal);
      const values = await repeated(REPEATS, async () => {
        const start = cpuSeconds();
        const { records: made } = await step.process(records, signal);
        const seconds = cpuSeconds() - start;
        holds(made.length === RECORDS, 'records failed');
        holds(made.at(-1)?.partitionKeys?.fromQuery?.country === 'JP', 'a record has the keys of another one');
        return RECORDS / seconds;
      });
      return [rowOf('firehose-jq', 'records/s', values)];
    } finally {
      await step.close();
    }
  },
};
