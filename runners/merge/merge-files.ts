import { setImmediate } from 'node:timers/promises';
import { StreamgaugeError } from '../../errors/streamgauge-error.ts';
import {
  intervalsIn,
  lightSeries,
  type MergedLines,
  withEmptyHistograms,
} from '../../reports/merge/lines/merge-lines.ts';
import { checkParts, type MergeOptions } from '../../reports/merge/merge-check.ts';
import { assemble, inOrder, sumOfCells } from '../../reports/merge/merge-results.ts';
import { checkSeries, checkSums } from '../../reports/reading/read-result.ts';
import type { NamedResult } from '../../reports/result/named-result.ts';
import type { Result } from '../../reports/result/result.ts';
import { INTERVALS_MAX } from '../../reports/result/result-limits.ts';
import { parseThreshold } from '../../reports/verdict/threshold-grammar.ts';
import { MergeProgress } from './merge-progress.ts';
import { type MergeThreads, startThreads, threadCount } from './merge-threads.ts';
import type { StretchResponse, StretchTask } from './merge-worker.ts';
import { openSeries, placesOf, readCells, type SeriesFile } from './series-file.ts';

/** Relative lengths of a thread's stretches: few, because each has a cost, and the last ones short, so that threads end together. */
const SHARES = [8, 6, 4, 2, 1];

export interface MergedFiles {
  /** Complete, except for the histograms of its series, which are in `seriesText`. */
  readonly result: Result;
  readonly seriesText: readonly Uint8Array[];
  /** Runs the remaining checks, which can run while the file is being written. @throws RESULT_SUMS_DISAGREE */
  readonly check: () => void;
}

/**
 * Merges results of long runs with several threads, each of which has a stretch of time of all results: the main thread
 * never sees a histogram of the series.
 *
 *   heads --> lines by time --+--> thread: read, check, add up, write lines --+--> summary, verdict, file
 *                             +--> thread: ...                               --+
 *
 * @param pool as startThreads made it; it is ended here.
 * @param progress begun here; all is read when this is done.
 * @returns undefined where that cannot be done: another layout of a file, or a threshold that needs latencies of the series.
 * @throws as readResult and checkParts, except for the errors of `check`.
 */
export async function mergeFiles(
  paths: readonly string[],
  options: MergeOptions,
  pool: MergeThreads = startThreads(),
  progress = new MergeProgress(),
): Promise<MergedFiles | undefined> {
  try {
    const opened = paths.map(openSeries);
    if (!opened.every((one) => one !== undefined)) return undefined;
    checkParts(opened, options);
    const sorted = inOrder<SeriesFile>(opened);
    if (needsLatencies(sorted[0]!.result)) return undefined;
    const tasks = tasksOf(sorted, progress.readBytes);
    if (tasks === undefined) return undefined;
    progress.begin(sorted.reduce((sum, { first, end }) => sum + end - first.at, 0));
    const responses = Promise.all(tasks.map((task) => pool.run(task)));
    // If the cells are rejected, nothing waits for the threads any more.
    responses.catch(() => undefined);
    // The threads have begun before this takes its time.
    await setImmediate();
    const parts = sorted.flatMap((file): NamedResult[] => {
      const result = readCells(file);
      return result === undefined ? [] : [{ name: file.name, result }];
    });
    if (parts.length < sorted.length) return undefined;
    const cells = sumOfCells(parts);
    const stretches = (await responses).map(stretchOf);
    if (!stretches.every((one) => one !== undefined)) return undefined;
    const rows = sorted.map((_, index) => stretches.map(({ acked }) => acked[index]!));
    const { scenario } = parts[0]!.result;
    if (rows.some((own) => intervalsIn(scenario, own) > INTERVALS_MAX)) return undefined;
    const series = withEmptyHistograms(stretches.flatMap((stretch) => stretch.series));
    const seriesText = stretches.map(({ text }) => text).filter(({ length }) => length > 0);
    const last = seriesText.at(-1);
    // The last line has no comma after it.
    if (last !== undefined) seriesText[seriesText.length - 1] = last.subarray(0, -2);
    const result = assemble(parts, series, cells);
    const check = () => {
      for (const [index, { name, result: part }] of parts.entries()) {
        checkSums({ ...part, series: lightSeries(scenario, rows[index]!) }, name);
      }
      // Nobody has all seconds of one part here, but what is wrong in one of them is wrong in the sum.
      checkSeries(result, 'one of the results');
    };
    return { result, seriesText, check };
  } finally {
    // Not waited for: their memory goes while the file is written.
    void pool.destroy();
  }
}

function stretchOf(response: StretchResponse): MergedLines | undefined {
  if (response.kind === 'unusual') return undefined;
  if (response.kind === 'failed') throw StreamgaugeError.fromData(response.error);
  return response.stretch;
}

function needsLatencies({ scenario }: Result): boolean {
  return scenario.thresholds
    .map((text) => parseThreshold(text, scenario))
    .some(({ metric, overNs }) => metric.kind === 'latency' && overNs !== undefined);
}

/**
 * Stretches of time: parts may begin or end at another second, and their lines be longer or shorter.
 * @returns undefined when a file went away.
 */
function tasksOf(files: readonly SeriesFile[], readBytes: BigInt64Array): StretchTask[] | undefined {
  const fromNs = Math.min(...files.map(({ first }) => first.startNs));
  const untilNs = Math.max(...files.map(({ last }) => last.startNs)) + 1;
  const shares = SHARES.flatMap((share) => Array.from({ length: threadCount() }, () => share));
  const whole = shares.reduce((sum, share) => sum + share, 0);
  let done = 0;
  const ends = shares.map((share) => {
    done += share;
    return fromNs + ((untilNs - fromNs) * done) / whole;
  });
  const times = [fromNs, ...ends.slice(0, -1), untilNs];
  const places = files.map((file) => placesOf(file, times.slice(1, -1)));
  if (!places.every((one) => one !== undefined)) return undefined;
  const { scenario } = files[0]!.result;
  return times.slice(1).map((toNs, index) => ({
    scenario: { workloads: scenario.workloads, consumers: scenario.consumers },
    names: files.map(({ name }) => name),
    readBytes,
    stretches: files.map(({ first, end }, place) => {
      const [start = first.at, until = end] = [places[place]![index - 1], places[place]![index]];
      return { start, end: until, isLast: until === end, fromNs: times[index]!, untilNs: toNs };
    }),
  }));
}
