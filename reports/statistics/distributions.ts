import jstat from 'jstat';

// By way of its default: Node finds no names in this CommonJS package.
const { jStat } = jstat;

/**
 * Distribution functions that the statistics of this folder need, by their usual names. The numerics are jstat's; this is the
 * one file that knows it. `probability` is 0 to 1 throughout.
 */

/** P(Z <= x) of a standard normal variable. */
export const normalCdf = (x: number): number => jStat.normal.cdf(x, 0, 1);

/** The x with P(Z <= x) = probability; -Infinity at 0, Infinity at 1. */
export function normalQuantile(probability: number): number {
  if (probability <= 0) return Number.NEGATIVE_INFINITY;
  return probability >= 1 ? Number.POSITIVE_INFINITY : jStat.normal.inv(probability, 0, 1);
}

/**
 * P(|T| >= |t|) of Student's t with `degrees` of freedom, not necessarily whole.
 * By the incomplete beta function of the tail itself: 1 - cdf would lose small probabilities to rounding.
 */
export function twoSidedT(t: number, degrees: number): number {
  return jStat.beta.cdf(degrees / (degrees + t * t), degrees / 2, 0.5);
}

/** The t with P(T <= t) = probability. */
export const tQuantile = (probability: number, degrees: number): number => jStat.studentt.inv(probability, degrees);

/** P(X <= x) of a beta variable: the regularised incomplete beta function I_x(alpha, beta). */
export function betaCdf(x: number, alpha: number, beta: number): number {
  if (x <= 0) return 0;
  return x >= 1 ? 1 : jStat.beta.cdf(x, alpha, beta);
}

export const betaQuantile = (probability: number, alpha: number, beta: number): number =>
  jStat.beta.inv(probability, alpha, beta);

/** P(K <= k) of `trials` draws that each succeed with `probability`; `k` whole. By the beta distribution: no sum, any size. */
export function binomialCdf(k: number, trials: number, probability: number): number {
  if (k < 0) return 0;
  return k >= trials ? 1 : 1 - betaCdf(probability, k + 1, trials - k);
}
