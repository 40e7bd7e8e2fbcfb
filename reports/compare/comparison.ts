import type { Span } from '../result/result.ts';
import type { HistogramDistance } from '../statistics/wasserstein.ts';

/**
 * A comparison of results as data, printed by `compare --json`. Ratios are B over A: 1.05 at p99 means that B takes 5%
 * longer there. Latencies are nanoseconds.
 */
export interface Comparison {
  readonly confidenceRatio: number;
  /** Changes smaller than this count as none. */
  readonly floorRatio: number;
  /** The side with which every other side is compared. */
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
  /** Path of the result file. */
  readonly path: string;
  readonly scenario: string;
  readonly target: string;
  readonly seed: number;
  readonly startedAt: string;
  readonly elapsedNs: number;
}

/**
 * point     the subject of the comparison: another target, another build
 * caution   a possible cause of differences other than the subject
 * rejected  the numbers are not comparable
 */
export type FindingGrade = 'point' | 'caution' | 'rejected';

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
 * The source of intervals, and so the variation that they cover.
 *   seconds   blocks of seconds of single runs: variation within a run
 *   records   records assumed independent, because there are too few seconds: less than the variation within a run
 *   runs      whole runs: variation between runs
 *   none      too few data for intervals
 */
export type IntervalBasis = 'seconds' | 'records' | 'runs' | 'none';

export interface SpanComparison {
  readonly span: Span;
  readonly basis: IntervalBasis;
  /** True if the seconds of such short runs depend on each other for too long, so that intervals may be too narrow. */
  readonly isTooShort: boolean;
  readonly countA: number;
  readonly countB: number;
  readonly metrics: readonly MetricComparison[];
  /** Only percentiles for which both sides have enough records. */
  readonly shift: readonly ShiftComparison[];
  /** Distance of the records of all runs together; null if a side has none. */
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
  /** Runs per side that would show a change of the floor with a power of 80%, if whole runs are compared; otherwise null. */
  readonly runsNeeded: number | null;
}

export interface Estimate {
  readonly valueNs: number;
  /** null if there is none, for example for a maximum; one side null if there is no bound on it. */
  readonly interval: { readonly lowerNs: number | null; readonly upperNs: number | null } | null;
  /** True if there are few records, so that the value may vary a lot between runs. */
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
  /** Median over runs of a rate, sum over runs of a count; null if no records were due. */
  readonly a: number | null;
  readonly b: number | null;
  /** B over A; null if A is 0, either is missing, or the sums cover different numbers of runs. */
  readonly ratio: number | null;
}

/** Percentiles of a span in the order of display, ascending. */
export const COMPARED_PERCENTILES = [50, 75, 90, 95, 99, 99.9, 99.99] as const;

export function effectOf(ratio: number, interval: RatioBounds | null, floorRatio: number): Effect {
  if (Math.abs(ratio - 1) < floorRatio) return 'same';
  if (interval === null) return 'unknown';
  if (interval.lower <= 1 && interval.upper >= 1) return 'same';
  return ratio > 1 ? 'slower' : 'faster';
}
