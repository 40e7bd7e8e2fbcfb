import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export interface BootstrapOptions {
  /** Share of intervals that cover the truth; 0.95 by default. */
  readonly confidence?: number;
  /** 2,000 by default, which is enough for the ends of a 95 % interval. */
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
