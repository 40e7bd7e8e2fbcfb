import { Histogram } from '../histogram/histogram.ts';
import type { Interval } from '../result/result.ts';
import { mergedHistogram, producerTotals } from '../summary/cells.ts';
import { type Column, type Columns, TIME_COLUMNS, type TimeColumn } from './report-data.ts';

const NS_PER_SECOND = 1e9;
const ROWS_MAX = 60;
/** Lengths of a row or point that are easy to read, in intervals. */
const LENGTHS = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200];

/** Returns how many of `count` intervals to join into one, so that at most `most` remain. */
export function perOne(count: number, most: number): number {
  const least = count / most;
  return LENGTHS.find((length) => length >= least) ?? Math.ceil(least);
}

/**
 * Returns a run at two widths: points of `perPoint` intervals for charts, and at most ROWS_MAX rows of whole points for
 * tables. The percentiles of each are those of all its records. Both come from one pass, because each read of a saved
 * histogram decodes it.
 */
export function timeColumns(
  series: readonly Interval[],
  perPoint: number,
): { readonly points: Columns<TimeColumn>; readonly rows: Columns<TimeColumn> } {
  const points: Stretch[] = [];
  for (let first = 0; first < series.length; first += perPoint) {
    points.push(stretchOf(series.slice(first, first + perPoint)));
  }
  const perRow = perOne(points.length, ROWS_MAX);
  const rows: Stretch[] = [];
  for (let first = 0; first < points.length; first += perRow) rows.push(joined(points.slice(first, first + perRow)));
  return { points: columnsOf(points), rows: columnsOf(rows) };
}

type Figure = Exclude<TimeColumn, 'p50Ns' | 'p99Ns' | 'maxNs'>;

/** Consecutive intervals, in a form that can be joined with others. */
type Stretch = Readonly<Record<Figure, number>> & { readonly putToGet: Histogram };

function stretchOf(intervals: readonly Interval[]): Stretch {
  const [first, ...others] = intervals.map(stretchOfOne);
  return others.length === 0 ? first! : joined([first!, ...others]);
}

function stretchOfOne({ startNs, endNs, cells, gauges }: Interval): Stretch {
  const { acked, throttled } = producerTotals(cells);
  return {
    startSeconds: startNs / NS_PER_SECOND,
    lengthSeconds: (endNs - startNs) / NS_PER_SECOND,
    intendedPerSecond: gauges.intendedPerSecond,
    acked,
    throttled,
    received: cells.reduce((sum, cell) => sum + (cell.kind === 'consumer' ? cell.counts.received : 0), 0),
    inFlight: gauges.inFlight,
    lagRecords: gauges.lagRecords.reduce((sum, records) => sum + records, 0),
    lagWorstRecords: Math.max(0, ...gauges.lagRecords),
    behindMs: gauges.behindMs ?? -1,
    putToGet: mergedHistogram(cells, 'putToGet'),
  };
}

function joined(stretches: readonly Stretch[]): Stretch {
  const sum = (pick: (stretch: Stretch) => number) => stretches.reduce((total, stretch) => total + pick(stretch), 0);
  const worst = (name: Figure) => Math.max(...stretches.map((stretch) => stretch[name]));
  const lengthSeconds = sum((stretch) => stretch.lengthSeconds);
  const mean = (name: Figure) => sum((stretch) => stretch[name] * stretch.lengthSeconds) / lengthSeconds;
  const putToGet = new Histogram();
  for (const stretch of stretches) putToGet.merge(stretch.putToGet);
  return {
    startSeconds: stretches[0]!.startSeconds,
    lengthSeconds,
    intendedPerSecond: mean('intendedPerSecond'),
    acked: sum(({ acked }) => acked),
    throttled: sum(({ throttled }) => throttled),
    received: sum(({ received }) => received),
    inFlight: mean('inFlight'),
    lagRecords: worst('lagRecords'),
    lagWorstRecords: worst('lagWorstRecords'),
    behindMs: worst('behindMs'),
    putToGet: putToGet.compact(),
  };
}

function columnsOf(stretches: readonly Stretch[]): Columns<TimeColumn> {
  const latency = (pick: (histogram: Histogram) => number): Column =>
    stretches.map(({ putToGet }) => (putToGet.count === 0 ? null : pick(putToGet)));
  const computed: Partial<Record<TimeColumn, Column>> = {
    p50Ns: latency((histogram) => histogram.percentileNs(50)),
    p99Ns: latency((histogram) => histogram.percentileNs(99)),
    maxNs: latency((histogram) => histogram.maxNs),
    behindMs: stretches.map(({ behindMs }) => (behindMs < 0 ? null : behindMs)),
  };
  const columns = TIME_COLUMNS.map((name) => [
    name,
    computed[name] ?? stretches.map((stretch) => stretch[name as Figure]),
  ]);
  return Object.fromEntries(columns) as Columns<TimeColumn>;
}

/** Returns one interval as a point. */
export function pointOf(interval: Interval): Record<TimeColumn, number | null> {
  const columns = columnsOf([stretchOfOne(interval)]);
  const point = TIME_COLUMNS.map((name) => [name, columns[name][0] ?? null]);
  return Object.fromEntries(point) as Record<TimeColumn, number | null>;
}
