import jstat from 'jstat';

// By way of its default: Node finds no names in this CommonJS package.
const { jStat } = jstat;

/** Replaces zero if the continued fraction would divide by it. */
const TINY = 1e-300;

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

/** The x with P(X <= x) = probability of a gamma variable; its mean is shape times scale. */
export const gammaQuantile = (probability: number, shape: number, scale: number): number =>
  jStat.gamma.inv(probability, shape, scale);

/**
 * P(|T| >= |t|) of Student's t with `degrees` of freedom, not necessarily whole.
 * By the incomplete beta function of the tail itself: 1 - cdf would lose small probabilities to rounding.
 */
export function twoSidedT(t: number, degrees: number): number {
  return jStat.beta.cdf(degrees / (degrees + t * t), degrees / 2, 0.5);
}

/** The t with P(T <= t) = probability. */
export const tQuantile = (probability: number, degrees: number): number => jStat.studentt.inv(probability, degrees);

/**
 * P(X <= x) of a beta variable: the regularised incomplete beta function I_x(alpha, beta), within 1e-6 for sums of alpha and
 * beta up to 1e9. jstat's own stops after a hundred terms, which is not enough in the middle of a million samples.
 */
export function betaCdf(x: number, alpha: number, beta: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast on the near side of the mean; the far side is its mirror image.
  if (x > (alpha + 1) / (alpha + beta + 2)) return 1 - betaCdf(1 - x, beta, alpha);
  const logPower = alpha * Math.log(x) + beta * Math.log1p(-x) - jStat.betaln(alpha, beta);
  return Math.min(1, (Math.exp(logPower) / alpha) * betaFraction(x, alpha, beta));
}

/**
 * The continued fraction of the incomplete beta function, by the modified method of Lentz. It takes about
 * sqrt(max(alpha, beta)) terms. Source: Press et al., Numerical Recipes, section 6.4.
 */
function betaFraction(x: number, alpha: number, beta: number): number {
  const away = (value: number) => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / away(1 - ((alpha + beta) * x) / (alpha + 1));
  let product = d;
  const maxTerms = 200 + 10 * Math.sqrt(Math.max(alpha, beta));
  for (let m = 1; m <= maxTerms; m++) {
    const even = (m * (beta - m) * x) / ((alpha + 2 * m - 1) * (alpha + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    product *= d * c;
    const odd = (-(alpha + m) * (alpha + beta + m) * x) / ((alpha + 2 * m) * (alpha + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    product *= d * c;
    if (Math.abs(d * c - 1) < 1e-14) break;
  }
  return product;
}

export const betaQuantile = (probability: number, alpha: number, beta: number): number =>
  jStat.beta.inv(probability, alpha, beta);

/** P(K <= k) of `trials` draws that each succeed with `probability`; `k` whole. By the beta distribution: no sum, any size. */
export function binomialCdf(k: number, trials: number, probability: number): number {
  if (k < 0) return 0;
  return k >= trials ? 1 : 1 - betaCdf(probability, k + 1, trials - k);
}
