import type { Histogram } from '../histogram/histogram.ts';
import type { Curve } from './report-data.ts';

/** Eight points a halving of the distance to 100 %: a curve without corners at 190 points for ten million values. */
const POINTS_PER_HALVING = 8;

/**
 * The percentile curve at x = 1/(1-p), evenly spaced on a logarithmic axis: x = 2 is the median, 100 is p99. The last point
 * is the maximum, at x = count.
 * Source: HdrHistogram, AbstractHistogram.java (outputPercentileDistribution), which has five ticks where this has eight.
 */
export function percentileCurve(histogram: Histogram): Curve {
  const { count } = histogram;
  if (count === 0) return { count, x: [], valueNs: [] };
  const x: number[] = [];
  for (let at = 1, i = 0; at < count; i++, at = 2 ** (i / POINTS_PER_HALVING)) x.push(rounded(at));
  const valueNs = x.map((at) => histogram.percentileNs(100 * (1 - 1 / at)));
  return { count, x: [...x, count], valueNs: [...valueNs, histogram.maxNs] };
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
