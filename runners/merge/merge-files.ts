import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { ReportError } from '../../reports/errors.ts';
import { checkParts, type MergeOptions, type NamedHead } from '../../reports/merge/merge-check.ts';
import { intervalsIn, lightSeries, type MergedLines, withEmptyHistograms } from '../../reports/merge/merge-lines.ts';
import { assemble, inOrder } from '../../reports/merge/merge-results.ts';
import type { Result } from '../../reports/result/result.ts';
import { checkSums } from '../../reports/result/result-file.ts';
import { MAX_INTERVALS } from '../../reports/result/result-schema.ts';
import { parseThreshold } from '../../reports/verdict/threshold-grammar.ts';
import { workerUrl } from '../worker-url.ts';
import type { StretchAnswer, StretchTask } from './merge-worker.ts';
import { openSeries, placesOf, type SeriesFile } from './series-file.ts';

const WORKER_URL = workerUrl('./merge-worker', import.meta.url);
/** More than threads, so that they end together and no answer is large. */
const STRETCHES_PER_THREAD = 8;
const THREADS_MOST = 8;
/** What a line becomes is dropped with the next: with room for many, hardly any of it is ever moved. */
const YOUNG_MB = 96;

export interface MergedFiles {
  /** Whole, but that the histograms of its series are empty: those stand in `seriesText`. */
  readonly result: Result;
  readonly seriesText: readonly Uint8Array[];
}

/**
 * Merges results of long runs with several threads, each of which has a stretch of time of all results: the main thread
 * never sees a histogram of the series.
 *
 *   files --> lines by time --+--> thread: parse, check, add up, write lines --+--> summary, verdict, file
 *                             +--> thread: ...                               --+
 *
 * @returns undefined where that cannot be done: another layout of a file, or a threshold that needs latencies of the series.
 * @throws as readResult and checkParts.
 */
export async function mergeFiles(paths: readonly string[], options: MergeOptions): Promise<MergedFiles | undefined> {
  const pool = newPool();
  try {
    const opened = paths.map(openSeries);
    if (!opened.every((one) => one !== undefined)) return undefined;
    checkParts(opened, options);
    const sorted = inOrder<SeriesFile>(opened);
    if (needsLatencies(sorted[0]!.result)) return undefined;
    const tasks = tasksOf(sorted);
    if (tasks === undefined) return undefined;
    const stretches = (await Promise.all(tasks.map((task) => pool.run(task)))).map(stretchOf);
    if (!stretches.every((one) => one !== undefined)) return undefined;
    for (const [index, { name, result }] of sorted.entries()) {
      const rows = stretches.map(({ acked }) => acked[index]!);
      if (intervalsIn(result.scenario, rows) > MAX_INTERVALS) return undefined;
      checkSums({ ...result, series: lightSeries(result.scenario, rows) }, name);
    }
    const series = withEmptyHistograms(stretches.flatMap((stretch) => stretch.series));
    const seriesText = stretches.map(({ text }) => text).filter(({ length }) => length > 0);
    const last = seriesText.at(-1);
    // The last line has no comma after it.
    if (last !== undefined) seriesText[seriesText.length - 1] = last.subarray(0, -2);
    return { result: assemble(sorted as readonly NamedHead[], series), seriesText };
  } finally {
    await pool.destroy();
  }
}

const threadCount = (): number => Math.min(THREADS_MOST, availableParallelism());

function stretchOf(answer: StretchAnswer): MergedLines | undefined {
  if (answer.kind === 'unusual') return undefined;
  if (answer.kind === 'refused') throw new ReportError(answer.code, answer.details);
  return answer.stretch;
}

function newPool(): Piscina<StretchTask, StretchAnswer> {
  const threads = threadCount();
  return new Piscina<StretchTask, StretchAnswer>({
    filename: WORKER_URL.href,
    name: 'mergeStretch',
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: 1,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
}

function needsLatencies({ scenario }: Result): boolean {
  return scenario.thresholds
    .map((text) => parseThreshold(text, scenario))
    .some(({ metric, overNs }) => metric.kind === 'latency' && overNs !== undefined);
}

/**
 * Stretches of equal time: parts may begin or end at another second, and their lines be longer or shorter.
 * @returns undefined when a file went away.
 */
function tasksOf(files: readonly SeriesFile[]): StretchTask[] | undefined {
  const fromNs = Math.min(...files.map(({ first }) => first.startNs));
  const untilNs = Math.max(...files.map(({ last }) => last.startNs)) + 1;
  const count = STRETCHES_PER_THREAD * threadCount();
  const times = Array.from({ length: count + 1 }, (_, index) => fromNs + ((untilNs - fromNs) * index) / count);
  const places = files.map((file) => placesOf(file, times.slice(1, -1)));
  if (!places.every((one) => one !== undefined)) return undefined;
  const { scenario } = files[0]!.result;
  return times.slice(1).map((toNs, index) => ({
    scenario: { workloads: scenario.workloads, consumers: scenario.consumers },
    names: files.map(({ name }) => name),
    stretches: files.map(({ first, end }, place) => {
      const [start = first.at, until = end] = [places[place]![index - 1], places[place]![index]];
      return { start, end: until, isLast: until === end, fromNs: times[index]!, untilNs: toNs };
    }),
  }));
}
