import { medianOf } from './moments.ts';

/** The typical difference x - y: the median of all pairs' differences. Source: Hodges and Lehmann, 1963. */
export function hodgesLehmann(x: readonly number[], y: readonly number[]): number {
  return medianOf(differencesOf(x, y));
}

export interface ShiftInterval {
  readonly lower: number;
  readonly upper: number;
}

/**
 * The exact interval of the shift x - y: between the differences from which on the rank test would reject it.
 * @returns null where the samples are too small for the confidence: 3 and 3 for 95 %.
 * Source: Hollander and Wolfe, Nonparametric Statistical Methods, section 4.3.
 */
export function hodgesLehmannInterval(
  x: readonly number[],
  y: readonly number[],
  confidenceRatio = 0.95,
): ShiftInterval | null {
  const differences = differencesOf(x, y).sort((a, b) => a - b);
  const counts = orderCounts(x.length, y.length);
  const total = counts.reduce((sum, count) => sum + count, 0);
  // The largest u that the test would still reject, counted from 0 on.
  let [beyond, mass] = [0, 0];
  while (beyond < counts.length && (mass + counts[beyond]!) / total <= (1 - confidenceRatio) / 2) {
    mass += counts[beyond]!;
    beyond += 1;
  }
  return beyond === 0 ? null : { lower: differences[beyond - 1]!, upper: differences.at(-beyond)! };
}

function differencesOf(x: readonly number[], y: readonly number[]): number[] {
  return x.flatMap((left) => y.map((right) => left - right));
}

/**
 * By u from 0 to n m: how many orders of n and m values have it. The generating function is the Gaussian binomial
 * coefficient, the product over i = 1..n of (1 - q^(m+i)) / (1 - q^i), multiplied out factor by factor.
 */
function orderCounts(n: number, m: number): number[] {
  const counts = new Array<number>(n * m + 1).fill(0);
  counts[0] = 1;
  for (let i = 1; i <= n; i++) {
    for (let u = counts.length - 1; u >= m + i; u--) counts[u]! -= counts[u - m - i]!;
    for (let u = i; u < counts.length; u++) counts[u]! += counts[u - i]!;
  }
  return counts;
}
