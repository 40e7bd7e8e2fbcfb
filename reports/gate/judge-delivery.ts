import { medianOf } from '../statistics/moments.ts';
import { signTestP } from '../statistics/sign-test.ts';
import { looksOf } from './looks.ts';
import type { GatePair } from './pairs.ts';

/** Undelivered shares of the two blocks of a pair: 0 is full delivery, 1 is nothing received. */
export interface PairDelivery {
  readonly baselineRatio: number;
  readonly candidateRatio: number;
}

/**
 * equal               delivery does not prevent a PASS
 * unclear             the candidate may deliver less: no PASS yet
 * worse               the candidate delivers less
 * candidate-fails     the candidate does not deliver most of its records, but the baseline does
 * baseline-fails      the baseline delivers nothing, so that a comparison is impossible
 */
export type DeliveryFinding = 'equal' | 'unclear' | 'worse' | 'candidate-fails' | 'baseline-fails';

export interface DeliveryRules {
  /** Planned length of the first comparison. As in the other fields, only pairs with different shares count. */
  readonly firstPairs: number;
  /** Planned length of the confirmation. */
  readonly confirmPairs: number;
  readonly firstErrorRatio: number;
  readonly confirmErrorRatio: number;
}

/** Pairs after which a side counts as failing. */
const FAILING_PAIRS = 2;
/**
 * A candidate fails in a pair if its undelivered share is above this one, while that of the baseline is at most
 * BASELINE_LIMIT_RATIO.
 */
const FAILING_RATIO = 0.5;
const BASELINE_LIMIT_RATIO = 0.1;
/** The candidate is worse if it delivered less in each of the first so many pairs that differ. */
const STREAK_PAIRS = 10;
/** Probability of such a streak between equal sides: in each pair that differs, either side is worse with probability 1/2. */
export const STREAK_ERROR_RATIO = 2 ** -STREAK_PAIRS;
/**
 * Smallest difference that counts if the baseline also has undelivered records in most pairs: a part of all records, or a part
 * of the undelivered share of the baseline, whichever is larger.
 */
const FLOOR_RATIO = 0.001;
const FLOOR_OF_BASELINE_RATIO = 0.1;
/** A number of worse pairs that has at least this one-sided probability between equal sides does not prevent a PASS. */
const UNCLEAR_P = 0.1;

export function pairDelivery({ baseline, candidate }: Pick<GatePair, 'baseline' | 'candidate'>): PairDelivery {
  return { baselineRatio: undeliveredRatio(baseline), candidateRatio: undeliveredRatio(candidate) };
}

/** @returns 0 for a block in which no record was owed. */
export function undeliveredRatio(block: { readonly owedRecords: number; readonly undeliveredRecords: number }): number {
  return block.owedRecords === 0 ? 0 : block.undeliveredRecords / block.owedRecords;
}

/**
 * Compares the undelivered shares of pairs by the signs of their differences. Pairs without a difference count for neither side.
 * If the sides are equal, each of the other pairs has either sign with probability 1/2, whatever the noise looks like.
 *
 * The candidate is worse if it delivered less in each of the first ten pairs that differ (probability 2^-10 for equal sides), or
 * if two comparisons in a row find it worse, the second one with fresh pairs only (at most `firstErrorRatio *
 * confirmErrorRatio` for equal sides). If the baseline has undelivered records in most pairs too, the median difference must
 * also reach the floor.
 * @param ended true if no more pairs will come.
 */
export function judgeDelivery(
  deliveries: readonly PairDelivery[],
  rules: DeliveryRules,
  ended = false,
): DeliveryFinding {
  if (deliveries.every(({ baselineRatio, candidateRatio }) => baselineRatio === 0 && candidateRatio === 0))
    return 'equal';
  if (countOf(deliveries, ({ baselineRatio }) => baselineRatio === 1) >= FAILING_PAIRS) return 'baseline-fails';
  const isBaselineFit = deliveries.every(({ baselineRatio }) => baselineRatio <= BASELINE_LIMIT_RATIO);
  const failing = countOf(deliveries, ({ candidateRatio }) => candidateRatio > FAILING_RATIO);
  if (isBaselineFit && failing >= FAILING_PAIRS) return 'candidate-fails';
  const differing = deliveries.filter(({ baselineRatio, candidateRatio }) => baselineRatio !== candidateRatio);
  const streak = differing.slice(0, STREAK_PAIRS);
  if (streak.length === STREAK_PAIRS && streak.every(isWorse) && isAboveFloor(streak)) return 'worse';
  if (isWorseTwice(differing, rules, ended)) return 'worse';
  return isUnclear(deliveries, differing) ? 'unclear' : 'equal';
}

function isWorseTwice(differing: readonly PairDelivery[], rules: DeliveryRules, ended: boolean): boolean {
  const used = alarmAt(differing, rules.firstPairs, rules.firstErrorRatio, ended);
  if (used === undefined) return false;
  return alarmAt(differing.slice(used), rules.confirmPairs, rules.confirmErrorRatio, ended) !== undefined;
}

/** @returns the number of pairs at the look that found the candidate worse, or undefined. */
function alarmAt(
  differing: readonly PairDelivery[],
  plannedPairs: number,
  errorRatio: number,
  ended: boolean,
): number | undefined {
  const endPairs = ended ? Math.min(plannedPairs, differing.length) : plannedPairs;
  for (const { pairs, needed } of looksOf(plannedPairs, errorRatio, endPairs)) {
    if (pairs > differing.length || pairs === 0) return undefined;
    const seen = differing.slice(0, pairs);
    if (countOf(seen, isWorse) >= needed && isAboveFloor(seen)) return pairs;
  }
  return undefined;
}

/** A PASS needs signs that are likely for equal sides, and a median difference below the floor. */
function isUnclear(deliveries: readonly PairDelivery[], differing: readonly PairDelivery[]): boolean {
  const worse = countOf(differing, isWorse);
  const better = differing.length - worse;
  if (worse <= better) return false;
  return better === 0 || signTestP(worse, better) / 2 <= UNCLEAR_P || isAboveFloor(deliveries);
}

const isWorse = ({ baselineRatio, candidateRatio }: PairDelivery): boolean => candidateRatio > baselineRatio;

/** If the baseline delivers everything in most pairs, each undelivered record of the candidate counts. */
function isAboveFloor(deliveries: readonly PairDelivery[]): boolean {
  const baseline = medianOf(deliveries.map(({ baselineRatio }) => baselineRatio));
  if (baseline === 0) return true;
  const difference = medianOf(deliveries.map(({ baselineRatio, candidateRatio }) => candidateRatio - baselineRatio));
  return difference >= Math.max(FLOOR_RATIO, FLOOR_OF_BASELINE_RATIO * baseline);
}

function countOf(deliveries: readonly PairDelivery[], matches: (delivery: PairDelivery) => boolean): number {
  return deliveries.reduce((count, delivery) => count + (matches(delivery) ? 1 : 0), 0);
}
