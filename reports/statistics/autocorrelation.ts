import { meanOf } from './moments.ts';

/** Correlation of each value with the one before it, -1 to 1; null for fewer than three values, or if all are equal. */
export function lag1Autocorrelation(values: readonly number[]): number | null {
  if (values.length < 3) return null;
  const mean = meanOf(values);
  let [product, square] = [0, 0];
  for (const [index, value] of values.entries()) {
    square += (value - mean) ** 2;
    if (index > 0) product += (value - mean) * (values[index - 1]! - mean);
  }
  return square === 0 ? null : product / square;
}
