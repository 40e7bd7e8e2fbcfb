/**
 * One trial of a search: a run at a constant rate. Rates are records/s of all workloads together, times ns, ratios 0 to 1.
 *
 *   search requests a trial -> a run is measured -> judgeTrial(trial) -> search requests the next one
 *
 * A saved trial contains all inputs of its judgement, so that a saved search can be replayed without a run.
 */
export interface Trial {
  readonly request: TrialRequest;
  readonly startedAt: string;
  readonly tookNs: number;
  readonly measured: TrialMeasures;
}

/** Purposes of a trial. */
export const TRIAL_PURPOSES = ['explore', 'bisect', 'repeat', 'confirm', 'descend'] as const;
export type TrialPurpose = (typeof TRIAL_PURPOSES)[number];

export interface TrialRequest {
  readonly ratePerSecond: number;
  readonly purpose: TrialPurpose;
  /** Rate of an overload before the trial, in the same run; absent if the load rises from below. */
  readonly afterOverloadPerSecond?: number;
}

export interface TrialMeasures {
  /** Records per second due in the trial. */
  readonly intendedPerSecond: number;
  readonly achievedPerSecond: number;
  readonly throttledRatio: number;
  readonly undelivered: number;
  /** The objectives in their order, then the defaults that every trial must meet. */
  readonly objectives: readonly MeasuredObjective[];
  /** Growth of the records that are due and not yet received; null if the trial had too few samples. */
  readonly backlog: BacklogTrend | null;
  /** Time of the slowest consumer behind the tip, reported by the target; null if it does not report it. */
  readonly behind: BehindTrend | null;
  readonly putToGetP50Ns: number | null;
  readonly putToGetP99Ns: number | null;
  readonly ackLatencyP50Ns: number | null;
  /** True if the run was stopped before all records were delivered, because the trial was over. */
  readonly wasCut: boolean;
  /** Codes of the validity of the run; empty for a valid run. */
  readonly invalidCodes: readonly string[];
  /** The first code as a sentence. */
  readonly invalidWhy?: string;
  /** Share of the CPU of the machine that other programs used; null if the system does not report it. */
  readonly otherCpuRatio: number | null;
  /** The target rejected or failed records, or kept every in-flight slot. */
  readonly targetLimited: boolean;
  readonly busiestShard: BusiestShard | null;
}

export interface MeasuredObjective {
  readonly text: string;
  /** Value in the unit of the metric; null if too little was measured. */
  readonly actual: number | null;
  readonly limit: number;
  readonly holds: boolean | null;
  /** Lower bound of the metric from the records of the run; null if there is none. */
  readonly low: number | null;
  readonly high: number | null;
  readonly reason?: string;
  /** True for an expectation of every trial that is not an objective. */
  readonly default?: true;
}

/** Least-squares fit over the trial, after the warm-up. Bounds are one-sided, each with 95% confidence. */
export interface BacklogTrend {
  readonly samples: number;
  /** Growth of the backlog in records/s; negative if it shrinks. */
  readonly growthPerSecond: number;
  readonly lowPerSecond: number;
  readonly highPerSecond: number;
  /** Records not yet acknowledged at the end of the trial. */
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
  /** Records per second that the shard acknowledged over the trial. */
  readonly recordsPerSecond: number;
  readonly bytesPerSecond: number;
}
