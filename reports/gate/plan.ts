import { FIRST_SHARE } from './detectable.ts';
import type { GateRules } from './judge.ts';
import { FIRST_LOOK_PAIRS } from './looks.ts';
import type { GatedMetric } from './pairs.ts';

/** Fewest pairs of a gate: one look of the first comparison, one of the confirmation. */
export const GATE_PAIRS_MIN = 2 * FIRST_LOOK_PAIRS;

export interface RuleOptions {
  readonly metric: GatedMetric;
  readonly toleranceRatio: number;
  readonly floorRatio: number;
  /** For both comparisons together. */
  readonly plannedPairs: number;
}

/** Shares out the pairs. The first comparison has more of them: it decides when the sides are equal, as they mostly are. */
export function rulesFor({ metric, toleranceRatio, floorRatio, plannedPairs }: RuleOptions): GateRules {
  const most = Math.max(GATE_PAIRS_MIN, plannedPairs);
  const firstPairs = Math.max(FIRST_LOOK_PAIRS, Math.round(FIRST_SHARE * most));
  return {
    metric,
    toleranceRatio,
    floorRatio,
    firstPairs,
    confirmPairs: Math.max(FIRST_LOOK_PAIRS, most - firstPairs),
  };
}

export const DEFAULT_TOLERANCE_RATIO = 0.05;
/** For all blocks of a gate together. */
export const DEFAULT_MAX_DURATION_NS = 600e9;

/**
 * Half the tolerance. A true worsening of the tolerance is then found with the same certainty with which none is passed: its
 * median lies as far above the floor as that of equals lies below.
 */
export const floorFor = (toleranceRatio: number): number => toleranceRatio / 2;
