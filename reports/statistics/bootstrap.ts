import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { binomialCdf, normalCdf, normalQuantile } from './distributions.ts';

export interface BootstrapOptions {
  /** Share of intervals that cover the truth; 0.95 where it is left out. */
  readonly confidence?: number;
  /** 2,000 where it is left out, which is enough for the ends of a 95 % interval. */
  readonly resamples?: number;
  readonly seed?: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

type Statistic = (values: readonly number[]) => number;

/**
 * The interval between two quantiles of a statistic over resamples drawn with replacement. Too narrow under about ten values.
 * @param values independent ones: runs or blocks, never the records inside one run. At least one.
 * Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13.
 */
export function percentileInterval(
  values: readonly number[],
  statistic: Statistic,
  options: BootstrapOptions = {},
): Interval {
  const { confidence = 0.95 } = options;
  const drawn = resampled(values, statistic, options);
  return { low: quantileOf(drawn, (1 - confidence) / 2), high: quantileOf(drawn, (1 + confidence) / 2) };
}

/**
 * The bias-corrected and accelerated interval: the percentile interval at levels moved for the statistic's bias and skew.
 * @param values at least two. Where they are all equal there is nothing to correct, and the interval is that one value.
 * Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 14.
 */
export function bcaInterval(values: readonly number[], statistic: Statistic, options: BootstrapOptions = {}): Interval {
  const { confidence = 0.95 } = options;
  const drawn = resampled(values, statistic, options);
  const observed = statistic(values);
  const below = drawn.filter((value) => value < observed).length;
  // A share of exactly 0 or 1 would move the levels to infinity; half a draw keeps them finite.
  const bias = normalQuantile(Math.min(drawn.length - 0.5, Math.max(0.5, below)) / drawn.length);
  const acceleration = accelerationOf(values, statistic);
  const level = (probability: number) => bcaLevel(probability, bias, acceleration);
  return {
    low: quantileOf(drawn, level((1 - confidence) / 2)),
    high: quantileOf(drawn, level((1 + confidence) / 2)),
  };
}

/** The level at which the BCa interval reads the resamples instead of `probability`. */
export function bcaLevel(probability: number, bias: number, acceleration: number): number {
  const moved = bias + normalQuantile(probability);
  return normalCdf(bias + moved / (1 - acceleration * moved));
}

/** A sixth of the skewness of the statistic's jackknife values; 0 where they are all equal. */
export function accelerationOf(values: readonly number[], statistic: Statistic): number {
  const without = values.map((_, left) => statistic(values.filter((_, index) => index !== left)));
  const mean = without.reduce((sum, value) => sum + value, 0) / without.length;
  let squares = 0;
  let cubes = 0;
  for (const value of without) {
    squares += (mean - value) ** 2;
    cubes += (mean - value) ** 3;
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

/**
 * What the median of a resample is, without drawing any: the probability of each sorted value.
 * @param count how many values there are; odd, so that the median is one of them.
 * Source: Efron, "Bootstrap methods: another look at the jackknife", 1979; Maritz and Jarrett, 1978.
 */
export function bootstrapMedianLaw(count: number): number[] {
  const middle = (count + 1) / 2;
  // The k-th smallest or a smaller one is the median when at least `middle` of the draws fall on the first k values.
  const upTo = (k: number) => 1 - binomialCdf(middle - 1, count, k / count);
  return Array.from({ length: count }, (_, index) => upTo(index + 1) - upTo(index));
}

function resampled(
  values: readonly number[],
  statistic: Statistic,
  { resamples = 2000, seed = 1 }: BootstrapOptions,
): number[] {
  const random = xoroshiro128plus(seed);
  const sample = new Array<number>(values.length);
  const drawn = Array.from({ length: resamples }, () => {
    for (let i = 0; i < sample.length; i++) {
      sample[i] = values[Math.floor(((random.next() >>> 0) / 2 ** 32) * values.length)]!;
    }
    return statistic(sample);
  });
  return drawn.sort((a, b) => a - b);
}

function quantileOf(sorted: readonly number[], probability: number): number {
  const index = Math.ceil(probability * sorted.length) - 1;
  return sorted[Math.min(sorted.length - 1, Math.max(0, index))]!;
}
