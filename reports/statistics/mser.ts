import { meanOf } from './moments.ts';

export interface WarmUp {
  /** Batches at the start that belong to the warm-up. */
  readonly dropped: number;
  /** False when the best cut is the last one that is allowed: the series never became steady. */
  readonly isSteady: boolean;
  /** By number of dropped batches, from 0 to half of them: the statistic, in the values' unit squared. */
  readonly statistics: readonly number[];
}

/**
 * Where a series of batch means becomes steady: drop as many at the start as make the standard error of the rest's mean
 * least. It knows one warm-up at the start, not a shift later on.
 * @param batchMeans in order, at least 4.
 * Source: White, "An effective truncation heuristic for bias reduction in simulation output", 1997.
 */
export function mser(batchMeans: readonly number[]): WarmUp {
  const mostDropped = Math.floor(batchMeans.length / 2);
  const statistics = Array.from({ length: mostDropped + 1 }, (_, dropped) => {
    const rest = batchMeans.slice(dropped);
    const mean = meanOf(rest);
    return rest.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rest.length ** 2;
  });
  const dropped = statistics.indexOf(Math.min(...statistics));
  return { dropped, isSteady: dropped < mostDropped, statistics };
}
