/** Statistics for tests of random values; critical values are for p = 0.001 by default. */

/** Sum of (seen - expected)^2 / expected. */
export function chiSquare(seen: ArrayLike<number>, expected: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < seen.length; i += 1) sum += (seen[i]! - expected[i]!) ** 2 / expected[i]!;
  return sum;
}

/** Upper 0.001 point of chi-square, by Wilson and Hilferty, good to 1 % from 3 degrees of freedom on. */
export function chiSquareLimit(degrees: number): number {
  const z = 3.0902;
  return degrees * (1 - 2 / (9 * degrees) + z * Math.sqrt(2 / (9 * degrees))) ** 3;
}

/** Largest distance between the sample's distribution and `cdf`. Sorts the sample. */
export function ksDistance(sample: Float64Array, cdf: (x: number) => number): number {
  sample.sort();
  let distance = 0;
  for (const [i, x] of sample.entries()) {
    const p = cdf(x);
    distance = Math.max(distance, p - i / sample.length, (i + 1) / sample.length - p);
  }
  return distance;
}

/** Upper 0.001 point of the KS distance of n draws. */
export function ksLimit(n: number): number {
  return 1.9495 / Math.sqrt(n);
}

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i]!;
  return sum / values.length;
}

/** Sample variance, over n - 1. */
export function variance(values: ArrayLike<number>): number {
  const middle = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += (values[i]! - middle) ** 2;
  return sum / (values.length - 1);
}

export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const meanA = mean(a);
  const meanB = mean(b);
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i]! - meanA) * (b[i]! - meanB);
  return sum / (a.length - 1) / Math.sqrt(variance(a) * variance(b));
}
