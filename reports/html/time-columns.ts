import type { Interval } from '../result/result.ts';
import { mergedHistogram, producerTotals } from '../summary/cells.ts';
import { type Columns, TIME_COLUMNS, type TimeColumn } from './report-data.ts';

const NS_PER_SECOND = 1e9;

/** Two hours of seconds: more points than a screen is wide, so that there is something to zoom into. */
export const MOST_POINTS = 7200;
export const MOST_ROWS = 60;
/** Lengths of a row or point that people can think in. */
const LENGTHS = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200];

/** Intervals that go into one point, so that there are at most `most` points. */
export function intervalsPerPoint(intervalCount: number, most: number): number {
  const least = intervalCount / most;
  return LENGTHS.find((length) => length >= least) ?? Math.ceil(least);
}

/** One point for every `perPoint` intervals; a point's percentiles are those of all its records. */
export function timeColumns(series: readonly Interval[], perPoint: number): Columns<TimeColumn> {
  const columns = Object.fromEntries(TIME_COLUMNS.map((name) => [name, [] as (number | null)[]]));
  for (let first = 0; first < series.length; first += perPoint) {
    const point = pointOf(series.slice(first, first + perPoint));
    for (const name of TIME_COLUMNS) columns[name]!.push(point[name]);
  }
  return columns as unknown as Columns<TimeColumn>;
}

function pointOf(intervals: readonly Interval[]): Record<TimeColumn, number | null> {
  const cells = intervals.flatMap((interval) => interval.cells);
  const { acked, throttled } = producerTotals(cells);
  const putToGet = mergedHistogram(cells, 'putToGet');
  const received = cells.reduce((sum, cell) => sum + (cell.kind === 'consumer' ? cell.counts.received : 0), 0);
  const latency = (ns: () => number) => (putToGet.count === 0 ? null : ns());
  const seconds = intervals.map(({ startNs, endNs }) => (endNs - startNs) / NS_PER_SECOND);
  const lengthSeconds = seconds.reduce((sum, length) => sum + length, 0);
  const mean = (of: (interval: Interval) => number) =>
    intervals.reduce((sum, interval, i) => sum + of(interval) * seconds[i]!, 0) / lengthSeconds;
  const worst = (of: (interval: Interval) => number) => Math.max(...intervals.map(of));
  const behindMs = worst(({ gauges }) => gauges.behindMs ?? -1);
  return {
    startSeconds: intervals[0]!.startNs / NS_PER_SECOND,
    lengthSeconds,
    intendedPerSecond: mean(({ gauges }) => gauges.intendedPerSecond),
    acked,
    throttled,
    received,
    p50Ns: latency(() => putToGet.percentileNs(50)),
    p99Ns: latency(() => putToGet.percentileNs(99)),
    maxNs: latency(() => putToGet.maxNs),
    inFlight: mean(({ gauges }) => gauges.inFlight),
    lagRecords: worst(({ gauges }) => sumOf(gauges.lagRecords)),
    lagWorstRecords: worst(({ gauges }) => Math.max(0, ...gauges.lagRecords)),
    behindMs: behindMs < 0 ? null : behindMs,
  };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
