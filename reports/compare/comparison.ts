import type { Span } from '../result/result.ts';
import type { HistogramDistance } from '../statistics/wasserstein.ts';

/**
 * Results held against each other, as data: what `compare --json` prints. Ratios are B over A, so 1.05 at p99 means that B
 * takes 5 % longer there. Latencies are nanoseconds.
 */
export interface Comparison {
  readonly confidenceRatio: number;
  /** Changes smaller than this count as none. */
  readonly floorRatio: number;
  /** What every other side is compared with. */
  readonly base: Side;
  readonly pairs: readonly Pair[];
}

/** One or more runs of the same thing. */
export interface Side {
  /** A, B, C. */
  readonly label: string;
  readonly runs: readonly RunIdentity[];
}

export interface RunIdentity {
  /** Where the result was read from. */
  readonly path: string;
  readonly scenario: string;
  readonly target: string;
  readonly seed: number;
  readonly startedAt: string;
  readonly elapsedNs: number;
}

/**
 * point     what the comparison is about: another target, another build
 * caution   a difference may come from here and not from what is compared
 * refused   the numbers do not belong together
 */
export type FindingGrade = 'point' | 'caution' | 'refused';

const FINDING_TOPICS = [
  'target',
  'code',
  'scenario',
  'origin',
  'seed',
  'machine',
  'tool',
  'clock',
  'partial',
  'invalid',
] as const;
export type FindingTopic = (typeof FINDING_TOPICS)[number];

export interface Finding {
  readonly grade: FindingGrade;
  readonly topic: FindingTopic;
  readonly what: string;
}

export interface Pair {
  readonly side: Side;
  readonly findings: readonly Finding[];
  readonly spans: readonly SpanComparison[];
  readonly rates: readonly RateComparison[];
  /** The comparison in one sentence. */
  readonly sentence: string;
}

/**
 * What intervals are made from, and so what they cover.
 *   seconds   blocks of seconds of single runs: what happens within a run
 *   records   records taken as independent: less than what happens within a run, because there were too few seconds
 *   runs      whole runs: what happens from run to run
 *   none      too little for any
 */
export type IntervalBasis = 'seconds' | 'records' | 'runs' | 'none';

export interface SpanComparison {
  readonly span: Span;
  readonly basis: IntervalBasis;
  /** Seconds depend on each other for too long, for runs as short as these: intervals may be too narrow. */
  readonly isTooShort: boolean;
  readonly countA: number;
  readonly countB: number;
  readonly metrics: readonly MetricComparison[];
  /** Only percentiles that both sides have the records for. */
  readonly shift: readonly ShiftComparison[];
  /** Of all runs' records together; null when a side has none. */
  readonly distance: HistogramDistance | null;
}

export interface MetricComparison {
  /** mean, p50, ..., max. */
  readonly name: string;
  readonly percentile: number | null;
  /** null: too few records for this percentile. */
  readonly a: Estimate | null;
  readonly b: Estimate | null;
  readonly change: Change | null;
  /** Whole runs compared: runs a side that would show a change of the floor, with a power of 80 %; else null. */
  readonly runsNeeded: number | null;
}

export interface Estimate {
  readonly valueNs: number;
  /** null: none can be given, as for a maximum; one side null: no bound there. */
  readonly interval: { readonly lowerNs: number | null; readonly upperNs: number | null } | null;
  /** Few records: may change a lot from run to run. */
  readonly marked: boolean;
}

/** same: the interval includes 1, or the change is below the floor. unknown: there is no interval. */
export type Effect = 'slower' | 'faster' | 'same' | 'unknown';

export interface Change {
  readonly ratio: number;
  readonly interval: RatioBounds | null;
  readonly effect: Effect;
}

export interface RatioBounds {
  readonly lower: number;
  readonly upper: number;
}

export interface ShiftComparison {
  readonly percentile: number;
  readonly aNs: number;
  readonly bNs: number;
  readonly shiftNs: number;
  readonly interval: { readonly lowerNs: number; readonly upperNs: number } | null;
}

export type RateUnit = 'records/s' | 'bytes/s' | 'records' | 'ratio' | 'USD';

export interface RateComparison {
  readonly name: string;
  readonly unit: RateUnit;
  /** null where nothing was due. The median over runs of a rate, the sum over runs of what is counted. */
  readonly a: number | null;
  readonly b: number | null;
  /** B over A; null where A is 0, either is missing, or sums are over other numbers of runs. */
  readonly ratio: number | null;
}

/** The metrics of a span, in the order in which they are shown. Percentiles ascend. */
export const COMPARED_PERCENTILES = [50, 75, 90, 95, 99, 99.9, 99.99] as const;

export function effectOf(ratio: number, interval: RatioBounds | null, floorRatio: number): Effect {
  if (Math.abs(ratio - 1) < floorRatio) return 'same';
  if (interval === null) return 'unknown';
  if (interval.lower <= 1 && interval.upper >= 1) return 'same';
  return ratio > 1 ? 'slower' : 'faster';
}
