/** State of a running load. Run control sends it a few times per second to the views and never reads it back. */
export interface LiveSnapshot {
  /** Start of the schedule, in ms since the epoch; equals `startedAt` of the result. */
  readonly startedAtMs: number;
  /** Time since the start of the schedule; negative before it. */
  readonly elapsedNs: number;
  /** Length of the whole schedule, without the drain. */
  readonly totalNs: number;
  /** Progress of each workload, in the order of the scenario. */
  readonly phase: readonly PhaseProgress[];
  readonly intendedPerSecond: number;
  readonly achievedPerSecond: number;
  readonly bytesPerSecond: number;
  /** Put-to-get of the last second in which records arrived; all zero if that is more than three seconds ago. */
  readonly putToGet: LatencyPeek;
  readonly sent: number;
  /** Records received by the slowest consumer; without consumers, the same as `sent`. */
  readonly received: number;
  readonly throttled: number;
  readonly retried: number;
  readonly dropped: number;
  readonly inFlight: number;
  /** Records acknowledged and not yet read by the slowest consumer, by shard index. */
  readonly lagRecords: readonly number[];
  readonly consumerCount: number;
  /** True once all records are sent and only consumers still work. */
  readonly draining: boolean;
  /** Absent for a scenario without steps. */
  readonly steps?: StepProgress;
}

/** The part of a snapshot that the watch over the workers knows; the run adds the rest. */
export type WatchedSnapshot = Omit<LiveSnapshot, 'startedAtMs' | 'steps'>;

/** Progress of the steps of the scenario. */
export interface StepProgress {
  readonly count: number;
  readonly finishedCount: number;
  /** The step that started last, with its outcome so far: `split hottest: 2 -> 4, 5`. */
  readonly last?: string;
  readonly next?: { readonly text: string; readonly atNs: number };
}

export interface PhaseProgress {
  readonly name: string;
  /** Index of the phase, from 0. */
  readonly index: number;
  readonly count: number;
  /** Done part of this phase, 0 to 1. */
  readonly progressRatio: number;
}

interface LatencyPeek {
  readonly count: number;
  readonly p50Ns: number;
  readonly p99Ns: number;
  readonly maxNs: number;
}
