import { normalQuantile } from './distributions.ts';
import { meanOf } from './moments.ts';

/** Parameters of a lognormal distribution: mean and standard deviation of the logarithms. */
export interface Lognormal {
  readonly mu: number;
  readonly sigma: number;
}

/** The lognormal distribution of greatest likelihood. @param values above 0. */
export function lognormalFit(values: readonly number[]): Lognormal {
  const logs = values.map(Math.log);
  const mu = meanOf(logs);
  return { mu, sigma: Math.sqrt(meanOf(logs.map((log) => (log - mu) ** 2))) };
}

/** The value at a share, 0 to 1, both excluded. */
export const lognormalAt = ({ mu, sigma }: Lognormal, share: number): number =>
  Math.exp(mu + sigma * normalQuantile(share));
