import { medianOf } from './moments.ts';

/** The middle value, or the mean of the two middle ones. @param sorted at least one value, ascending. */
export function medianOfSorted(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Factor from the median absolute deviation of normal values to their standard deviation: 1 / Phi^-1(3/4). */
const NORMAL_CONSISTENCY = 1.482602218505602;

/** A standard deviation that a few wild values do not move. @param values at least one. */
export function robustDeviation(values: readonly number[]): number {
  const median = medianOf(values);
  return NORMAL_CONSISTENCY * medianOf(values.map((value) => Math.abs(value - median)));
}
