import { medianOfSorted } from '../statistics/median.ts';
import { judgeDelivery, type PairDelivery, pairDelivery, STREAK_ERROR_RATIO } from './judge-delivery.ts';
import { type Look, looksOf } from './looks.ts';
import { type GatedMetric, type GatePair, logRatios } from './pairs.ts';

/** All that a verdict depends on beside the pairs. Ratios: 0.05 is 5 %. */
export interface GateRules {
  readonly metric: GatedMetric;
  /** What PASS excludes: a worsening of this much or more. */
  readonly toleranceRatio: number;
  /** What FAIL needs: a median worse by at least this much. Below the tolerance. */
  readonly floorRatio: number;
  /** Planned length of the first comparison and of its confirmation. */
  readonly firstPairs: number;
  readonly confirmPairs: number;
}

/** Chance that the first comparison raises an alarm over nothing. */
export const FIRST_ERROR_RATIO = 0.025;
/** The same for the confirmation, which fresh pairs give. An alarm over nothing must pass both. @internal */
export const CONFIRM_ERROR_RATIO = 0.05;
/**
 * Chance that a comparison of equals fails: by the metric alone, which must raise an alarm and confirm it, and by delivery, which
 * adds nothing if both sides deliver every record.
 */
export const METRIC_ERROR_RATIO = FIRST_ERROR_RATIO * CONFIRM_ERROR_RATIO;
export const DELIVERY_ERROR_RATIO = STREAK_ERROR_RATIO + FIRST_ERROR_RATIO * CONFIRM_ERROR_RATIO;
/** Chance that either comparison excludes a worsening of the tolerance that is there: at most twice this for a PASS. */
const MISSED_RATIO = 0.025;

/** Where a comparison stands at its newest look. Ratios of candidate over baseline less one, positive where it is worse. */
export interface Reading {
  /** Pairs so far; those of the newest look in `lookPairs`, 0 before the first one. */
  readonly pairs: number;
  readonly lookPairs: number;
  readonly medianRatio: number | null;
  /** The interval in which the median lies, at all looks together, one-sided error on each side; null where it has no end yet. */
  readonly lowRatio: number | null;
  readonly highRatio: number | null;
}

type Finding = 'worse' | 'fine' | 'open';

interface Comparison {
  readonly finding: Finding;
  readonly reading: Reading;
  /** Pairs that the comparison took to its finding; all there are while it is open. */
  readonly usedPairs: number;
}

export interface GateState {
  /** open: more pairs are needed; invalid: the baseline is not fit to be compared with. */
  readonly kind: 'open' | 'pass' | 'fail' | 'inconclusive' | 'invalid';
  readonly reason: GateReason;
  readonly first: Comparison;
  /** Begun when the first comparison found the candidate worse, on fresh pairs alone. */
  readonly confirmation?: Comparison;
}

/** Why a gate says what it says. */
export const GATE_REASONS = {
  MORE_PAIRS: 'More pairs are needed.',
  WORSE_CONFIRMED: 'The candidate is worse by more than the floor, and fresh pairs say so too.',
  CANDIDATE_FAILS: 'The candidate left most of its records undelivered in two pairs, and the baseline delivered them.',
  DELIVERY_WORSE: 'The candidate left a larger share of its records undelivered than the baseline.',
  WITHIN_TOLERANCE: 'A worsening of the tolerance or more is excluded, and the median is below the floor.',
  ALARM_NOT_CONFIRMED: 'A first alarm was not confirmed: fresh pairs exclude a worsening of the tolerance.',
  TOO_FEW_PAIRS: 'Neither a worsening nor its absence is shown by the pairs there was time for.',
  DELIVERY_UNCLEAR: 'The candidate left records undelivered, too seldom to fail and too often to pass.',
  INTERRUPTED: 'The gate was interrupted.',
  BASELINE_FAILS: 'The baseline delivered nothing in two pairs, so there is nothing to compare with.',
  BLOCKS_INVALID: 'Too many blocks were invalid: their numbers are not about the sides.',
} as const;
export type GateReason = keyof typeof GATE_REASONS;

/**
 * What pairs say, as far as they go. The same function judges a gate while it runs, a saved one again, and simulated ones.
 *
 *   first comparison --worse--> confirmation, on fresh pairs --worse--> FAIL
 *          |  \                     |  \--fine--> PASS
 *          |   \--fine--> PASS      |
 *        open: more pairs         open: more pairs; INCONCLUSIVE when there are no more
 *
 * Delivery is judged beside the metric (judge-delivery.ts) and overrules it.
 *
 * @param pairs in order, without those that were discarded as warm-up.
 * @param ended no more pairs will come: the newest look may spend what is left of the allowed error.
 */
export function judgeGate(pairs: readonly GatePair[], rules: GateRules, ended = false): GateState {
  return judgeReadings(logRatios(pairs, rules.metric), pairs.map(pairDelivery), rules, ended);
}

/** @param ratios of each pair, as `logRatios` gives them. @param deliveries of the same pairs. */
export function judgeReadings(
  ratios: readonly (number | null)[],
  deliveries: readonly PairDelivery[],
  rules: GateRules,
  ended: boolean,
): GateState {
  const measured = judgeRatios(
    ratios.filter((ratio) => ratio !== null),
    rules,
    ended,
  );
  return withDelivery(measured, deliveries, rules, ended);
}

/**
 * The part of the judgement that is about the metric alone. @param ratios of the pairs, as `logRatios` gives them.
 * @internal
 */
export function judgeRatios(ratios: readonly number[], rules: GateRules, ended = false): GateState {
  const first = compare(ratios, rules, rules.firstPairs, FIRST_ERROR_RATIO, ended);
  if (first.finding === 'fine') return { kind: 'pass', reason: 'WITHIN_TOLERANCE', first };
  if (first.finding === 'open') {
    const isOver = ended || first.usedPairs >= rules.firstPairs;
    return isOver
      ? { kind: 'inconclusive', reason: 'TOO_FEW_PAIRS', first }
      : { kind: 'open', reason: 'MORE_PAIRS', first };
  }
  const fresh = ratios.slice(first.usedPairs);
  const confirmation = compare(fresh, rules, rules.confirmPairs, CONFIRM_ERROR_RATIO, ended);
  const both = { first, confirmation };
  if (confirmation.finding === 'worse') return { kind: 'fail', reason: 'WORSE_CONFIRMED', ...both };
  if (confirmation.finding === 'fine') return { kind: 'pass', reason: 'ALARM_NOT_CONFIRMED', ...both };
  const isOver = ended || confirmation.usedPairs >= rules.confirmPairs;
  return isOver
    ? { kind: 'inconclusive', reason: 'TOO_FEW_PAIRS', ...both }
    : { kind: 'open', reason: 'MORE_PAIRS', ...both };
}

/** Goes from look to look until one of them finds something. */
function compare(
  ratios: readonly number[],
  { floorRatio, toleranceRatio }: GateRules,
  plannedPairs: number,
  errorRatio: number,
  ended: boolean,
): Comparison {
  const endPairs = ended ? Math.min(plannedPairs, ratios.length) : plannedPairs;
  const floor = Math.log1p(floorRatio);
  const tolerance = Math.log1p(toleranceRatio);
  let reading = unread(ratios.length);
  const missing = looksOf(plannedPairs, MISSED_RATIO, endPairs);
  for (const [index, look] of looksOf(plannedPairs, errorRatio, endPairs).entries()) {
    if (look.pairs > ratios.length || look.pairs === 0) break;
    const { median, low, high } = readLook(ratios, look, missing[index]!.needed);
    reading = {
      pairs: ratios.length,
      lookPairs: look.pairs,
      medianRatio: Math.expm1(median),
      lowRatio: low === undefined ? null : Math.expm1(low),
      highRatio: high === undefined ? null : Math.expm1(high),
    };
    if (low !== undefined && low > 0 && median >= floor) return { finding: 'worse', reading, usedPairs: look.pairs };
    if (high !== undefined && high < tolerance && median < floor)
      return { finding: 'fine', reading, usedPairs: look.pairs };
  }
  return { finding: 'open', reading, usedPairs: Math.min(ratios.length, plannedPairs) };
}

/** Median and the order statistics that bound it: with `needed` of n on one side of a value, it is excluded. */
function readLook(ratios: readonly number[], { pairs, needed }: Look, neededBelow: number) {
  const sorted = ratios.slice(0, pairs).sort((a, b) => a - b);
  return { median: medianOfSorted(sorted), low: sorted[pairs - needed], high: sorted[neededBelow - 1] };
}

/** Delivery comes before the metric: what did not arrive has no latency. */
function withDelivery(
  measured: GateState,
  deliveries: readonly PairDelivery[],
  { firstPairs, confirmPairs }: GateRules,
  ended: boolean,
): GateState {
  const rules = {
    firstPairs,
    confirmPairs,
    firstErrorRatio: FIRST_ERROR_RATIO,
    confirmErrorRatio: CONFIRM_ERROR_RATIO,
  };
  switch (judgeDelivery(deliveries, rules, ended)) {
    case 'equal':
      return measured;
    case 'baseline-fails':
      return { ...measured, kind: 'invalid', reason: 'BASELINE_FAILS' };
    case 'candidate-fails':
      return { ...measured, kind: 'fail', reason: 'CANDIDATE_FAILS' };
    case 'worse':
      return { ...measured, kind: 'fail', reason: 'DELIVERY_WORSE' };
    case 'unclear':
      if (measured.kind === 'fail') return measured;
      return ended || measured.kind === 'inconclusive'
        ? { ...measured, kind: 'inconclusive', reason: 'DELIVERY_UNCLEAR' }
        : { ...measured, kind: 'open', reason: 'MORE_PAIRS' };
  }
}

const unread = (pairs: number): Reading => ({
  pairs,
  lookPairs: 0,
  medianRatio: null,
  lowRatio: null,
  highRatio: null,
});
