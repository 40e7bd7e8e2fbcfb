import { normalQuantile, tQuantile } from '../statistics/distributions.ts';
import { meanOf, varianceOf } from '../statistics/moments.ts';
import { GROWTH_NOISE_RATIO, judgeTrial } from './judge-trial.ts';
import { type KneeLimit, limitOf } from './limit.ts';
import { replaySearch, type SearchEnd, type SearchRules, unfinished } from './search.ts';
import type { Trial } from './trial.ts';

/** The answer of a search, with what it rests on. Rates are records/s. */
export interface Knee extends Pick<SearchEnd, 'kind' | 'descent' | 'why'> {
  /** The highest rate that is claimed to be sustainable; null if there is none. */
  readonly sustainablePerSecond: number | null;
  /** The rate of the trials that the claim rests on, and how many of them were sustainable. */
  readonly triedPerSecond: number | null;
  readonly sustainableTrials: number;
  /** By how much the claim is below the rate that was tried. */
  readonly allowance: Allowance;
  /** The lowest rate that is not sustainable, or that could not be offered; null if there is none. */
  readonly unsustainablePerSecond: number | null;
  /** Index of its trial. */
  readonly unsustainableTrial: number | null;
  readonly limit: KneeLimit;
}

export interface Allowance {
  /** Records/s that the backlog may have grown by without being noticed. */
  readonly growthPerSecond: number;
  /** Share of the rate that the target may have taken from what it had saved up. */
  readonly burstRatio: number;
}

const NO_ALLOWANCE: Allowance = { growthPerSecond: 0, burstRatio: 0 };
/** A claim is rather too low than too high. */
const CONFIDENCE_RATIO = 0.999;
/** From the one-sided 95 % of a trend's bounds to 99.9 %. */
const OWN_REACH_FACTOR = normalQuantile(CONFIDENCE_RATIO) / normalQuantile(0.95);
const DIFFERENCE_TRIALS_MIN = 4;

/** Pure, so that a saved search is checked by making its answer again. */
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
 * The claim is below the rate that was tried by two allowances, so that it is not above what the target sustains:
 *
 *   growth   trials do not notice a backlog that grows by less than their noise. Whatever growth they do not rule out with 99.9 %
 *            confidence is taken off, and at least what the judgement of a trial ignores.
 *   burst    a target that saves up b seconds of its limit while it is idle takes t + b seconds' worth in t seconds.
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

/** One-sided upper bound of the mean growth: by what each trial knows of its own, and by how much the trials differ, whichever is more. */
function growthNotRuledOut(trials: readonly Trial[]): number {
  const trends = trials.flatMap(({ measured }) => measured.backlog ?? []);
  if (trends.length === 0) return 0;
  const growths = trends.map(({ growthPerSecond }) => growthPerSecond);
  const squares = trends.reduce(
    (sum, { lowPerSecond, highPerSecond }) => sum + ((highPerSecond - lowPerSecond) / 2) ** 2,
    0,
  );
  const own = (Math.sqrt(squares) / trends.length) * OWN_REACH_FACTOR;
  return meanOf(growths) + Math.max(own, differenceReach(growths));
}

/** Few trials do not tell how much trials differ: with two of them Student's t is 300 standard errors. */
function differenceReach(growths: readonly number[]): number {
  const count = growths.length;
  if (count < DIFFERENCE_TRIALS_MIN) return 0;
  return tQuantile(CONFIDENCE_RATIO, count - 1) * Math.sqrt(varianceOf(growths) / count);
}
