import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Histogram } from '../../reports/histogram/histogram.ts';
import { readResult } from '../../reports/reading/read-result.ts';
import { writeResult } from '../../reports/result/result-file.ts';
import { mergedHistogram } from '../../reports/summary/cells.ts';
import { type Benchmark, holds, repeated, rowOf } from './benchmark.ts';
import { hourResult } from './hour-result.ts';

const PARTS = 16;
const REPEATS = 5;
const ENTRY = fileURLToPath(new URL('../streamgauge.js', import.meta.url));
const run = promisify(execFile);

/**
 *   16 files --> streamgauge merge --> 1 file, whole commands from the shell's point of view
 *
 * The parts' latencies are added up beforehand in one histogram each span, which the merged cells and series must equal.
 */
export const merge16: Benchmark = {
  name: 'merge-16',
  title: 'merge of 16 results of an hour: 4 shards, 1 workload, 1 consumer, 1,000 records/s each',
  onlyByName: true,
  run: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'streamgauge-merge-'));
    try {
      const whole = new Histogram();
      const files: string[] = [];
      let bytes = 0;
      for (let index = 1; index <= PARTS; index++) {
        const part = hourResult({ shards: 4, recordsPerSecond: 1000, part: { index, of: PARTS } });
        whole.merge(mergedHistogram(part.cells, 'putToGet'));
        files.push(await writeResult(join(folder, String(index)), part));
        bytes += (await stat(files.at(-1)!)).size;
      }
      const out = join(folder, 'merged');
      const values = await repeated(REPEATS, async () => {
        // Into a folder of its own, as a merge is; taking the place of a file of this size takes a tenth of a second more.
        await rm(out, { recursive: true, force: true });
        const startedAt = performance.now();
        await run(process.execPath, [ENTRY, 'merge', ...files, '--out', out, '--quiet']);
        return performance.now() - startedAt;
      });
      const { cells, series } = await readResult(out);
      holds(mergedHistogram(cells, 'putToGet').equals(whole), 'the cells are not what one histogram would have');
      const ofSeries = series.flatMap((interval) => interval.cells);
      holds(mergedHistogram(ofSeries, 'putToGet').equals(whole), 'the series is not what one histogram would have');
      const note = `files of ${(bytes / PARTS / 1e6).toFixed(0)} MB, one of ${((await stat(join(out, 'result.json'))).size / 1e6).toFixed(0)} MB comes out`;
      return [{ ...rowOf('merge-16', 'ms', values), note }];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
