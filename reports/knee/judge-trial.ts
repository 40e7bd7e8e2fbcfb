import { parseThreshold } from '../verdict/threshold-grammar.ts';
import type { BacklogTrend, MeasuredObjective, TrialMeasures } from './trial.ts';

/** The same limit as for the validity of runs: RFC 2544 requires zero loss, load generators commonly 99%. */
const ACHIEVED_MIN_RATIO = 0.99;
/** A backlog that grows by less than this share of the trial's records counts as noise of batches and threads. */
export const GROWTH_NOISE_RATIO = 0.001;
/** A value nearer to its limit than this needs a repeated trial, because runs of the same load differ by some percent. */
const OBJECTIVE_MARGIN_RATIO = 0.05;
const ACHIEVED_MARGIN_RATIO = 0.01;
const GROWTH_MARGIN_RATIO = 0.005;
/** A thread may lose its core for this long and cause a backlog of the same length. */
const LATE_THREAD_SECONDS = 0.05;
const THROTTLED_MARGIN_RATIO = 0.001;
/**
 * A target that accepts less than this share of the rate and visibly holds producers back is at its limit, even without
 * valid latencies.
 */
const CLEARLY_MISSED_RATIO = 0.95;

/** Above this share of the CPU, other programs take threads of the run off their cores for tens of milliseconds. */
const DISTURBED_CPU_RATIO = 0.3;
const CLEAR_GROWTH_RATIO = 0.05;

const TRIAL_REASONS = {
  OBJECTIVE: 'an objective was not met',
  ACHIEVED: 'the target accepted less than 99% of the rate',
  THROTTLED: 'the target throttled, and no objective allows it',
  BACKLOG: 'the backlog of records due and not yet received kept growing',
  BEHIND: 'consumers fell behind more and more',
} as const;
export type TrialReason = keyof typeof TRIAL_REASONS;

export type TrialJudgement =
  | { readonly kind: 'sustainable'; readonly isMarginal: boolean }
  | {
      readonly kind: 'unsustainable';
      readonly isMarginal: boolean;
      /** True if other programs used much of the CPU and may have caused the backlog. Deciding then needs more trials. */
      readonly isDisturbed: boolean;
      readonly reasons: readonly TrialReason[];
    }
  /** The generator was the limit, so the run does not describe the target. */
  | { readonly kind: 'invalid'; readonly codes: readonly string[] }
  /** Too few records for an objective. */
  | { readonly kind: 'unjudged'; readonly why: string };

/** `missed` fails the trial; `isNear` means that another trial of the same rate may well come out differently. */
interface Criterion {
  readonly reason: TrialReason;
  readonly missed: boolean;
  readonly isNear: boolean;
}

/**
 * Judges a trial. The function is pure: the same trial always gets the same judgement.
 * @param durationNs length of the trial, without its warm-up.
 */
export function judgeTrial(measured: TrialMeasures, durationNs: number): TrialJudgement {
  const achievedRatio = measured.intendedPerSecond > 0 ? measured.achievedPerSecond / measured.intendedPerSecond : 0;
  const isTargetAtFault = measured.targetLimited && achievedRatio < CLEARLY_MISSED_RATIO;
  if (measured.invalidCodes.length > 0 && !isTargetAtFault) return { kind: 'invalid', codes: measured.invalidCodes };
  if (measured.backlog === null) return { kind: 'invalid', codes: ['TOO_FEW_SAMPLES'] };
  const criteria: Criterion[] = [
    ...measured.objectives.map(objectiveCriterion),
    achievedCriterion(achievedRatio),
    throttledCriterion(measured),
    backlogCriterion(measured.backlog, measured.intendedPerSecond, durationNs),
    ...behindCriterion(measured),
  ];
  const missed = criteria.filter((criterion) => criterion.missed);
  if (missed.length > 0) {
    const isDisturbed = isDisturbedBy(measured);
    return {
      kind: 'unsustainable',
      isMarginal: isDisturbed || missed.every(({ isNear }) => isNear),
      isDisturbed,
      reasons: [...new Set(missed.map(({ reason }) => reason))],
    };
  }
  const unknown = measured.objectives.find(({ holds }) => holds === null);
  if (unknown !== undefined) return { kind: 'unjudged', why: `"${unknown.text}" ${unknown.reason ?? 'is unknown'}` };
  return { kind: 'sustainable', isMarginal: criteria.some(({ isNear }) => isNear) };
}

/** True if other programs disturbed the trial. A backlog that clearly grows fast counts even on a busy machine. */
function isDisturbedBy({ otherCpuRatio, backlog, intendedPerSecond }: TrialMeasures): boolean {
  if (otherCpuRatio === null || otherCpuRatio <= DISTURBED_CPU_RATIO) return false;
  return (backlog?.lowPerSecond ?? 0) <= CLEAR_GROWTH_RATIO * intendedPerSecond;
}

function objectiveCriterion({ holds, actual, limit, low, high }: MeasuredObjective): Criterion {
  const reason = 'OBJECTIVE';
  if (actual === null) return { reason, missed: holds === false, isNear: false };
  const isInside = low !== null && high !== null && low <= limit && limit <= high;
  // A limit of 0 is a count that must not occur: one record decides as clearly as a thousand.
  const isClose = limit !== 0 && Math.abs(actual - limit) <= OBJECTIVE_MARGIN_RATIO * limit;
  return { reason, missed: holds === false, isNear: isInside || isClose };
}

function achievedCriterion(achievedRatio: number): Criterion {
  const isNear = Math.abs(achievedRatio - ACHIEVED_MIN_RATIO) < ACHIEVED_MARGIN_RATIO && achievedRatio < 0.995;
  return { reason: 'ACHIEVED', missed: achievedRatio < ACHIEVED_MIN_RATIO, isNear };
}

/** Allows no throttling, unless an objective sets a limit for it. */
function throttledCriterion({ throttledRatio, objectives }: TrialMeasures): Criterion {
  const isAllowed = objectives.some(({ text }) => isAboutThrottling(text));
  const missed = throttledRatio > 0 && !isAllowed;
  return { reason: 'THROTTLED', missed, isNear: missed && throttledRatio < THROTTLED_MARGIN_RATIO };
}

function isAboutThrottling(text: string): boolean {
  const { metric } = parseThreshold(text);
  return metric.kind === 'ratio' && (metric.subject === 'throttled' || metric.subject === 'throttledRecords');
}

function backlogCriterion(backlog: BacklogTrend, intendedPerSecond: number, durationNs: number): Criterion {
  const seconds = durationNs / 1e9;
  const noise = Math.max(1, GROWTH_NOISE_RATIO * intendedPerSecond * seconds);
  const margin = intendedPerSecond * Math.max(GROWTH_MARGIN_RATIO * seconds, LATE_THREAD_SECONDS);
  const missed = backlog.lowPerSecond > 0 && backlog.growthPerSecond * seconds > noise;
  return { reason: 'BACKLOG', missed, isNear: isGrowthNear(backlog, seconds, missed, Math.max(noise, margin)) };
}

/** A miss is near if the backlog grew little; a pass is near if the backlog may have grown much. */
function isGrowthNear(backlog: BacklogTrend, seconds: number, missed: boolean, margin: number): boolean {
  return missed ? backlog.growthPerSecond * seconds < margin : backlog.highPerSecond * seconds > 2 * margin;
}

function behindCriterion({ behind }: TrialMeasures): Criterion[] {
  if (behind === null) return [];
  const missed = behind.lowRatio > 0 && behind.growthRatio > GROWTH_NOISE_RATIO;
  return [{ reason: 'BEHIND', missed, isNear: missed && behind.growthRatio < GROWTH_MARGIN_RATIO }];
}
