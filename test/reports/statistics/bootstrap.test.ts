import { describe, expect, test } from 'vitest';
import { percentileInterval } from '../../../reports/statistics/bootstrap.ts';
import { meanOf, medianOf } from '../../../reports/statistics/moments.ts';

/** Spatial test data of Efron and Tibshirani, 1993, table 14.1. The statistic is the population variance. */
const SPATIAL = [48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41];
const populationVariance = (values: readonly number[]) => {
  const mean = meanOf(values);
  return meanOf(values.map((value) => (value - mean) ** 2));
};

describe('intervals of the published example', () => {
  const options = { confidence: 0.9, resamples: 20_000, seed: 7 };

  test('the statistic equals the published one', () => {
    expect(populationVariance(SPATIAL)).toBeCloseTo(171.534, 3);
  });

  test('the ends equal the published ones within the noise of 20,000 draws', () => {
    const percentile = percentileInterval(SPATIAL, populationVariance, options);
    expect(Math.abs(percentile.low - 100.8)).toBeLessThan(5);
    expect(Math.abs(percentile.high - 233.9)).toBeLessThan(5);
  });

  test('draws the same resamples with the same seed, and others with another seed', () => {
    const intervalWith = (seed: number) => percentileInterval(SPATIAL, populationVariance, { seed });
    expect(intervalWith(3)).toEqual(intervalWith(3));
    expect(intervalWith(3)).not.toEqual(intervalWith(4));
  });
});

test('equal values give an interval without width', () => {
  expect(percentileInterval([5, 5, 5, 5], medianOf)).toEqual({ low: 5, high: 5 });
});
