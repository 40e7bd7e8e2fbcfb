import { normalQuantile } from '../statistics/distributions.ts';
import { robustDeviation } from '../statistics/median.ts';
import { FIRST_ERROR_RATIO } from './judge.ts';

/** Of the planned pairs, the rest confirm. */
export const FIRST_SHARE = 0.6;
const POWER = 0.9;
/** Standard error of a median over that of a mean, for normal values: sqrt(pi / 2). */
const MEDIAN_INEFFICIENCY = 1.2533;

/**
 * About the smallest worsening that a gate of so many pairs finds nine times in ten, from the spread of its pairs. The
 * confirmation decides: it is the shorter of the two comparisons, and both must find it.
 * @param ratios log-ratios of pairs, at least two.
 */
export function detectableRatio(ratios: readonly number[], plannedPairs: number): number {
  return Math.expm1(pairsFactor(ratios) / Math.sqrt((1 - FIRST_SHARE) * plannedPairs));
}

/** About how many pairs a gate needs to find a worsening of `ratio` nine times in ten. */
export function pairsToDetect(ratios: readonly number[], ratio: number): number {
  return Math.ceil((pairsFactor(ratios) / Math.log1p(ratio)) ** 2 / (1 - FIRST_SHARE));
}

function pairsFactor(ratios: readonly number[]): number {
  const z = normalQuantile(1 - FIRST_ERROR_RATIO) + normalQuantile(POWER);
  return z * MEDIAN_INEFFICIENCY * robustDeviation(ratios);
}
