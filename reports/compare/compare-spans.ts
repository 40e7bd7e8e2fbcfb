import { needsMark, supportOf } from '../histogram/percentile-support.ts';
import type { Span } from '../result/result.ts';
import { expandedInterval } from '../statistics/block-bootstrap.ts';
import { quantileInterval } from '../statistics/quantile-interval.ts';
import { SHIFT_PERCENTILES, shiftFunction } from '../statistics/shift-function.ts';
import { wassersteinOf } from '../statistics/wasserstein.ts';
import {
  COMPARED_PERCENTILES,
  type Estimate,
  effectOf,
  type IntervalBasis,
  type MetricComparison,
  type RatioBounds,
  type ShiftComparison,
  type SpanComparison,
} from './comparison.ts';
import { RESAMPLED_PERCENTILES, type SpanMeasure } from './span-measure.ts';

type Bounds = { readonly lowerNs: number | null; readonly upperNs: number | null };

/**
 * Compares one span of two single runs. Every interval comes from blocks of seconds, and is never narrower than one from
 * independent records; with too few seconds it comes from the records. Neither covers differences between runs.
 */
export function compareSpans(span: Span, a: SpanMeasure, b: SpanMeasure, floorRatio: number): SpanComparison {
  return {
    span,
    basis: basisOf(a, b),
    isTooShort: [a, b].some(({ resampled }) => resampled?.isTooShort === true),
    countA: a.histogram.count,
    countB: b.histogram.count,
    metrics: [
      meanComparison(a, b, floorRatio),
      ...COMPARED_PERCENTILES.map((percentile) => percentileComparison(a, b, percentile, floorRatio)),
      maxComparison(a, b, floorRatio),
    ],
    shift: shiftOf(a, b),
    distance: wassersteinOf(a.histogram, b.histogram),
  };
}

function basisOf(a: SpanMeasure, b: SpanMeasure): IntervalBasis {
  if (a.histogram.count === 0 || b.histogram.count === 0) return 'none';
  return a.resampled !== null && b.resampled !== null ? 'seconds' : 'records';
}

function meanComparison(a: SpanMeasure, b: SpanMeasure, floorRatio: number): MetricComparison {
  const estimate = ({ histogram, resampled }: SpanMeasure): Estimate | null =>
    histogram.count === 0
      ? null
      : { valueNs: histogram.meanNs, interval: boundsOf(resampled?.meansNs, resampled?.blockCount), marked: false };
  const interval = ratioBounds(a, b, ({ meansNs }) => meansNs);
  return comparison('mean', null, estimate(a), estimate(b), interval, floorRatio);
}

function percentileComparison(
  a: SpanMeasure,
  b: SpanMeasure,
  percentile: number,
  floorRatio: number,
): MetricComparison {
  const [left, right] = [percentileOf(a, percentile), percentileOf(b, percentile)];
  const position = RESAMPLED_PERCENTILES.indexOf(percentile);
  const interval =
    left === null || right === null
      ? null
      : hull(
          ratioBounds(a, b, ({ percentilesNs }) => percentilesNs[position]!),
          ratioFromBounds(left.valueNs, recordBounds(a, percentile), right.valueNs, recordBounds(b, percentile)),
        );
  return comparison(`p${percentile}`, percentile, left, right, interval, floorRatio);
}

/** Compares maxima, which have no interval: resampling of smaller values cannot show how much larger a maximum could be. */
function maxComparison(a: SpanMeasure, b: SpanMeasure, floorRatio: number): MetricComparison {
  const estimate = ({ histogram }: SpanMeasure): Estimate | null =>
    histogram.count === 0 ? null : { valueNs: histogram.maxNs, interval: null, marked: false };
  return comparison('max', null, estimate(a), estimate(b), null, floorRatio);
}

function comparison(
  name: string,
  percentile: number | null,
  a: Estimate | null,
  b: Estimate | null,
  interval: RatioBounds | null,
  floorRatio: number,
): MetricComparison {
  const shared = { name, percentile, a, b, runsNeeded: null };
  if (a === null || b === null) return { ...shared, change: null };
  const ratio = ratioOf(a.valueNs, b.valueNs);
  return { ...shared, change: { ratio, interval, effect: effectOf(ratio, interval, floorRatio) } };
}

function percentileOf(measure: SpanMeasure, percentile: number): Estimate | null {
  const { histogram, resampled } = measure;
  if (supportOf(percentile, histogram.count) === 'hidden') return null;
  const valueNs = histogram.percentileNs(percentile);
  const position = RESAMPLED_PERCENTILES.indexOf(percentile);
  const ofSeconds = boundsOf(resampled?.percentilesNs[position], resampled?.blockCount);
  const ofRecords = recordBounds(measure, percentile);
  return { valueNs, interval: widest(ofSeconds, ofRecords), marked: needsMark(percentile, histogram.count) };
}

function recordBounds({ histogram }: SpanMeasure, percentile: number): Bounds {
  return quantileInterval(histogram, percentile / 100);
}

function boundsOf(values: Float64Array | undefined, blockCount: number | undefined): Bounds | null {
  if (values === undefined || blockCount === undefined) return null;
  const { lower, upper } = expandedInterval(values, blockCount);
  return { lowerNs: lower, upperNs: upper };
}

/** Returns the wider of both bounds on each side. Without a bound from the records, that from the seconds remains. */
function widest(a: Bounds | null, b: Bounds): Bounds | null {
  if (a === null) return b.lowerNs === null && b.upperNs === null ? null : b;
  return {
    lowerNs: b.lowerNs === null ? a.lowerNs : Math.min(a.lowerNs ?? b.lowerNs, b.lowerNs),
    upperNs: b.upperNs === null ? a.upperNs : Math.max(a.upperNs ?? b.upperNs, b.upperNs),
  };
}

function hull(a: RatioBounds | null, b: RatioBounds | null): RatioBounds | null {
  if (a === null || b === null) return a ?? b;
  return { lower: Math.min(a.lower, b.lower), upper: Math.max(a.upper, b.upper) };
}

type Resamples = NonNullable<SpanMeasure['resampled']>;

/**
 * Returns bounds of a ratio. Both runs are resampled independently, so that any draw of one may pair with any draw of the
 * other.
 */
function ratioBounds(a: SpanMeasure, b: SpanMeasure, pick: (resampled: Resamples) => Float64Array): RatioBounds | null {
  if (a.resampled === null || b.resampled === null) return null;
  const [left, right] = [pick(a.resampled), pick(b.resampled)];
  const ratios = left.map((ns, index) => ratioOf(ns, right[index]!));
  return expandedInterval(ratios, Math.min(a.resampled.blockCount, b.resampled.blockCount));
}

/**
 * Computes the interval of a ratio from the intervals of both sides, on logarithms. Source: Zou and Donner, "Construction of
 * confidence limits about effect measures", 2008.
 */
function ratioFromBounds(aNs: number, a: Bounds, bNs: number, b: Bounds): RatioBounds | null {
  if (a.lowerNs === null || a.upperNs === null || b.lowerNs === null || b.upperNs === null) return null;
  const distance = (fromNs: number, toNs: number) => Math.log(ratioOf(fromNs, toNs));
  const middle = distance(aNs, bNs);
  return {
    lower: Math.exp(middle - Math.hypot(distance(b.lowerNs, bNs), distance(aNs, a.upperNs))),
    upper: Math.exp(middle + Math.hypot(distance(bNs, b.upperNs), distance(a.lowerNs, aNs))),
  };
}

/** Returns B over A. Values below a nanosecond count as one, because they were not measured and must not divide. */
export function ratioOf(aNs: number, bNs: number): number {
  return Math.max(1, bNs) / Math.max(1, aNs);
}

function shiftOf(a: SpanMeasure, b: SpanMeasure): ShiftComparison[] {
  const supported = SHIFT_PERCENTILES.filter((percentile) =>
    [a, b].every(({ histogram }) => supportOf(percentile, histogram.count) !== 'hidden'),
  );
  return shiftFunction(a.histogram, b.histogram, supported).map((point) => ({
    percentile: point.percentile,
    aNs: point.a,
    bNs: point.b,
    shiftNs: point.shift,
    interval: shiftBounds(a, b, point.percentile, point.shift),
  }));
}

/** Returns the interval of the difference of percentiles; the smooth quantiles of the shift are close to the percentiles. */
function shiftBounds(a: SpanMeasure, b: SpanMeasure, percentile: number, shiftNs: number): ShiftComparison['interval'] {
  if (a.resampled === null || b.resampled === null) return null;
  const position = RESAMPLED_PERCENTILES.indexOf(percentile);
  const [left, right] = [a.resampled.percentilesNs[position]!, b.resampled.percentilesNs[position]!];
  const differences = left.map((ns, index) => right[index]! - ns);
  const { lower, upper } = expandedInterval(differences, Math.min(a.resampled.blockCount, b.resampled.blockCount));
  return { lowerNs: Math.min(lower, shiftNs), upperNs: Math.max(upper, shiftNs) };
}
