/**
 * One trial of a search: a run at a constant rate. Rates are records/s of all workloads together, times ns, ratios 0 to 1.
 *
 *   search asks for a trial -> a run is measured -> judgeTrial(trial) -> search asks for the next one
 *
 * A saved trial holds everything that its judgement is made from, so that a saved search can be repeated without running anything.
 */
export interface Trial {
  readonly request: TrialRequest;
  readonly startedAt: string;
  readonly tookNs: number;
  readonly measured: TrialMeasures;
}

/** Why the search wants this trial. */
export const TRIAL_PURPOSES = ['explore', 'bisect', 'repeat', 'confirm', 'descend'] as const;
export type TrialPurpose = (typeof TRIAL_PURPOSES)[number];

export interface TrialRequest {
  readonly ratePerSecond: number;
  readonly purpose: TrialPurpose;
  /** The rate of an overload that comes before the trial, in the same run; absent if the load comes from below. */
  readonly afterOverloadPerSecond?: number;
}

export interface TrialMeasures {
  /** Records that were due in the trial, and those that were handed over in time, by second. */
  readonly intendedPerSecond: number;
  readonly achievedPerSecond: number;
  readonly throttledRatio: number;
  readonly undelivered: number;
  /** The objectives, in their order, then what every trial must meet. */
  readonly objectives: readonly MeasuredObjective[];
  /** Growth of the records that are due and not yet received; null if the trial had too few samples. */
  readonly backlog: BacklogTrend | null;
  /** By the target's own word, of the slowest consumer; null if it reports nothing. */
  readonly behind: BehindTrend | null;
  readonly putToGetP50Ns: number | null;
  readonly putToGetP99Ns: number | null;
  readonly ackLatencyP50Ns: number | null;
  /** True if the run ended before everything was delivered, because the trial was over. */
  readonly wasCut: boolean;
  /** Why the numbers do not show the target, as codes of the run's validity; empty for a valid run. */
  readonly invalidCodes: readonly string[];
  /** The first of them as a sentence. */
  readonly invalidWhy?: string;
  /** Share of the machine's CPU that other programs used; null if the system does not report it. */
  readonly otherCpuRatio: number | null;
  /** The target rejected or failed records, or kept every in-flight slot. */
  readonly targetLimited: boolean;
  readonly busiestShard: BusiestShard | null;
}

export interface MeasuredObjective {
  readonly text: string;
  /** In the metric's own unit; null: too little was measured. */
  readonly actual: number | null;
  readonly limit: number;
  readonly holds: boolean | null;
  /** Where the metric may lie, as far as the run's own records tell; null if nothing bounds it. */
  readonly low: number | null;
  readonly high: number | null;
  readonly reason?: string;
  /** Not asked for: what every trial must meet. */
  readonly default?: true;
}

/** Least squares over the trial, after the warm-up. Bounds are one-sided with 95 % confidence each. */
export interface BacklogTrend {
  readonly samples: number;
  /** Records/s that the backlog grows by; negative if it shrinks. */
  readonly growthPerSecond: number;
  readonly lowPerSecond: number;
  readonly highPerSecond: number;
  /** Records at the end of the trial that were not yet acknowledged, and that were acknowledged and not yet received. */
  readonly unackedRecords: number;
  readonly unreceivedRecords: number;
}

/** Ratios are ns that the consumer falls behind for each ns: 1 if it reads nothing. */
export interface BehindTrend {
  readonly growthRatio: number;
  readonly lowRatio: number;
}

export interface BusiestShard {
  readonly shard: number;
  /** Acknowledged by it over the trial. */
  readonly recordsPerSecond: number;
  readonly bytesPerSecond: number;
}
