import { welch } from './welch.ts';

export interface RatioEquivalence {
  /** Geometric mean of `candidate` over that of `reference`. */
  readonly ratio: number;
  /** Welch's degrees of freedom. */
  readonly degrees: number;
  /** The 90 % interval of the ratio: both one-sided tests at 5 %. */
  readonly lower: number;
  readonly upper: number;
  /**
   * equivalent: the interval lies within the margin. different: it lies outside. open: neither; more runs make it narrower. A difference
   * test that found nothing would not distinguish the first from the last.
   */
  readonly verdict: 'equivalent' | 'different' | 'open';
}

/** Two one-sided tests at 5 % each are one interval of 90 %. */
const CONFIDENCE_RATIO = 0.9;

/**
 * Tests if two groups of runs have the same value, up to a factor.
 * @param reference one positive value a run, at least two runs; `candidate` likewise.
 * @param margin `lower` and `upper` bound of the ratios that count as equal, such as 0.9 and 1.1.
 * Source: Schuirmann, "A comparison of the two one-sided tests procedure and the power approach", 1987; Welch's t on logarithms.
 */
export function ratioEquivalence(
  reference: readonly number[],
  candidate: readonly number[],
  margin: { readonly lower: number; readonly upper: number },
): RatioEquivalence {
  const logs = (values: readonly number[]) => values.map(Math.log);
  const test = welch(logs(candidate), logs(reference), CONFIDENCE_RATIO);
  const [ratio, lower, upper] = [Math.exp(test.difference), Math.exp(test.lower), Math.exp(test.upper)];
  const isInside = lower >= margin.lower && upper <= margin.upper;
  const isOutside = lower > margin.upper || upper < margin.lower;
  const verdict = isInside ? 'equivalent' : isOutside ? 'different' : 'open';
  return { ratio, degrees: test.degrees, lower, upper, verdict };
}
