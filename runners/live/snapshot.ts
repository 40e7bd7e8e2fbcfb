/** What run control knows while a run goes on. Sent a few times a second to whoever draws it; never read back. */
export interface LiveSnapshot {
  /** The schedule's start, ms since the epoch; the result's `startedAt`. */
  readonly startedAtMs: number;
  /** Since the schedule's start; negative before it. */
  readonly elapsedNs: number;
  /** Length of the whole schedule, without the drain. */
  readonly totalNs: number;
  /** Where each workload stands, in the scenario's order. */
  readonly phase: readonly PhaseProgress[];
  readonly intendedPerSecond: number;
  readonly achievedPerSecond: number;
  readonly bytesPerSecond: number;
  /** Put-to-get latency of the last second in which something was received; all zero if that is more than three seconds ago. */
  readonly putToGet: LatencyPeek;
  readonly sent: number;
  /** By the slowest consumer; without consumers, the same as `sent`. */
  readonly received: number;
  readonly throttled: number;
  readonly retried: number;
  readonly dropped: number;
  readonly inFlight: number;
  /** Records acknowledged and not yet read by the slowest consumer, by shard index. */
  readonly lagRecords: readonly number[];
  readonly consumerCount: number;
  /** True once everything is sent and only consumers still work. */
  readonly draining: boolean;
  /** Left out by a scenario without steps. */
  readonly steps?: StepProgress;
}

/** What the watch over the workers knows; the rest is added by who leads the run. */
export type WatchedSnapshot = Omit<LiveSnapshot, 'startedAtMs' | 'steps'>;

/** How far the scenario's steps are. */
export interface StepProgress {
  readonly count: number;
  readonly finishedCount: number;
  /** The step that was begun last and what became of it so far: `split hottest: 2 -> 4, 5`. */
  readonly last?: string;
  readonly next?: { readonly text: string; readonly atNs: number };
}

export interface PhaseProgress {
  readonly name: string;
  /** From 0. */
  readonly index: number;
  readonly count: number;
  /** Of this phase, 0 to 1. */
  readonly progressRatio: number;
}

export interface LatencyPeek {
  readonly count: number;
  readonly p50Ns: number;
  readonly p99Ns: number;
  readonly maxNs: number;
}
