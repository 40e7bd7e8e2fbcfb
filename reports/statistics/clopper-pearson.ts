import { betaQuantile } from './distributions.ts';

/** A share with the interval that surely covers the true one; all 0 to 1. */
export interface ShareInterval {
  readonly lowRatio: number;
  readonly highRatio: number;
}

/**
 * The exact two-sided interval of a share of `trials` of which `hits` were seen: it covers the true share with at least
 * `confidence`, for any number of trials.
 * @param hits whole, 0 to `trials`. @param trials at least 1.
 * Source: Clopper and Pearson, "The use of confidence or fiducial limits", 1934.
 */
export function clopperPearson(hits: number, trials: number, confidence = 0.95): ShareInterval {
  const tail = (1 - confidence) / 2;
  return {
    lowRatio: hits === 0 ? 0 : betaQuantile(tail, hits, trials - hits + 1),
    highRatio: hits === trials ? 1 : betaQuantile(1 - tail, hits + 1, trials - hits),
  };
}

/** The share that the true one does not exceed, with `confidence`. For 0 hits about 3 / trials. */
export function shareUpperBound(hits: number, trials: number, confidence = 0.95): number {
  return hits >= trials ? 1 : betaQuantile(confidence, hits + 1, trials - hits);
}
