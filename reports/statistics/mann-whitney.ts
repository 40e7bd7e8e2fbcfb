import { normalCdf } from './distributions.ts';
import { medianOf } from './moments.ts';

/** Up to so many pairs, and without ties, the law of U is counted out. */
const MOST_EXACT_PAIRS = 400;

export interface MannWhitney {
  /** Pairs in which x is greater, plus half of those in which both are equal. */
  readonly u: number;
  readonly method: 'exact' | 'normal';
  readonly twoSidedP: number;
  /** That x tends to be greater than y. */
  readonly greaterP: number;
  /** Cliff's delta, -1 to 1: how much more often x is greater than y than the other way. 0.15 small, 0.33 medium, 0.47 large. */
  readonly deltaRatio: number;
}

/**
 * The rank test of two independent samples. Neither sample may be empty.
 * @param method left out: exact up to 400 pairs without ties, else normal with corrections for ties and continuity.
 * Source: Mann and Whitney, 1947; Cliff, "Dominance statistics", 1993.
 */
export function mannWhitney(
  x: readonly number[],
  y: readonly number[],
  method: MannWhitney['method'] = defaultMethod(x, y),
): MannWhitney {
  const pairs = x.length * y.length;
  const u = x.reduce((sum, left) => sum + y.reduce((wins, right) => wins + winOf(left, right), 0), 0);
  const upperTail = method === 'exact' ? exactTail(x.length, y.length) : normalTail(x, y);
  const greaterP = upperTail(u);
  return {
    u,
    method,
    twoSidedP: Math.min(1, 2 * Math.min(greaterP, upperTail(pairs - u))),
    greaterP,
    deltaRatio: (2 * u) / pairs - 1,
  };
}

/** The typical difference x - y: the median of all pairs' differences. Source: Hodges and Lehmann, 1963. */
export function hodgesLehmann(x: readonly number[], y: readonly number[]): number {
  return medianOf(differencesOf(x, y));
}

export interface ShiftInterval {
  readonly lower: number;
  readonly upper: number;
}

/**
 * The exact interval of the shift x - y: between the differences at which the rank test would begin to refuse it.
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
  // The largest u that the test would still refuse, counted from 0 on.
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

function winOf(left: number, right: number): number {
  if (left > right) return 1;
  return left === right ? 0.5 : 0;
}

function defaultMethod(x: readonly number[], y: readonly number[]): MannWhitney['method'] {
  const all = [...x, ...y];
  return x.length * y.length <= MOST_EXACT_PAIRS && new Set(all).size === all.length ? 'exact' : 'normal';
}

/** P(U >= u) when both samples come from one distribution. */
function exactTail(n: number, m: number): (u: number) => number {
  const counts = orderCounts(n, m);
  const total = counts.reduce((sum, count) => sum + count, 0);
  return (u) => counts.slice(Math.max(0, Math.ceil(u))).reduce((sum, count) => sum + count, 0) / total;
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

function normalTail(x: readonly number[], y: readonly number[]): (u: number) => number {
  const pairs = x.length * y.length;
  const all = x.length + y.length;
  const ties = tieSizes([...x, ...y]).reduce((sum, size) => sum + (size ** 3 - size), 0);
  const deviation = Math.sqrt((pairs / 12) * (all + 1 - ties / (all * (all - 1))));
  // All values equal: nothing speaks for a difference.
  if (deviation === 0) return () => 1;
  return (u) => 1 - normalCdf((u - pairs / 2 - 0.5) / deviation);
}

/** How often each value occurs. */
function tieSizes(values: readonly number[]): number[] {
  const sizes = new Map<number, number>();
  for (const value of values) sizes.set(value, (sizes.get(value) ?? 0) + 1);
  return [...sizes.values()];
}
