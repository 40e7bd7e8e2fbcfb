import { type ChangePoint, type ChangePointOptions, sampleOf } from '../statistics/change-points.ts';
import { normalQuantile, tQuantile } from '../statistics/distributions.ts';

/** The changes that a series with this noise can detect, and after how many results. */
export interface Detection {
  /**
   * Standard deviation of single results around their level, relative to the present level; null with fewer than three results.
   */
  readonly noiseRatio: number | null;
  /**
   * Results after which a lasting change of the minimum magnitude is detected in 80 % of cases; null if half a window is too
   * short.
   */
  readonly resultsToSee: number | null;
  /** The smallest lasting change that is detected in 80 % of cases after five results. */
  readonly afterFiveRatio: number | null;
  /** The smallest lasting change that is detected in 80 % of cases after half a window of results. */
  readonly afterHalfWindowRatio: number | null;
}

const POWER = 0.8;
const FIVE = 5;
const NONE: Detection = { noiseRatio: null, resultsToSee: null, afterFiveRatio: null, afterHalfWindowRatio: null };

/**
 * Assumes that a change comes after the results of the present level, that only the t-test decides, and that the noise is
 * normal and independent from result to result.
 */
export function detectionOf(
  values: readonly number[],
  changes: readonly ChangePoint[],
  { pValue, minMagnitudeRatio, windowLength }: ChangePointOptions,
): Detection {
  const edges = [0, ...changes.map(({ index }) => index), values.length];
  const levels = edges.slice(0, -1).map((start, at) => sampleOf(values.slice(start, edges[at + 1])));
  const present = levels.at(-1);
  const degrees = values.length - levels.length;
  if (present === undefined || present.mean === 0 || degrees < 2) return NONE;
  const squares = levels.reduce((sum, { count, deviation }) => sum + count * deviation ** 2, 0);
  const noiseRatio = Math.sqrt(squares / degrees) / Math.abs(present.mean);
  const half = Math.floor(windowLength / 2);
  const smallest = (after: number) =>
    noiseRatio * smallestInDeviations(Math.min(present.count, windowLength - after), after, pValue);
  const resultsToSee = Array.from({ length: half }, (_, index) => index + 1).find(
    (after) => smallest(after) <= minMagnitudeRatio,
  );
  return {
    noiseRatio,
    resultsToSee: resultsToSee ?? null,
    afterFiveRatio: smallest(Math.min(FIVE, half)),
    afterHalfWindowRatio: smallest(half),
  };
}

/** The smallest shift that the test finds with a probability of POWER, in standard deviations of the noise. */
function smallestInDeviations(before: number, after: number, pValue: number): number {
  const degrees = before + after - 2;
  if (before < 2 || degrees < 2) return Number.POSITIVE_INFINITY;
  const size = (count: number) => (count - 1) ** 2 / count;
  const ofPopulation = Math.sqrt((size(before) + size(after)) / degrees);
  const needed = tQuantile(1 - pValue / 2, degrees) * ofPopulation + normalQuantile(POWER);
  return needed * Math.sqrt(1 / before + 1 / after);
}
