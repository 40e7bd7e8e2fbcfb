import type { Interval } from '../result/result.ts';
import { type CellOrder, type Keep, sumCells } from './sum-cells.ts';
import { sumOfShards } from './sum-shards.ts';

/**
 * One interval that counts as much as several that follow each other. Counts and histograms are exact, gauges are means by time or
 * the last ones. The percentiles of a shard are null if they cannot be known.
 * @param seconds at least one.
 */
export function sumOfSeconds(seconds: readonly Interval[], order: CellOrder, keep: Keep): Interval {
  const [first, last] = [seconds[0]!, seconds.at(-1)!];
  return {
    startNs: first.startNs,
    endNs: last.endNs,
    cells: sumCells(
      seconds.flatMap(({ cells }) => cells),
      order,
      keep,
    ),
    shards: sumOfShards(seconds.map(({ shards }) => shards)),
    gauges: {
      ...last.gauges,
      inFlight: meanOf(seconds, ({ inFlight }) => inFlight),
      intendedPerSecond: meanOf(seconds, ({ intendedPerSecond }) => intendedPerSecond),
    },
  };
}

function meanOf(seconds: readonly Interval[], gauge: (gauges: Interval['gauges']) => number): number {
  const lengthNs = seconds.at(-1)!.endNs - seconds[0]!.startNs;
  const sum = seconds.reduce((total, { startNs, endNs, gauges }) => total + gauge(gauges) * (endNs - startNs), 0);
  return lengthNs > 0 ? sum / lengthNs : 0;
}
