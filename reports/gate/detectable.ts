import { normalQuantile } from '../statistics/distributions.ts';
import { robustDeviation } from '../statistics/median.ts';
import { FIRST_ERROR_RATIO } from './judge.ts';

/** Share of the planned pairs that belong to the first comparison. The others belong to the confirmation. */
export const FIRST_SHARE = 0.6;
const POWER = 0.9;
/** Standard error of a median divided by that of a mean, for normal values: sqrt(pi / 2). */
const MEDIAN_INEFFICIENCY = 1.2533;

/**
 * Estimates the smallest worsening that a gate of `plannedPairs` finds in 90 % of cases, from the spread of its pairs. Both
 * comparisons must find it, so the shorter one, the confirmation, limits the gate.
 * @param ratios log-ratios of pairs, at least two.
 */
export function detectableRatio(ratios: readonly number[], plannedPairs: number): number {
  return Math.expm1(pairsFactor(ratios) / Math.sqrt((1 - FIRST_SHARE) * plannedPairs));
}

/** Estimates the pairs that a gate needs to find a worsening of `ratio` in 90 % of cases. */
export function pairsToDetect(ratios: readonly number[], ratio: number): number {
  return Math.ceil((pairsFactor(ratios) / Math.log1p(ratio)) ** 2 / (1 - FIRST_SHARE));
}

function pairsFactor(ratios: readonly number[]): number {
  const z = normalQuantile(1 - FIRST_ERROR_RATIO) + normalQuantile(POWER);
  return z * MEDIAN_INEFFICIENCY * robustDeviation(ratios);
}
