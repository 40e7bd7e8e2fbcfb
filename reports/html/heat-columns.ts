import type { Interval } from '../result/result.ts';
import { packCounts, packLatencies } from './pack.ts';
import type { HeatData } from './report-data.ts';

/** Returns counts and p99 of every shard of the series, for points of `perPoint` intervals each. */
export function heatColumns(series: readonly Interval[], perPoint: number): HeatData {
  const shardCount = series.reduce(
    (most, { shards }) => shards.reduce((m, { shard }) => Math.max(m, shard + 1), most),
    0,
  );
  const pointCount = Math.ceil(series.length / perPoint);
  const acked = new Float64Array(shardCount * pointCount);
  const throttled = new Float64Array(shardCount * pointCount);
  const p99Ns = new Array<number | null>(shardCount * pointCount).fill(null);
  for (const [index, { shards }] of series.entries()) {
    const point = Math.floor(index / perPoint);
    for (const { shard, putToGet, ...counts } of shards) {
      const cell = shard * pointCount + point;
      acked[cell]! += counts.acked;
      throttled[cell]! += counts.throttled;
      // In a merged result the p99 of a second may be unknown, which makes the point unknown: Math.max propagates NaN.
      if (putToGet.count > 0) p99Ns[cell] = Math.max(p99Ns[cell] ?? 0, putToGet.p99Ns ?? Number.NaN);
    }
  }
  return {
    shardCount,
    pointCount,
    acked: packCounts(acked),
    throttled: packCounts(throttled),
    p99: packLatencies(p99Ns),
  };
}
