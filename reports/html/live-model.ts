import type { SecondFacts } from '../summary/silence.ts';
import type { Curve, Mark, PhaseSpan, RunData, TimeColumn } from './report-data.ts';

/** What a live page knows before the first second. */
export interface LiveStart {
  readonly label: string;
  readonly phases: readonly PhaseSpan[];
  /** By the scenario: when they are meant to come. */
  readonly marks: readonly Mark[];
  readonly silenceWords: string;
}

/** One second of a run, in the columns of a report. A second that is told of again takes the place of what was told. */
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

/** Where a run stands, beside its seconds. */
export interface LiveStatus {
  readonly elapsedSeconds: number;
  readonly totalSeconds: number;
  /** `steady`, or one for each workload. */
  readonly phase: string;
  readonly isDraining: boolean;
  readonly sent: number;
  readonly throttled: number;
}

/** What takes the place of the sections of a live page when the run has ended, as HTML. */
export interface LiveEnd {
  readonly before: string;
  readonly waterfall: string;
  readonly after: string;
  readonly run: RunData;
}
