import type { SecondFacts } from '../summary/silence.ts';
import type { Curve, Mark, PhaseSpan, RunData, TimeColumn } from './report-data.ts';

/** Facts that a live page has before the first second. */
export interface LiveStart {
  readonly label: string;
  readonly phases: readonly PhaseSpan[];
  /** Steps and faults at their times in the scenario. */
  readonly marks: readonly Mark[];
  readonly silenceWords: string;
}

/** One second of a run, in the columns of a report. A second that is sent again replaces the earlier one. */
export interface LiveSecond {
  readonly index: number;
  readonly point: Readonly<Record<TimeColumn, number | null>>;
  /** By shard. */
  readonly acked: readonly number[];
  readonly throttled: readonly number[];
  readonly p99Ns: readonly (number | null)[];
  readonly facts: SecondFacts;
}

export interface LiveCurves {
  readonly corrected: Curve;
  readonly uncorrected: Curve;
}

/** Progress of a run, in addition to its seconds. */
export interface LiveStatus {
  readonly elapsedSeconds: number;
  readonly totalSeconds: number;
  /** `steady`, or one for each workload. */
  readonly phase: string;
  readonly isDraining: boolean;
  readonly sent: number;
  readonly throttled: number;
}

/** HTML that replaces the sections of a live page when the run has ended. */
export interface LiveEnd {
  readonly before: string;
  readonly waterfall: string;
  readonly after: string;
  readonly run: RunData;
}
