import { tQuantile } from './distributions.ts';
import { meanOf } from './moments.ts';

/** A straight line through points, with what its slope may be. */
export interface LinearFit {
  readonly points: number;
  readonly slope: number;
  readonly intercept: number;
  /** Standard error of the slope, widened if neighbouring residuals resemble each other. */
  readonly standardError: number;
  /** Degrees of freedom of the standard error, not necessarily whole. */
  readonly degrees: number;
}

/** With fewer points the residuals do not show how uncertain the slope is. */
const LINEAR_FIT_POINTS_MIN = 5;

/**
 * Least squares of y on x. Residuals of a queue's length are not independent: a burst fills it, and it takes time to drain. Their lag-1
 * correlation r widens the standard error as if there were only n (1 - r) / (1 + r) points.
 * @returns undefined with fewer than LINEAR_FIT_POINTS_MIN points, or if all x are the same.
 * Source of the correction: Bartlett, "Some aspects of the time-correlation problem", 1935.
 */
export function linearFit(xs: readonly number[], ys: readonly number[]): LinearFit | undefined {
  const points = xs.length;
  if (points < LINEAR_FIT_POINTS_MIN) return undefined;
  const [meanX, meanY] = [meanOf(xs), meanOf(ys)];
  const sumXx = xs.reduce((sum, x) => sum + (x - meanX) ** 2, 0);
  if (sumXx === 0) return undefined;
  const slope = xs.reduce((sum, x, i) => sum + (x - meanX) * (ys[i]! - meanY), 0) / sumXx;
  const intercept = meanY - slope * meanX;
  const residuals = xs.map((x, i) => ys[i]! - intercept - slope * x);
  const variance = residuals.reduce((sum, residual) => sum + residual ** 2, 0) / (points - 2);
  const effective = Math.max(LINEAR_FIT_POINTS_MIN - 1, points * effectiveRatio(residuals));
  return {
    points,
    slope,
    intercept,
    standardError: Math.sqrt((variance / sumXx) * (points / effective)),
    degrees: effective - 2,
  };
}

/** Bounds that the slope lies above and below, each with this one-sided confidence. */
export function slopeBounds(fit: LinearFit, confidenceRatio = 0.95): { readonly low: number; readonly high: number } {
  const reach = tQuantile(confidenceRatio, fit.degrees) * fit.standardError;
  return { low: fit.slope - reach, high: fit.slope + reach };
}

/** Points that count, over points, from 0 to 1. Negative correlation is noise here and does not narrow anything. */
function effectiveRatio(residuals: readonly number[]): number {
  const total = residuals.reduce((sum, residual) => sum + residual ** 2, 0);
  if (total === 0) return 1;
  const neighbours = residuals.slice(1).reduce((sum, residual, i) => sum + residual * residuals[i]!, 0);
  const correlation = Math.min(0.99, Math.max(0, neighbours / total));
  return (1 - correlation) / (1 + correlation);
}
