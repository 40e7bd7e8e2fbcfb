import { isErrorOf } from '../../../errors/streamgauge-error.ts';
import type { Scenario } from '../../../workloads/scenario.ts';
import { REPORT_ERRORS } from '../../errors.ts';
import { Histogram } from '../../histogram/histogram.ts';
import type { SumKernel } from '../../histogram/sum-kernel.ts';
import { plainInterval } from '../../result/plain-interval.ts';
import { CONSUMER_HISTOGRAMS, type Interval, type IntervalCell, PRODUCER_HISTOGRAMS } from '../../result/result.ts';
import { type EncodedInterval, intervalForFile } from '../../result/series-format.ts';
import { CellOrder } from '../../summary/sum-cells.ts';
import { mergeIntervals } from '../merge-series.ts';
import { wrongShape } from '../wrong-shape.ts';
import { HistogramMarks } from './histogram-marks.ts';

/**
 * The second-by-second work of a merge, from lines of files to lines of a file, so that it can be shared out by time and what
 * goes between threads is small. Everything is checked as by readResult.
 */
export interface LinesTask {
  readonly scenario: Pick<Scenario, 'workloads' | 'consumers'>;
  readonly names: readonly string[];
}

/** The lines of a result in a stretch of time, each an interval. */
export interface LineSource {
  /**
   * Brings the next line into the kernel's memory, without its comma; the one before need not stay there.
   * @returns where it begins and ends, or undefined after the last one.
   */
  next(): readonly [start: number, end: number] | undefined;
}

export interface MergedLines {
  /** The merged intervals in the form of a file; a comma and a line break after each. Shared memory. */
  readonly text: Uint8Array;
  /** The same without histograms. */
  readonly series: readonly LightInterval[];
  /** By result: for each interval startNs, endNs and what was acknowledged by workload and phase; see `lightSeries`. */
  readonly acked: readonly Float64Array[];
}

export type LightInterval = Omit<Interval, 'cells'> & {
  readonly cells: readonly Omit<IntervalCell, 'histograms'>[];
};

/** A line that differs from nearly all others, and that only `readUnusualLine` can read. */
export class UnusualLine extends Error {}

/**
 * @param kernel in whose memory the lines are. @param sources by result.
 * @param readUnusual readUnusualLine, which needs the schema of a result: loading it takes longer than most merges need it.
 * @throws RESULT_WRONG_SHAPE, or UnusualLine without `readUnusual`: call again with it, and sources that begin again.
 */
export function mergeLines(
  { scenario, names }: LinesTask,
  kernel: SumKernel,
  sources: readonly LineSource[],
  readUnusual?: (line: string, where: string) => EncodedInterval,
): MergedLines {
  const order = new CellOrder(scenario);
  const places = placesOf(scenario);
  const marks = new HistogramMarks(kernel);
  const rows: number[][] = sources.map(() => []);
  const next = sources.map((source, index) => takeLine(source, index));
  const series: LightInterval[] = [];
  const text = new LineText();
  for (;;) {
    const startNs = Math.min(...next.map((one) => one?.startNs ?? Number.POSITIVE_INFINITY));
    if (startNs === Number.POSITIVE_INFINITY) break;
    const same = next.flatMap((one) => (one?.startNs === startNs ? one : []));
    const merged = addUp(same, order, marks, () => nameOfDamaged(next, startNs, names, marks));
    marks.fill(JSON.stringify(intervalForFile(merged)), text.put);
    text.put(',\n');
    marks.forget();
    series.push({ ...merged, cells: merged.cells.map(({ histograms: _, ...cell }) => cell) });
    // Only now: the next line may overwrite the memory that was read.
    for (const [index, one] of next.entries()) {
      if (one?.startNs === startNs) next[index] = takeLine(sources[index]!, index);
    }
  }
  return { text: text.bytes(), series, acked: rows.map((own) => Float64Array.from(own)) };

  function takeLine(source: LineSource, index: number): EncodedInterval | undefined {
    const line = source.next();
    if (line === undefined) return undefined;
    const readWhole = () => {
      if (readUnusual === undefined) throw new UnusualLine();
      return readUnusual(kernel.bytes.toString('utf8', ...line), names[index]!);
    };
    const interval = readLine(marks, ...line, readWhole);
    rows[index]!.push(...rowOf(interval, places));
    return interval;
  }
}

/** Intervals whose cells have empty histograms: for everything that reads only counts of a series. */
export function withEmptyHistograms(series: readonly LightInterval[]): Interval[] {
  return series.map((interval) => ({
    ...interval,
    cells: interval.cells.map((cell) => {
      const names = cell.kind === 'producer' ? PRODUCER_HISTOGRAMS : CONSUMER_HISTOGRAMS;
      return { ...cell, histograms: Object.fromEntries(names.map((name) => [name, NO_VALUES])) } as IntervalCell;
    }),
  }));
}

/** Length of a row of `acked` of mergeLines. */
export function intervalsIn(scenario: LinesTask['scenario'], rows: readonly Float64Array[]): number {
  return rows.reduce((sum, { length }) => sum + length, 0) / rowLength(placesOf(scenario));
}

/** Builds the series that a result's sums need, from `acked` of mergeLines. */
export function lightSeries(scenario: LinesTask['scenario'], rows: readonly Float64Array[]): Interval[] {
  const places = placesOf(scenario);
  const length = rowLength(places);
  const series: Interval[] = [];
  for (const row of rows) {
    for (let at = 0; at < row.length; at += length) {
      const cells = places.map(([workload, phase], place): IntervalCell => {
        const counts = { ...NO_COUNTS, acked: row[at + 2 + place]! };
        return { kind: 'producer', workload, phase, counts, histograms: NO_HISTOGRAMS };
      });
      series.push({ startNs: row[at]!, endNs: row[at + 1]!, cells, shards: [], gauges: NO_GAUGES });
    }
  }
  return series;
}

const NO_VALUES = new Histogram();
const NO_HISTOGRAMS = { sendDelay: NO_VALUES, ackLatency: NO_VALUES, scheduleLag: NO_VALUES };
const NO_COUNTS = { bytes: 0, throttled: 0, throttledRecords: 0, retried: 0, dropped: 0, failed: 0 };
const NO_GAUGES = { inFlight: 0, intendedPerSecond: 0, lagRecords: [], rssBytes: 0 };

type Places = readonly (readonly [workload: string, phase: string])[];

const placesOf = ({ workloads }: LinesTask['scenario']): Places =>
  workloads.flatMap(({ name, phases }) => phases.map((phase) => [name, phase.name] as const));

const rowLength = (places: Places): number => 2 + places.length;

function rowOf({ startNs, endNs, cells }: EncodedInterval, places: Places): number[] {
  const row = [startNs, endNs, ...places.map(() => 0)];
  for (const cell of cells) {
    if (cell.kind !== 'producer') continue;
    const place = places.findIndex(([workload, phase]) => workload === cell.workload && phase === cell.phase);
    if (place >= 0) row[2 + place]! += cell.counts.acked;
  }
  return row;
}

/** Histograms are checked while they are added; only when one is damaged it is looked up whose it is. */
function addUp(
  same: readonly EncodedInterval[],
  order: CellOrder,
  marks: HistogramMarks,
  whose: () => string,
): EncodedInterval {
  try {
    return mergeIntervals<EncodedInterval>(same, order, marks.sumOf);
  } catch (error) {
    if (isErrorOf(REPORT_ERRORS, error))
      throw wrongShape(whose(), `in second ${same[0]!.startNs / 1e9}: ${error.what}`);
    throw error;
  }
}

function nameOfDamaged(
  intervals: readonly (EncodedInterval | undefined)[],
  startNs: number,
  names: readonly string[],
  marks: HistogramMarks,
): string {
  const isDamaged = (one: EncodedInterval | undefined) => {
    const texts =
      one?.startNs === startNs ? one.cells.flatMap(({ histograms }) => Object.values<string>(histograms)) : [];
    try {
      for (const text of texts) Histogram.decode(marks.plain(text));
      return false;
    } catch {
      return true;
    }
  };
  return names[Math.max(0, intervals.findIndex(isDamaged))]!;
}

/** Reads a line with marks if possible; a line with anything unusual or wrong is read as plain JSON. */
function readLine(
  marks: HistogramMarks,
  start: number,
  end: number,
  readWhole: () => EncodedInterval,
): EncodedInterval {
  const cut = marks.cut(start, end);
  let content: unknown;
  try {
    content = JSON.parse(cut.text);
  } catch {
    return readWhole();
  }
  const interval = plainInterval(content);
  return interval !== undefined && hasMarks(interval, cut.marks) ? interval : readWhole();
}

/** All of them, in their order, and nothing else. */
function hasMarks({ cells }: EncodedInterval, marks: readonly string[]): boolean {
  let place = 0;
  for (const { histograms } of cells) {
    for (const name in histograms) {
      if ((histograms as Readonly<Record<string, string>>)[name] !== marks[place]) return false;
      place += 1;
    }
  }
  return place === marks.length;
}

/** Memory that nothing is written to takes none. */
const FIRST_BYTES = 32 * 1024 * 1024;

/** Text that grows in shared memory, so that handing it to another thread copies nothing. */
class LineText {
  #bytes = Buffer.from(new SharedArrayBuffer(FIRST_BYTES));
  #length = 0;

  readonly put = (part: string | Uint8Array): void => {
    this.#room(typeof part === 'string' ? 3 * part.length : part.length);
    if (typeof part === 'string') this.#length += this.#bytes.write(part, this.#length, 'utf8');
    else {
      this.#bytes.set(part, this.#length);
      this.#length += part.length;
    }
  };

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #room(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = Buffer.from(new SharedArrayBuffer(2 * (this.#length + bytes)));
    larger.set(this.bytes());
    this.#bytes = larger;
  }
}
