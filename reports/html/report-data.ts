import type { Silence } from '../summary/silence.ts';

/**
 * Data of the charts of a page: columns of numbers, stored in the page as JSON. The page's own code imports these types, so
 * that writer and reader cannot drift apart. Seconds count from the run's time zero.
 */
export interface ReportData {
  readonly runs: readonly RunData[];
}

export interface RunData {
  /** Name of the run in legends, unique among the runs of a page. */
  readonly label: string;
  readonly phases: readonly PhaseSpan[];
  readonly marks: readonly Mark[];
  /** Times in which records were due and nothing arrived. */
  readonly silences: readonly Silence[];
  /** Description of a silence, for example `nothing received`. */
  readonly silenceWords: string;
  /** One point per second, or per several seconds in runs of more than POINTS_MAX seconds. */
  readonly time: PackedColumns<TimeColumn>;
  /**
   * The same columns for a table, at most ROWS_MAX rows. Percentiles are those of the row's records, not means of seconds.
   */
  readonly rows: Columns<TimeColumn>;
  readonly corrected: Curve;
  readonly uncorrected: Curve;
  readonly heat: HeatData;
}

export interface PhaseSpan {
  readonly name: string;
  /** undefined if all workloads share the phase. */
  readonly workload?: string;
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly recorded: boolean;
}

/** A step at a moment or a fault over a time, applied to the stream by the scenario. */
export interface Mark {
  readonly kind: 'step' | 'fault';
  readonly text: string;
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/**
 * Counts cover the whole length of a point. Gauges are means, except for lag and time behind the tip, which are the worst.
 * p50Ns, p99Ns and maxNs are put-to-get of all consumers together, null if nothing was received.
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

/** The cells of shard s are at s * pointCount to (s + 1) * pointCount - 1, one for each point of `time`. */
export interface HeatData {
  readonly shardCount: number;
  readonly pointCount: number;
  readonly acked: Packed;
  readonly throttled: Packed;
  /** The highest p99 of a second in the point, on a scale of 1.1% steps; see pack.ts. */
  readonly p99: Packed;
}
