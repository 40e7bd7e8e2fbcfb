import { type Histogram, percentileRank } from '../histogram/histogram.ts';
import { slotHighestNs } from '../histogram/slots.ts';
import type { Curve } from './report-data.ts';

/** Eight points for each halving of the distance to 100% draw a smooth curve: 190 points for ten million values. */
const POINTS_PER_HALVING = 8;

/**
 * Returns the percentile curve at x = 1/(1-p), evenly spaced on a logarithmic axis: x = 2 is the median, 100 is p99. The
 * last point is the maximum, at x = count. The values equal those of Histogram.percentileNs but take one pass, because a
 * live page computes them often. Source: HdrHistogram, AbstractHistogram.java (outputPercentileDistribution), which has five
 * points per halving.
 */
export function percentileCurve(histogram: Histogram): Curve {
  const { count } = histogram;
  if (count === 0) return { count, x: [], valueNs: [] };
  const x: number[] = [];
  for (let at = 1, i = 0; at < count; i++, at = 2 ** (i / POINTS_PER_HALVING)) x.push(rounded(at));
  const ranks = x.map((at) => percentileRank(100 * (1 - 1 / at), count));
  const valueNs: number[] = [];
  let seen = 0;
  histogram.forEachSlot((slot, inSlot) => {
    seen += inSlot;
    while (valueNs.length < ranks.length && seen >= ranks[valueNs.length]!) valueNs.push(slotHighestNs(slot));
  });
  // Percentile 0 is the lower edge of the first slot, the same as in a histogram.
  if (valueNs.length > 0) valueNs[0] = histogram.minNs;
  return { count, x: [...x, count], valueNs: [...valueNs, histogram.maxNs] };
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
