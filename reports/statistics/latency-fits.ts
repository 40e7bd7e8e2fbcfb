import { gammaQuantile, normalQuantile } from './distributions.ts';
import { meanOf } from './moments.ts';

/** Parameters of a lognormal distribution: mean and standard deviation of the logarithms. */
export interface Lognormal {
  readonly mu: number;
  readonly sigma: number;
}

/** Parameters of a gamma distribution. Its mean is shape times scale. */
export interface Gamma {
  readonly shape: number;
  /** In the unit of the values. */
  readonly scale: number;
}

/** The lognormal distribution of greatest likelihood. @param values above 0. */
export function lognormalFit(values: readonly number[]): Lognormal {
  const logs = values.map(Math.log);
  return { mu: meanOf(logs), sigma: Math.sqrt(spreadOf(logs)) };
}

/** The lognormal distribution with the values' mean and variance: closer in the tail and further off in the middle. */
export function lognormalOfMoments(values: readonly number[]): Lognormal {
  const mean = meanOf(values);
  const sigmaSquared = Math.log(1 + sampleVariance(values) / mean ** 2);
  return { mu: Math.log(mean) - sigmaSquared / 2, sigma: Math.sqrt(sigmaSquared) };
}

/** The gamma distribution with the values' mean and variance. @param values above 0, not all equal. */
export function gammaOfMoments(values: readonly number[]): Gamma {
  const mean = meanOf(values);
  const variance = sampleVariance(values);
  return { shape: mean ** 2 / variance, scale: variance / mean };
}

const NEWTON_STEPS = 20;

/**
 * The gamma distribution of greatest likelihood, with the location 0.
 * @param values above 0, not all equal.
 * Source: Newton's method on ln k - digamma(k) = ln(mean) - mean(ln x), from the usual approximation of its root.
 */
export function gammaFit(values: readonly number[]): Gamma {
  const mean = meanOf(values);
  const s = Math.log(mean) - meanOf(values.map(Math.log));
  let shape = (3 - s + Math.sqrt((s - 3) ** 2 + 24 * s)) / (12 * s);
  for (let step = 0; step < NEWTON_STEPS; step += 1) {
    const excess = Math.log(shape) - digamma(shape) - s;
    shape -= excess / (1 / shape - trigamma(shape));
    if (Math.abs(excess) < 1e-14) break;
  }
  return { shape, scale: mean / shape };
}

/** The value at a share, 0 to 1, both excluded. */
export const lognormalAt = ({ mu, sigma }: Lognormal, share: number): number =>
  Math.exp(mu + sigma * normalQuantile(share));

/** The value at a share, 0 to 1, both excluded. */
export const gammaAt = ({ shape, scale }: Gamma, share: number): number => gammaQuantile(share, shape, scale);

/** Mean square distance from the mean, over n. */
function spreadOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return meanOf(values.map((value) => (value - mean) ** 2));
}

const sampleVariance = (values: readonly number[]): number => (spreadOf(values) * values.length) / (values.length - 1);

/** From here on the asymptotic series below are exact to 14 digits. */
const SERIES_FROM = 10;

/** Derivative of ln gamma(x), x above 0. Source: Abramowitz and Stegun 6.3.5 and 6.3.18. */
function digamma(x: number): number {
  if (x < SERIES_FROM) return digamma(x + 1) - 1 / x;
  const y = 1 / x ** 2;
  return Math.log(x) - 0.5 / x - y * (1 / 12 - y * (1 / 120 - y * (1 / 252 - y * (1 / 240 - y / 132))));
}

/** Derivative of digamma, x above 0. Source: Abramowitz and Stegun 6.4.6 and 6.4.12. */
function trigamma(x: number): number {
  if (x < SERIES_FROM) return trigamma(x + 1) + 1 / x ** 2;
  const y = 1 / x ** 2;
  return 1 / x + y / 2 + (y / x) * (1 / 6 - y * (1 / 30 - y * (1 / 42 - y * (1 / 30 - (y * 5) / 66))));
}
