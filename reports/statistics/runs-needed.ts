import { normalQuantile } from './distributions.ts';

/** Fewer runs a side show little, whatever their noise. */
export const RUNS_MIN = 5;

const ERROR_RATIO = 0.05;
const POWER_RATIO = 0.8;

/**
 * Runs a side that show a change of `effectRatio` with a power of 80 % at an error of 5 %, two-sided.
 * @param variationRatio run-to-run standard deviation over the mean.
 * @returns the plain formula's number, rounded up; see RUNS_MIN. Source: the normal approximation of every textbook.
 */
export function runsNeeded(variationRatio: number, effectRatio: number): number {
  const reach = normalQuantile(1 - ERROR_RATIO / 2) + normalQuantile(POWER_RATIO);
  return Math.max(1, Math.ceil(2 * (reach * (variationRatio / effectRatio)) ** 2));
}
