import { betaQuantile } from './distributions.ts';

/**
 * The exact one-sided bound that the true share does not exceed, with `confidence`. For 0 hits it is about 3 / trials.
 * @param hits whole, 0 to `trials`. @param trials at least 1.
 * Source: Clopper and Pearson, "The use of confidence or fiducial limits", 1934.
 */
export function shareUpperBound(hits: number, trials: number, confidence = 0.95): number {
  return hits >= trials ? 1 : betaQuantile(confidence, hits + 1, trials - hits);
}
