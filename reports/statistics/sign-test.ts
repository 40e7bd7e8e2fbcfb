import { binomialCdf } from './distributions.ts';

/**
 * Is the median 0? Two-sided and exact, whatever the distribution; values of exactly 0 are ignored.
 * @param above how many values lie above 0. @param below how many lie below.
 * @returns the p-value, 1 without any value.
 * Source: Conover, "Practical Nonparametric Statistics", 3.4.
 */
export function signTestP(above: number, below: number): number {
  const fewer = Math.min(above, below);
  return Math.min(1, 2 * binomialCdf(fewer, above + below, 0.5));
}
