import type { Scenario } from '../../workloads/scenario.ts';
import { ReportError } from '../errors.ts';
import { Histogram } from '../histogram/histogram.ts';
import { CONSUMER_HISTOGRAMS, type Interval, type IntervalCell, PRODUCER_HISTOGRAMS } from '../result/result.ts';
import { encodedIntervalSchema } from '../result/result-schema.ts';
import { type EncodedInterval, intervalForFile } from '../result/series-format.ts';
import { CellOrder } from './merge-cells.ts';
import { mergeIntervals } from './merge-series.ts';

/**
 * The second-by-second work of a merge, from lines of files to lines of a file, so that it can be shared out by time and what
 * goes between threads is small. Everything is checked as by readResult.
 */
export interface LinesTask {
  readonly scenario: Pick<Scenario, 'workloads' | 'consumers'>;
  readonly names: readonly string[];
  /** By result: its lines of this stretch of time, each an interval and in order of time. */
  readonly texts: readonly string[];
}

export interface MergedLines {
  /** The merged intervals as they stand in a file; a comma and a line break after each. */
  readonly text: string;
  /** The same without histograms. */
  readonly series: readonly LightInterval[];
  /** By result: for each interval startNs, endNs and what was acknowledged by workload and phase; see `lightSeries`. */
  readonly acked: readonly Float64Array[];
}

export type LightInterval = Omit<Interval, 'cells'> & {
  readonly cells: readonly Omit<IntervalCell, 'histograms'>[];
};

/** @throws RESULT_WRONG_SHAPE */
export function mergeLines({ scenario, names, texts }: LinesTask): MergedLines {
  const order = new CellOrder(scenario);
  const places = placesOf(scenario);
  const lines = texts.map((text) => text.split('\n').filter((line) => line !== ''));
  const acked = lines.map((own) => new Float64Array(own.length * rowLength(places)));
  const taken = lines.map(() => 0);
  const next: (EncodedInterval | undefined)[] = lines.map(() => undefined);
  const series: LightInterval[] = [];
  let text = '';
  for (;;) {
    for (const [index, own] of lines.entries()) {
      const line = own[taken[index]!];
      if (next[index] !== undefined || line === undefined) continue;
      next[index] = parseLine(line, names[index]!);
      putRow(acked[index]!, taken[index]!, next[index]!, places);
      taken[index]! += 1;
    }
    const startNs = Math.min(...next.map((one) => one?.startNs ?? Number.POSITIVE_INFINITY));
    if (startNs === Number.POSITIVE_INFINITY) return { text, series, acked };
    const same = next.flatMap((one) => (one?.startNs === startNs ? one : []));
    const merged = addUp(same, order, () => nameOfDamaged(next, startNs, names));
    for (const [index, one] of next.entries()) if (one?.startNs === startNs) next[index] = undefined;
    text += `${JSON.stringify(intervalForFile(merged))},\n`;
    series.push({ ...merged, cells: merged.cells.map(({ histograms: _, ...cell }) => cell) });
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

/** What a result's sums are made from, out of `acked` of mergeLines. */
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
const NO_COUNTS = { bytes: 0, throttled: 0, retried: 0, dropped: 0, failed: 0 };
const NO_GAUGES = { inFlight: 0, intendedPerSecond: 0, lagRecords: [], rssBytes: 0 };

type Places = readonly (readonly [workload: string, phase: string])[];

const placesOf = ({ workloads }: LinesTask['scenario']): Places =>
  workloads.flatMap(({ name, phases }) => phases.map((phase) => [name, phase.name] as const));

const rowLength = (places: Places): number => 2 + places.length;

function putRow(rows: Float64Array, index: number, { startNs, endNs, cells }: EncodedInterval, places: Places): void {
  const at = index * rowLength(places);
  rows[at] = startNs;
  rows[at + 1] = endNs;
  for (const cell of cells) {
    if (cell.kind !== 'producer') continue;
    const place = places.findIndex(([workload, phase]) => workload === cell.workload && phase === cell.phase);
    if (place >= 0) rows[at + 2 + place]! += cell.counts.acked;
  }
}

/** Histograms are checked while they are added; only when one is damaged it is looked up whose it is. */
function addUp(same: readonly EncodedInterval[], order: CellOrder, whose: () => string): EncodedInterval {
  try {
    return mergeIntervals<EncodedInterval>(same, order);
  } catch (error) {
    if (error instanceof ReportError) throw wrongShape(whose(), `In second ${same[0]!.startNs / 1e9}: ${error.what}`);
    throw error;
  }
}

function nameOfDamaged(
  intervals: readonly (EncodedInterval | undefined)[],
  startNs: number,
  names: readonly string[],
): string {
  const isDamaged = (one: EncodedInterval | undefined) => {
    const texts =
      one?.startNs === startNs ? one.cells.flatMap(({ histograms }) => Object.values<string>(histograms)) : [];
    try {
      for (const text of texts) Histogram.decodeOurs(text);
      return false;
    } catch {
      return true;
    }
  };
  return names[Math.max(0, intervals.findIndex(isDamaged))]!;
}

function wrongShape(where: string, what: string): ReportError {
  return new ReportError('RESULT_WRONG_SHAPE', {
    where,
    what,
    todo: 'Give a result.json as a run wrote it, or run again.',
  });
}

function parseLine(line: string, where: string): EncodedInterval {
  const refuse = (what: string) => wrongShape(where, what);
  let content: unknown;
  try {
    content = JSON.parse(line.endsWith('}') ? line : line.slice(0, -1));
  } catch (error) {
    throw refuse(`A line of the series is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
  const parsed = encodedIntervalSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw refuse(`series: ${path.join('.')}: ${message}.`);
}
