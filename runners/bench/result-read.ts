import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readResult } from '../../reports/reading/read-result.ts';
import { writeResult } from '../../reports/result/result-file.ts';
import { type Benchmark, holds, repeated, rowOf } from './benchmark.ts';
import { hourResult } from './hour-result.ts';

const REPEATS = 7;
const OPTIONS = { seconds: 3600, shards: 64, workloads: 1, consumers: 1, recordsPerSecond: 1000 } as const;

/** From the file's path to a result whose shape, histograms and sums were checked. */
export const resultRead: Benchmark = {
  name: 'result-read',
  title: 'reading and checking the result of an hour: 64 shards, 1 workload, 1 consumer, 1,000 records/s',
  run: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'streamgauge-result-read-'));
    try {
      const made = hourResult(OPTIONS);
      const file = await writeResult(folder, made);
      const values = await repeated(REPEATS, async () => {
        const startedAt = performance.now();
        const { series, cells } = await readResult(file);
        const tookMs = performance.now() - startedAt;
        holds(series.length === OPTIONS.seconds && cells.length === made.cells.length, 'seconds or cells are missing');
        return tookMs;
      });
      const { size } = await stat(file);
      return [{ ...rowOf('result-read', 'ms', values), note: `a file of ${(size / 1e6).toFixed(0)} MB` }];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
