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
 * equal               nothing speaks against a PASS
 * unclear             the candidate may deliver less: no PASS yet
 * worse               the candidate delivers less
 * candidate-fails     the candidate does not deliver most of its records, and the baseline does
 * baseline-fails      the baseline delivers nothing, so that there is nothing to compare with
 */
export type DeliveryFinding = 'equal' | 'unclear' | 'worse' | 'candidate-fails' | 'baseline-fails';

export interface DeliveryRules {
  /** Planned length of the two comparisons, in pairs whose shares differ. */
  readonly firstPairs: number;
  readonly confirmPairs: number;
  readonly firstErrorRatio: number;
  readonly confirmErrorRatio: number;
}

/** A side that fails is found in this many pairs. */
const FAILING_PAIRS = 2;
/** The candidate fails if it does not deliver this share or more, while the baseline leaves at most BASELINE_LIMIT_RATIO. */
const FAILING_RATIO = 0.5;
const BASELINE_LIMIT_RATIO = 0.1;
/** If the first so many pairs that differ all speak against the candidate, it is worse. */
const STREAK_PAIRS = 10;
/** Chance that equals begin with such a streak: each pair that differs lies on either side with probability 1/2. */
export const STREAK_ERROR_RATIO = 2 ** -STREAK_PAIRS;
/** Smallest difference that counts if the baseline usually leaves records undelivered: of the records, and of its own share. */
const FLOOR_RATIO = 0.001;
const FLOOR_OF_BASELINE_RATIO = 0.1;
/** One-sided chance of so many worse pairs between equals, above which their signs do not stop a PASS. */
const UNCLEAR_P = 0.1;

export function pairDelivery({ baseline, candidate }: Pick<GatePair, 'baseline' | 'candidate'>): PairDelivery {
  return { baselineRatio: undeliveredRatio(baseline), candidateRatio: undeliveredRatio(candidate) };
}

/** @returns 0 for a block that owed nothing. */
export function undeliveredRatio(block: { readonly owedRecords: number; readonly undeliveredRecords: number }): number {
  return block.owedRecords === 0 ? 0 : block.undeliveredRecords / block.owedRecords;
}

/**
 * Compares the undelivered shares of pairs, by the signs of their differences: pairs without a difference count for neither side,
 * and of the others each lies on either side with probability 1/2 if the sides are equal, whatever their noise looks like.
 *
 * The candidate is worse if the first ten pairs that differ all speak against it (2^-10 between equals), or if two comparisons in
 * a row find it so, the second one in fresh pairs only: at most `firstErrorRatio * confirmErrorRatio` between equals. If the
 * baseline usually leaves records undelivered too, the median difference must also reach the floor.
 * @param ended no more pairs will come.
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

/** @returns the pairs until the look that found the candidate worse. */
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

/** A PASS needs signs that equals would show too, and a median difference below the floor. */
function isUnclear(deliveries: readonly PairDelivery[], differing: readonly PairDelivery[]): boolean {
  const worse = countOf(differing, isWorse);
  const better = differing.length - worse;
  if (worse <= better) return false;
  return better === 0 || signTestP(worse, better) / 2 <= UNCLEAR_P || isAboveFloor(deliveries);
}

const isWorse = ({ baselineRatio, candidateRatio }: PairDelivery): boolean => candidateRatio > baselineRatio;

/** Any record counts against a candidate whose baseline usually delivers everything. */
function isAboveFloor(deliveries: readonly PairDelivery[]): boolean {
  const baseline = medianOf(deliveries.map(({ baselineRatio }) => baselineRatio));
  if (baseline === 0) return true;
  const difference = medianOf(deliveries.map(({ baselineRatio, candidateRatio }) => candidateRatio - baselineRatio));
  return difference >= Math.max(FLOOR_RATIO, FLOOR_OF_BASELINE_RATIO * baseline);
}

function countOf(deliveries: readonly PairDelivery[], matches: (delivery: PairDelivery) => boolean): number {
  return deliveries.reduce((count, delivery) => count + (matches(delivery) ? 1 : 0), 0);
}
