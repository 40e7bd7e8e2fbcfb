import { normalQuantile } from '../statistics/distributions.ts';
import { GROWTH_NOISE_RATIO, judgeTrial } from './judge-trial.ts';
import { type KneeLimit, limitOf } from './limit.ts';
import { replaySearch, type SearchEnd, type SearchRules, unfinished } from './search.ts';
import type { BacklogTrend, Trial } from './trial.ts';

/** The result of a search, with its evidence. Rates are records/s. */
export interface Knee extends Pick<SearchEnd, 'kind' | 'descent' | 'why'> {
  /** The highest rate claimed sustainable; null if there is none. */
  readonly sustainablePerSecond: number | null;
  /** The rate of the trials behind the claim. */
  readonly triedPerSecond: number | null;
  readonly sustainableTrials: number;
  /** Difference between the claim and the tried rate. */
  readonly allowance: Allowance;
  /** The lowest rate that is not sustainable or could not be offered; null if there is none. */
  readonly unsustainablePerSecond: number | null;
  /** Index of the trial of unsustainablePerSecond. */
  readonly unsustainableTrial: number | null;
  readonly limit: KneeLimit;
}

interface Allowance {
  /** Growth of the backlog that trials cannot detect, in records/s. */
  readonly growthPerSecond: number;
  /** Share of the rate that may come from saved burst capacity of the target. */
  readonly burstRatio: number;
}

const NO_ALLOWANCE: Allowance = { growthPerSecond: 0, burstRatio: 0 };
/** Confidence of a claim, because a claim must not be too high. */
const CONFIDENCE_RATIO = 0.999;
const REACH = normalQuantile(CONFIDENCE_RATIO);
/** Level of the bounds of a trend: one-sided, 95%. */
const REACH_OF_BOUNDS = normalQuantile(0.95);
/** Minimum error of a growth, because batches can make a backlog smoother than its true variation. */
const ERROR_MIN_RATIO = 0.0002;

/** Derives the knee from the trials. It is pure, so that a saved search can be checked by deriving it again. */
export function kneeOf(rules: SearchRules, trials: readonly Trial[]): Knee {
  const replay = replaySearch(rules, trials);
  const end = replay.kind === 'end' ? replay.end : unfinished(rules, trials);
  const { lowPerSecond, highPerSecond, highTrial, kind, descent, why } = end;
  return {
    kind,
    ...claimOf(rules, trials, lowPerSecond),
    triedPerSecond: lowPerSecond,
    unsustainablePerSecond: highPerSecond,
    unsustainableTrial: highTrial,
    limit: limitOf(rules, trials, end),
    descent,
    ...(why === undefined ? {} : { why }),
  };
}

/**
 * Returns the claim. It is below the tried rate by two allowances, so that it does not exceed what the target sustains:
 *
 *   growth   trials cannot detect a backlog that grows by less than their noise. The growth that they do not rule out with
 *            99.9% confidence is subtracted, and at least the growth that the judgement of a trial ignores.
 *   burst    a target that saves up b seconds of its limit while it is idle accepts t + b seconds' worth in t seconds.
 */
function claimOf(
  rules: SearchRules,
  trials: readonly Trial[],
  lowPerSecond: number | null,
): Pick<Knee, 'sustainablePerSecond' | 'sustainableTrials' | 'allowance'> {
  const kindOf = ({ measured }: Trial) => judgeTrial(measured, rules.trialNs).kind;
  // Trials that failed near a limit count too: those that passed had the smaller growth by chance.
  const own = trials.filter((trial) => {
    const { ratePerSecond, afterOverloadPerSecond } = trial.request;
    return ratePerSecond === lowPerSecond && afterOverloadPerSecond === undefined && kindOf(trial) !== 'invalid';
  });
  if (lowPerSecond === null) return { sustainablePerSecond: null, sustainableTrials: 0, allowance: NO_ALLOWANCE };
  const growthPerSecond = Math.max(GROWTH_NOISE_RATIO * lowPerSecond, growthNotRuledOut(own));
  const burstRatio = rules.burstNs / (rules.trialNs + rules.burstNs);
  const sustainablePerSecond = Math.max(0, lowPerSecond - growthPerSecond) * (1 - burstRatio);
  const sustainableTrials = own.filter((trial) => kindOf(trial) === 'sustainable').length;
  return { sustainablePerSecond, sustainableTrials, allowance: { growthPerSecond, burstRatio } };
}

/**
 * One-sided upper bound of the growth at one rate. Trials are weighted by their precision: one whose threads lost their
 * cores counts little. If trials differ by more than their own errors explain, the error of the mean is scaled up
 * accordingly (the Birge ratio). Source: Birge, "The Calculation of Errors by the Method of Least Squares", 1932.
 */
function growthNotRuledOut(trials: readonly Trial[]): number {
  const trends = trials.flatMap(({ measured, request }) =>
    measured.backlog === null ? [] : [weighed(measured.backlog, request.ratePerSecond)],
  );
  if (trends.length === 0) return 0;
  const weights = trends.reduce((sum, { weight }) => sum + weight, 0);
  const mean = trends.reduce((sum, { growth, weight }) => sum + weight * growth, 0) / weights;
  const spread = trends.reduce((sum, { growth, weight }) => sum + weight * (growth - mean) ** 2, 0);
  const scale = Math.max(1, Math.sqrt(spread / Math.max(1, trends.length - 1)));
  return mean + (REACH * scale) / Math.sqrt(weights);
}

function weighed({ growthPerSecond, lowPerSecond, highPerSecond }: BacklogTrend, ratePerSecond: number) {
  const own = (highPerSecond - lowPerSecond) / 2 / REACH_OF_BOUNDS;
  const error = Math.max(own, ERROR_MIN_RATIO * ratePerSecond);
  return { growth: growthPerSecond, weight: 1 / error ** 2 };
}
