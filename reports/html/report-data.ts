import type { Silence } from '../summary/silence.ts';

/**
 * What the charts of a page are drawn from: columns of numbers, in the page as JSON. The page's own code takes its types
 * from here, so that what is written and what is read cannot drift apart. Seconds count from the run's time zero.
 */
export interface ReportData {
  readonly runs: readonly RunData[];
}

export interface RunData {
  /** What the run is called in legends; its own among the runs of a page. */
  readonly label: string;
  readonly phases: readonly PhaseSpan[];
  readonly marks: readonly Mark[];
  /** In which records were due and nothing arrived, and what to call that. */
  readonly silences: readonly Silence[];
  readonly silenceWords: string;
  /** One point a second; in runs of more than MOST_POINTS seconds, one for several. */
  readonly time: PackedColumns<TimeColumn>;
  /** The same at table width: at most MOST_ROWS rows. Percentiles are those of the row's records, not means of seconds. */
  readonly rows: Columns<TimeColumn>;
  readonly corrected: Curve;
  readonly uncorrected: Curve;
  readonly heat: HeatData;
}

export interface PhaseSpan {
  readonly name: string;
  /** undefined where the scenario has one workload only. */
  readonly workload?: string;
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly recorded: boolean;
}

/** What was done to the stream on purpose: a step at a moment, a fault over a time. */
export interface Mark {
  readonly kind: 'step' | 'fault';
  readonly text: string;
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/**
 * Counts are of the point's whole length; gauges are means, but for lag and time behind the tip, which are the worst.
 * p50Ns, p99Ns and maxNs are put-to-get, all consumers together, null where nothing was received.
 */
export const TIME_COLUMNS = [
  'startSeconds',
  'lengthSeconds',
  'intendedPerSecond',
  'acked',
  'throttled',
  'received',
  'p50Ns',
  'p99Ns',
  'maxNs',
  'inFlight',
  'lagRecords',
  'lagWorstRecords',
  'behindMs',
] as const;
export type TimeColumn = (typeof TIME_COLUMNS)[number];

export type Column = readonly (number | null)[];
export type Columns<Name extends string> = Readonly<Record<Name, Column>>;

/** Base64 of deflated numbers; see pack.ts. */
export type Packed = string;
export type PackedColumns<Name extends string> = Readonly<Record<Name, Packed>>;

/** Value of the percentile 1 - 1/x at each x: HdrHistogram's axis. */
export interface Curve {
  readonly count: number;
  readonly x: readonly number[];
  readonly valueNs: readonly number[];
}

/** Cells of shard s are at s * pointCount to (s + 1) * pointCount - 1, by the points of `time`. */
export interface HeatData {
  readonly shardCount: number;
  readonly pointCount: number;
  readonly acked: Packed;
  readonly throttled: Packed;
  /** The highest p99 of a second in the point, by a scale of 1.1 % steps; see pack.ts. */
  readonly p99: Packed;
}
