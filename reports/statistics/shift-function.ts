import { Histogram } from '../histogram/histogram.ts';
import { harrellDavis, harrellDavisNs } from './harrell-davis.ts';

/** Deciles, which show the shape, and the tail that latency is judged by. */
export const SHIFT_PERCENTILES = [10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 99, 99.9] as const;

export interface ShiftPoint {
  readonly percentile: number;
  readonly a: number;
  readonly b: number;
  /** b - a, in the values' unit. The same everywhere: something constant was added. */
  readonly shift: number;
  /** b / a. The same everywhere: everything takes that many times as long. */
  readonly ratio: number;
}

/**
 * Distance of each quantile of `b` from the same one of `a`, both by Harrell and Davis.
 * Source: Doksum, "Empirical probability plots and statistical inference for nonlinear models", 1974; Wilcox, 1995.
 */
export function shiftFunction(
  a: readonly number[] | Histogram,
  b: readonly number[] | Histogram,
  percentiles: readonly number[] = SHIFT_PERCENTILES,
): ShiftPoint[] {
  return percentiles.map((percentile) => {
    const [ofA, ofB] = [quantileOf(a, percentile), quantileOf(b, percentile)];
    return { percentile, a: ofA, b: ofB, shift: ofB - ofA, ratio: ofA === ofB ? 1 : ofB / ofA };
  });
}

function quantileOf(values: readonly number[] | Histogram, percentile: number): number {
  const probability = percentile / 100;
  return values instanceof Histogram ? harrellDavisNs(values, probability) : harrellDavis(values, probability);
}
