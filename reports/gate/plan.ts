import { FIRST_SHARE } from './detectable.ts';
import type { GateRules } from './judge.ts';
import { FIRST_LOOK_PAIRS } from './looks.ts';
import type { GatedMetric } from './pairs.ts';

/** Pairs of the shortest gate: one look of the first comparison and one of the confirmation. */
export const GATE_PAIRS_MIN = 2 * FIRST_LOOK_PAIRS;

export interface RuleOptions {
  readonly metric: GatedMetric;
  readonly toleranceRatio: number;
  readonly floorRatio: number;
  /** Pairs of both comparisons together. */
  readonly plannedPairs: number;
}

/**
 * Divides the pairs. The first comparison gets more of them, because it decides when the sides are equal, which is most common.
 */
export function rulesFor({ metric, toleranceRatio, floorRatio, plannedPairs }: RuleOptions): GateRules {
  const pairs = Math.max(GATE_PAIRS_MIN, plannedPairs);
  const firstPairs = Math.max(FIRST_LOOK_PAIRS, Math.round(FIRST_SHARE * pairs));
  return {
    metric,
    toleranceRatio,
    floorRatio,
    firstPairs,
    confirmPairs: Math.max(FIRST_LOOK_PAIRS, pairs - firstPairs),
  };
}

export const DEFAULT_TOLERANCE_RATIO = 0.05;
/** Time limit for all blocks of a gate together. */
export const DEFAULT_MAX_DURATION_NS = 600e9;

/**
 * Half the tolerance. A gate is then as likely to fail a true worsening of the tolerance as to pass equal sides: the one median
 * is as far above the floor as the other one is below it.
 */
export const floorFor = (toleranceRatio: number): number => toleranceRatio / 2;
