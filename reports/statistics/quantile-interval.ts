import type { Histogram } from '../histogram/histogram.ts';
import { slotHighestNs, slotLowestNs } from '../histogram/slots.ts';
import { binomialCdf } from './distributions.ts';

/**
 * Between which ranks (1 to count, ascending) a quantile lies.
 *   two-sided   between both, each side wrong with half of the error
 *   upper       at or below it; too few values for a lower bound beside it
 *   lower       at or above it; too few values for an upper bound beside it
 *   none        too few values for any bound
 * coverageRatio is the real coverage of the interval, at least the requested one.
 */
export type RankInterval =
  | {
      readonly kind: 'two-sided';
      readonly lowerRank: number;
      readonly upperRank: number;
      readonly coverageRatio: number;
    }
  | { readonly kind: 'upper'; readonly upperRank: number; readonly coverageRatio: number }
  | { readonly kind: 'lower'; readonly lowerRank: number; readonly coverageRatio: number }
  | { readonly kind: 'none' };

export interface ValueInterval {
  /** null: no bound on this side. */
  readonly lowerNs: number | null;
  readonly upperNs: number | null;
}

const DEFAULT_CONFIDENCE_RATIO = 0.95;

/**
 * Ranks of the order statistics that bound a quantile, with exact binomial coverage: of `count` independent values,
 * K ~ Bin(count, probability) lie at or below the quantile, and [x(l), x(u)] covers it with P(l <= K <= u - 1).
 * Values of one run are not independent (a stall makes hundreds of slow ones), so there it is the least uncertainty there is.
 * @param probability above 0 and below 1: 0.99 for p99.
 * Source: David and Nagaraja, Order Statistics, section 7.1.
 */
export function quantileRanks(
  count: number,
  probability: number,
  confidenceRatio = DEFAULT_CONFIDENCE_RATIO,
): RankInterval {
  const error = 1 - confidenceRatio;
  const lowerRank = lowerRankOf(count, probability, error / 2);
  const upperRank = upperRankOf(count, probability, error / 2);
  if (lowerRank >= 1 && upperRank <= count) {
    const below = (rank: number) => binomialCdf(rank - 1, count, probability);
    return { kind: 'two-sided', lowerRank, upperRank, coverageRatio: below(upperRank) - below(lowerRank) };
  }
  return oneSided(count, probability, error);
}

/** The interval of quantileRanks in the histogram's values: lower edge of the lower rank's slot to upper edge of the upper one's. */
export function quantileInterval(
  histogram: Histogram,
  probability: number,
  confidenceRatio = DEFAULT_CONFIDENCE_RATIO,
): ValueInterval {
  const ranks = quantileRanks(histogram.count, probability, confidenceRatio);
  const lowerRank = ranks.kind === 'two-sided' || ranks.kind === 'lower' ? ranks.lowerRank : undefined;
  const upperRank = ranks.kind === 'two-sided' || ranks.kind === 'upper' ? ranks.upperRank : undefined;
  let [seen, lowerNs, upperNs]: [number, number | null, number | null] = [0, null, null];
  histogram.forEachSlot((slot, slotCount) => {
    const before = seen;
    seen += slotCount;
    if (lowerRank !== undefined && before < lowerRank && lowerRank <= seen) lowerNs = slotLowestNs(slot);
    if (upperRank !== undefined && before < upperRank && upperRank <= seen) upperNs = slotHighestNs(slot);
  });
  return { lowerNs, upperNs };
}

/** Above the median the largest value is the requested bound, below it the smallest. */
function oneSided(count: number, probability: number, error: number): RankInterval {
  const upper = upperBound(count, probability, error);
  const lower = lowerBound(count, probability, error);
  return (probability >= 0.5 ? (upper ?? lower) : (lower ?? upper)) ?? { kind: 'none' };
}

function upperBound(count: number, probability: number, error: number): RankInterval | undefined {
  const upperRank = upperRankOf(count, probability, error);
  if (upperRank > count) return undefined;
  // The largest value is below the quantile only if all are: exact, where the cumulative function would round.
  const coverageRatio = upperRank === count ? 1 - probability ** count : binomialCdf(upperRank - 1, count, probability);
  return { kind: 'upper', upperRank, coverageRatio };
}

function lowerBound(count: number, probability: number, error: number): RankInterval | undefined {
  const lowerRank = lowerRankOf(count, probability, error);
  if (lowerRank < 1) return undefined;
  return { kind: 'lower', lowerRank, coverageRatio: 1 - binomialCdf(lowerRank - 1, count, probability) };
}

/** The largest l with P(K <= l - 1) <= error; 0 when there is none. */
function lowerRankOf(count: number, probability: number, error: number): number {
  return firstRank(count, (rank) => binomialCdf(rank - 1, count, probability) > error) - 1;
}

/** The smallest u with P(K <= u - 1) >= 1 - error; count + 1 when there is none. */
function upperRankOf(count: number, probability: number, error: number): number {
  return firstRank(count, (rank) => binomialCdf(rank - 1, count, probability) >= 1 - error);
}

/** The first rank from 1 on that is beyond, which all after it are too; count + 1 when none is. */
function firstRank(count: number, isBeyond: (rank: number) => boolean): number {
  let low = 1;
  let high = count + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isBeyond(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
