import { Histogram } from '../histogram/histogram.ts';
import { needsMark, supportOf } from '../histogram/percentile-support.ts';
import type { Span } from '../result/result.ts';
import { harrellDavisNs } from '../statistics/harrell-davis.ts';
import { nestedMean } from '../statistics/kalibera-jones.ts';
import { hodgesLehmann, hodgesLehmannInterval } from '../statistics/mann-whitney.ts';
import { medianOf, varianceOf } from '../statistics/moments.ts';
import { runsNeeded } from '../statistics/runs-needed.ts';
import { SHIFT_PERCENTILES } from '../statistics/shift-function.ts';
import { wassersteinOf } from '../statistics/wasserstein.ts';
import { welch } from '../statistics/welch.ts';
import {
  type Change,
  COMPARED_PERCENTILES,
  type Estimate,
  effectOf,
  type MetricComparison,
  type ShiftComparison,
  type SpanComparison,
} from './comparison.ts';

/** Bounds on the variation between runs need two runs per side. */
const RUNS_FOR_INTERVAL_MIN = 2;

/**
 * Compares one span of two sides of several runs. The run is the unit: one number per run, the median over the runs of a
 * side, and an interval that covers the variation between runs. Records of runs are pooled only for the distance of the
 * distributions.
 * @param a one histogram per run, at least one; the same for `b`.
 */
export function compareRunGroups(
  span: Span,
  a: readonly Histogram[],
  b: readonly Histogram[],
  floorRatio: number,
): SpanComparison {
  const enough = a.length >= RUNS_FOR_INTERVAL_MIN && b.length >= RUNS_FOR_INTERVAL_MIN;
  const compared = (name: string, percentile: number | null, valueNs: (histogram: Histogram) => number) =>
    compareMetric(name, percentile, { a, b, valueNs }, floorRatio);
  return {
    span,
    basis: [...a, ...b].some(({ count }) => count === 0) || !enough ? 'none' : 'runs',
    isTooShort: false,
    countA: countOf(a),
    countB: countOf(b),
    metrics: [
      compared('mean', null, (histogram) => histogram.meanNs),
      ...COMPARED_PERCENTILES.map((percentile) =>
        compared(`p${percentile}`, percentile, (histogram) => histogram.percentileNs(percentile)),
      ),
      compared('max', null, (histogram) => histogram.maxNs),
    ],
    shift: shiftOf(a, b),
    distance: wassersteinOf(pooled(a), pooled(b)),
  };
}

interface Metric {
  readonly a: readonly Histogram[];
  readonly b: readonly Histogram[];
  readonly valueNs: (histogram: Histogram) => number;
}

function compareMetric(
  name: string,
  percentile: number | null,
  { a, b, valueNs }: Metric,
  floorRatio: number,
): MetricComparison {
  const [left, right] = [estimateOf(a, percentile, valueNs), estimateOf(b, percentile, valueNs)];
  const shared = { name, percentile, a: left, b: right };
  if (left === null || right === null) return { ...shared, change: null, runsNeeded: null };
  const [logsA, logsB] = [logsOf(a, valueNs), logsOf(b, valueNs)];
  const change = changeOfLogs(logsA, logsB, floorRatio);
  return { ...shared, change, runsNeeded: neededFor(logsA, logsB, floorRatio) };
}

/**
 * Compares a positive value of each run of two sides, such as a rate.
 * @returns null if a side has no run, or a run whose value is 0.
 */
export function changeOfRuns(a: readonly number[], b: readonly number[], floorRatio: number): Change | null {
  if (a.length === 0 || b.length === 0 || [...a, ...b].some((value) => !(value > 0))) return null;
  return changeOfLogs(a.map(Math.log), b.map(Math.log), floorRatio);
}

function changeOfLogs(a: readonly number[], b: readonly number[], floorRatio: number): Change {
  const { value, interval: shift } = typicalShift(a, b);
  const ratio = Math.exp(value);
  const interval = shift === null ? null : { lower: Math.exp(shift.lower), upper: Math.exp(shift.upper) };
  return { ratio, interval, effect: effectOf(ratio, interval, floorRatio) };
}

/**
 * Returns an estimate only if every run has enough records: a median over the other runs would be one of a biased choice.
 */
function estimateOf(
  runs: readonly Histogram[],
  percentile: number | null,
  valueNs: Metric['valueNs'],
): Estimate | null {
  const isHidden = ({ count }: Histogram) =>
    percentile === null ? count === 0 : supportOf(percentile, count) === 'hidden';
  if (runs.some(isHidden)) return null;
  const marked = percentile !== null && runs.some(({ count }) => needsMark(percentile, count));
  const medianNs = medianOf(runs.map(valueNs));
  return { valueNs: medianNs, interval: boundsOf(logsOf(runs, valueNs), medianNs), marked };
}

/**
 * Returns the interval of the typical run: Student's t on logarithms, which needs only two runs, widened to contain the
 * median.
 */
function boundsOf(logs: readonly number[], medianNs: number): Estimate['interval'] {
  if (logs.length < RUNS_FOR_INTERVAL_MIN) return null;
  const { mean, reach } = nestedMean(logs);
  return {
    lowerNs: Math.min(medianNs, Math.exp(mean - reach)),
    upperNs: Math.max(medianNs, Math.exp(mean + reach)),
  };
}

function logsOf(runs: readonly Histogram[], valueNs: Metric['valueNs']): number[] {
  return runs.map((histogram) => Math.log(Math.max(1, valueNs(histogram))));
}

/**
 * Returns B - A by Hodges and Lehmann. Its exact interval needs four runs per side; two or three use the interval of Welch's
 * test, which assumes normality, widened to contain the value.
 */
function typicalShift(
  a: readonly number[],
  b: readonly number[],
): { readonly value: number; readonly interval: { readonly lower: number; readonly upper: number } | null } {
  const value = hodgesLehmann(b, a);
  const exact = hodgesLehmannInterval(b, a);
  if (exact !== null) return { value, interval: exact };
  if (a.length < RUNS_FOR_INTERVAL_MIN || b.length < RUNS_FOR_INTERVAL_MIN) return { value, interval: null };
  const { lower, upper } = welch(b, a);
  return { value, interval: { lower: Math.min(value, lower), upper: Math.max(value, upper) } };
}

/** Computes the runs needed from the pooled spread of both sides; on logarithms the spread is a share of the value. */
function neededFor(a: readonly number[], b: readonly number[], floorRatio: number): number | null {
  const spreads = [a, b].filter(({ length }) => length >= RUNS_FOR_INTERVAL_MIN);
  if (spreads.length === 0 || !(floorRatio > 0)) return null;
  const squares = spreads.reduce((sum, logs) => sum + varianceOf(logs) * (logs.length - 1), 0);
  const degrees = spreads.reduce((sum, logs) => sum + logs.length - 1, 0);
  return runsNeeded(Math.sqrt(squares / degrees), floorRatio);
}

function shiftOf(a: readonly Histogram[], b: readonly Histogram[]): ShiftComparison[] {
  const supported = SHIFT_PERCENTILES.filter((percentile) =>
    [...a, ...b].every(({ count }) => supportOf(percentile, count) !== 'hidden'),
  );
  return supported.map((percentile) => {
    const quantiles = (runs: readonly Histogram[]) => runs.map((run) => harrellDavisNs(run, percentile / 100));
    const [quantilesA, quantilesB] = [quantiles(a), quantiles(b)];
    const { value, interval } = typicalShift(quantilesA, quantilesB);
    return {
      percentile,
      aNs: medianOf(quantilesA),
      bNs: medianOf(quantilesB),
      shiftNs: value,
      interval: interval === null ? null : { lowerNs: interval.lower, upperNs: interval.upper },
    };
  });
}

function pooled(runs: readonly Histogram[]): Histogram {
  return runs.reduce((all, run) => all.merge(run), new Histogram()).compact();
}

function countOf(runs: readonly Histogram[]): number {
  return runs.reduce((sum, { count }) => sum + count, 0);
}
