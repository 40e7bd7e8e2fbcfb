import type { Gauges, Interval, IntervalCell } from '../result/result.ts';
import type { EncodedCell, EncodedInterval } from '../result/series-format.ts';
import { type CellOrder, type SumOfTexts, sumCells } from '../summary/sum-cells.ts';
import { sumOfShards } from '../summary/sum-shards.ts';

/**
 * Lays series over each other, second by second; one that ended earlier adds nothing to the later ones.
 * @param all of equal seconds, counted from each part's own start.
 */
export function mergeSeries(all: readonly (readonly Interval[])[], order: CellOrder): Interval[] {
  const seconds = new Map<number, Interval[]>();
  for (const series of all) {
    for (const interval of series) {
      const same = seconds.get(interval.startNs);
      if (same === undefined) seconds.set(interval.startNs, [interval]);
      else same.push(interval);
    }
  }
  return [...seconds.entries()].sort(([a], [b]) => a - b).map(([, intervals]) => mergeIntervals(intervals, order));
}

/** @param intervals of one second, at least one. The last second of a run is shorter: the longest of them counts. */
export function mergeIntervals<I extends Interval | EncodedInterval>(
  intervals: readonly I[],
  order: CellOrder,
  sumOfTexts?: SumOfTexts,
): I {
  const merged: Interval | EncodedInterval = {
    startNs: intervals[0]!.startNs,
    endNs: Math.max(...intervals.map(({ endNs }) => endNs)),
    cells: sumCells<IntervalCell | EncodedCell>(
      intervals.flatMap(({ cells }): readonly (IntervalCell | EncodedCell)[] => cells),
      order,
      'sealed',
      sumOfTexts,
    ) as Interval['cells'],
    shards: sumOfShards(intervals.map(({ shards }) => shards)),
    gauges: mergeGauges(intervals),
  };
  return merged as I;
}

/**
 * Records in flight, records due, lag by shard and memory are sums: each part has its own records and its own process. The first
 * two are means over an interval, so those of a shorter last second count by its length. The lag of the slowest
 * consumer, as the target reports it, is the worst of them.
 */
function mergeGauges(intervals: readonly Pick<Interval, 'startNs' | 'endNs' | 'gauges'>[]): Gauges {
  const longestNs = Math.max(...intervals.map(({ startNs, endNs }) => endNs - startNs));
  const mean = (gauge: (gauges: Gauges) => number) =>
    intervals.reduce(
      (total, { startNs, endNs, gauges }) => total + gauge(gauges) * ((endNs - startNs) / Math.max(1, longestNs)),
      0,
    );
  const all = intervals.map(({ gauges }) => gauges);
  const sum = (gauge: (gauges: Gauges) => number) => all.reduce((total, gauges) => total + gauge(gauges), 0);
  const shardCount = Math.max(...all.map(({ lagRecords }) => lagRecords.length));
  const behind = all.flatMap(({ behindMs }) => behindMs ?? []);
  return {
    inFlight: mean(({ inFlight }) => inFlight),
    intendedPerSecond: mean(({ intendedPerSecond }) => intendedPerSecond),
    lagRecords: Array.from({ length: shardCount }, (_, shard) => sum(({ lagRecords }) => lagRecords[shard] ?? 0)),
    ...(behind.length === 0 ? {} : { behindMs: Math.max(...behind) }),
    rssBytes: sum(({ rssBytes }) => rssBytes),
  };
}
