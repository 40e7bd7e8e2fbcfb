import { medianOfSorted } from '../statistics/median.ts';
import { judgeDelivery, type PairDelivery, pairDelivery, STREAK_ERROR_RATIO } from './judge-delivery.ts';
import { type Look, looksOf } from './looks.ts';
import { type GatedMetric, type GatePair, logRatios } from './pairs.ts';

/** Everything that a verdict depends on except the pairs. Ratios: 0.05 is 5 %. */
export interface GateRules {
  readonly metric: GatedMetric;
  /** A PASS rules out a worsening of this size or more. */
  readonly toleranceRatio: number;
  /** A FAIL needs a median that is worse by at least this much. Smaller than the tolerance. */
  readonly floorRatio: number;
  /** Planned length of the first comparison. */
  readonly firstPairs: number;
  /** Planned length of the confirmation. */
  readonly confirmPairs: number;
}

/** Probability that the first comparison raises a false alarm. */
export const FIRST_ERROR_RATIO = 0.025;
/** Probability that the confirmation, which uses fresh pairs, confirms a false alarm. @internal */
export const CONFIRM_ERROR_RATIO = 0.05;
/**
 * Probability that a comparison of equal sides fails because of the metric: an alarm must be raised and confirmed.
 */
export const METRIC_ERROR_RATIO = FIRST_ERROR_RATIO * CONFIRM_ERROR_RATIO;
/** Probability that a comparison of equal sides fails because of delivery; 0 if both sides deliver every record. */
export const DELIVERY_ERROR_RATIO = STREAK_ERROR_RATIO + FIRST_ERROR_RATIO * CONFIRM_ERROR_RATIO;
/** Probability that one comparison rules out a real worsening of the tolerance. For a PASS it is at most twice as large. */
const MISSED_RATIO = 0.025;

/**
 * State of a comparison at its newest look. Ratios are candidate / baseline - 1, with the sign that is positive if the
 * candidate is worse.
 */
export interface Reading {
  /** Pairs so far. */
  readonly pairs: number;
  /** Pairs of the newest look, 0 before the first one. */
  readonly lookPairs: number;
  readonly medianRatio: number | null;
  /**
   * Lower end of the interval of the median, which holds for all looks together; null if it has no end yet. Each end has its
   * own error.
   */
  readonly lowRatio: number | null;
  /** Upper end of that interval. */
  readonly highRatio: number | null;
}

type Finding = 'worse' | 'fine' | 'open';

interface Comparison {
  readonly finding: Finding;
  readonly reading: Reading;
  /** Pairs that the comparison used for its finding, or all its pairs while it is open. */
  readonly usedPairs: number;
}

export interface GateState {
  /** open: more pairs are needed; invalid: the baseline fails, so that a comparison is impossible. */
  readonly kind: 'open' | 'pass' | 'fail' | 'inconclusive' | 'invalid';
  readonly reason: GateReason;
  readonly first: Comparison;
  /** Exists if the first comparison found the candidate worse. It uses only fresh pairs. */
  readonly confirmation?: Comparison;
}

/** Reasons of verdicts, by their code. */
export const GATE_REASONS = {
  MORE_PAIRS: 'More pairs are needed.',
  WORSE_CONFIRMED: 'The candidate is worse by more than the floor, and fresh pairs confirmed it.',
  CANDIDATE_FAILS: 'The candidate left most of its records undelivered in two pairs, and the baseline delivered them.',
  DELIVERY_WORSE: 'The candidate left a larger share of its records undelivered than the baseline.',
  WITHIN_TOLERANCE: 'A worsening of the tolerance or more is ruled out, and the median is below the floor.',
  ALARM_NOT_CONFIRMED: 'A first alarm was not confirmed: fresh pairs rule out a worsening of the tolerance.',
  TOO_FEW_PAIRS: 'There was time for too few pairs to show a worsening or to rule it out.',
  DELIVERY_UNCLEAR: 'The candidate left records undelivered in too few pairs for a FAIL and too many for a PASS.',
  INTERRUPTED: 'The gate was interrupted.',
  BASELINE_FAILS: 'The baseline delivered nothing in two pairs, so the candidate cannot be compared with it.',
  BLOCKS_INVALID: 'Too many blocks were invalid: their numbers do not describe the sides.',
} as const;
export type GateReason = keyof typeof GATE_REASONS;

/**
 * Judges pairs. The same function judges running gates, saved gates and simulated gates.
 *
 *   first comparison --worse--> confirmation, on fresh pairs --worse--> FAIL
 *          |  \                     |  \--fine--> PASS
 *          |   \--fine--> PASS      |
 *        open: more pairs         open: more pairs; INCONCLUSIVE when there are no more
 *
 * Delivery is judged separately (judge-delivery.ts) and overrules the metric.
 *
 * @param pairs in order, without the discarded warm-up pairs.
 * @param ended true if no more pairs will come: the last look may then spend the rest of the allowed error.
 */
export function judgeGate(pairs: readonly GatePair[], rules: GateRules, ended = false): GateState {
  return judgeReadings(logRatios(pairs, rules.metric), pairs.map(pairDelivery), rules, ended);
}

/** @param ratios log-ratios of the pairs, from `logRatios`. @param deliveries of the same pairs. */
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
 * Judges only the metric. @param ratios log-ratios of the pairs, from `logRatios`.
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

/** Evaluates one look after the other, until one of them decides. */
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

/** Median and its bounds, which are order statistics: `needed` values on one side of a value rule it out as the median. */
function readLook(ratios: readonly number[], { pairs, needed }: Look, neededBelow: number) {
  const sorted = ratios.slice(0, pairs).sort((a, b) => a - b);
  return { median: medianOfSorted(sorted), low: sorted[pairs - needed], high: sorted[neededBelow - 1] };
}

/** Delivery takes precedence over the metric, because a record that was not delivered has no latency. */
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
