import { open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { ReportError } from '../../reports/errors.ts';
import { checkParts, type MergeOptions, type NamedHead } from '../../reports/merge/merge-check.ts';
import { lightSeries, withEmptyHistograms } from '../../reports/merge/merge-lines.ts';
import { assemble, inOrder } from '../../reports/merge/merge-results.ts';
import type { Result } from '../../reports/result/result.ts';
import { checkSums, MAX_RESULT_BYTES, parseShape, SERIES_HEAD, SERIES_TAIL } from '../../reports/result/result-file.ts';
import { MAX_INTERVALS } from '../../reports/result/result-schema.ts';
import { parseThreshold } from '../../reports/verdict/threshold-grammar.ts';
import { workerUrl } from '../worker-url.ts';
import type { MergedStretch, StretchAnswer, StretchTask } from './merge-worker.ts';

const WORKER_URL = workerUrl('./merge-worker', import.meta.url);
/** More than threads, so that they end together and no answer is large. */
const STRETCHES_PER_THREAD = 8;
const THREADS_MOST = 8;
const NEWLINE = 10;

export interface MergedFiles {
  /** Whole, but that the histograms of its series are empty: those stand in `seriesText`. */
  readonly result: Result;
  readonly seriesText: readonly Uint8Array[];
}

/** A file as resultLines writes it, taken apart at its series without parsing that. */
interface Opened {
  readonly name: string;
  readonly memory: SharedArrayBuffer;
  /** Where each line of the series begins, and where the last one ends. */
  readonly starts: readonly number[];
  readonly result: Result;
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
    const opened = await Promise.all(paths.map(openFile));
    if (!opened.every((one) => one !== undefined)) return undefined;
    checkParts(opened, options);
    const sorted = inOrder<Opened>(opened);
    if (needsLatencies(sorted[0]!.result)) return undefined;
    const tasks = stretchesOf(sorted);
    const stretches = (await Promise.all(tasks.map((task) => pool.run(task)))).map(stretchOf);
    for (const [index, { name, result }] of sorted.entries()) {
      const rows = stretches.map(({ acked }) => acked[index]!);
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

function stretchOf(answer: StretchAnswer): MergedStretch {
  if (answer.kind === 'refused') throw new ReportError(answer.code, answer.details);
  return answer.stretch;
}

function newPool(): Piscina<StretchTask, StretchAnswer> {
  const threads = Math.min(THREADS_MOST, availableParallelism());
  return new Piscina<StretchTask, StretchAnswer>({
    filename: WORKER_URL.href,
    name: 'mergeStretch',
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: 1,
  });
}

async function openFile(path: string): Promise<Opened | undefined> {
  // What cannot be opened or is too large is told of by readResult.
  const handle = await open(path, 'r').catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    const { size } = await handle.stat();
    if (size > MAX_RESULT_BYTES) return undefined;
    const memory = new SharedArrayBuffer(size);
    const bytes = Buffer.from(memory);
    for (let at = 0; at < size; ) {
      const { bytesRead } = await handle.read(bytes, at, size - at, at);
      if (bytesRead === 0) return undefined;
      at += bytesRead;
    }
    const head = bytes.indexOf(`\n${SERIES_HEAD}`);
    if (head < 0) return undefined;
    const first = head + 1 + SERIES_HEAD.length;
    const starts = lineStarts(bytes, first);
    if (starts === undefined) return undefined;
    const [before, after] = [bytes.toString('utf8', 0, head), bytes.toString('utf8', starts.at(-1))];
    // A result with another version, or one that is damaged here, is told from the whole of it.
    const text = `${before}\n,"series": []\n${after}`;
    if (!before.includes('"schemaVersion": 2')) return undefined;
    return { name: path, memory, starts, result: parseShape(text, path) };
  } finally {
    await handle.close();
  }
}

/** Lines from `first` on that begin an interval; undefined when the series does not end as it should. */
function lineStarts(bytes: Buffer, first: number): number[] | undefined {
  const starts = [first];
  while (starts.length <= MAX_INTERVALS) {
    const from = starts.at(-1)!;
    if (bytes.toString('latin1', from, from + 11) !== '{"startNs":') return undefined;
    const end = bytes.indexOf(NEWLINE, from);
    if (end < 0) return undefined;
    starts.push(end + 1);
    const tail = bytes.toString('latin1', end - 1, end);
    if (tail === SERIES_TAIL) return starts;
    if (tail !== ',') return bytes.toString('latin1', end + 1, end + 2) === SERIES_TAIL ? starts : undefined;
  }
  return undefined;
}

function needsLatencies({ scenario }: Result): boolean {
  return scenario.thresholds
    .map((text) => parseThreshold(text, scenario))
    .some(({ metric, overNs }) => metric.kind === 'latency' && overNs !== undefined);
}

/** Stretches of equal time, by startNs: parts may begin or end at another second. */
function stretchesOf(opened: readonly Opened[]): StretchTask[] {
  const times = opened.map(({ memory, starts }) => {
    const bytes = Buffer.from(memory);
    return starts.slice(0, -1).map((at) => Number.parseFloat(bytes.toString('latin1', at + 11, at + 40)));
  });
  const seconds = [...new Set(times.flat())].sort((a, b) => a - b);
  const count = Math.min(seconds.length, STRETCHES_PER_THREAD * Math.min(THREADS_MOST, availableParallelism()));
  return Array.from({ length: count }, (_, index) => {
    const [from, to] = [index, index + 1].map((place) => seconds[Math.round((place * seconds.length) / count)]);
    const { scenario } = opened[0]!.result;
    return {
      scenario: { workloads: scenario.workloads, consumers: scenario.consumers },
      names: opened.map(({ name }) => name),
      files: opened.map(({ memory }) => memory),
      ranges: opened.map(({ starts }, place) => [
        starts[lowerBound(times[place]!, from!)]!,
        starts[to === undefined ? starts.length - 1 : lowerBound(times[place]!, to)]!,
      ]),
    };
  });
}

function lowerBound(ascending: readonly number[], value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
