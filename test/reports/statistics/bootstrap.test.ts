import { describe, expect, test } from 'vitest';
import {
  accelerationOf,
  bcaInterval,
  bcaLevel,
  bootstrapMedianLaw,
  percentileInterval,
} from '../../../reports/statistics/bootstrap.ts';
import { meanOf, medianOf } from '../../../reports/statistics/moments.ts';

/** Efron and Tibshirani, 1993, table 14.1: spatial test data; the statistic is the population variance. */
const SPATIAL = [48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41];
const populationVariance = (values: readonly number[]) => {
  const mean = meanOf(values);
  return meanOf(values.map((value) => (value - mean) ** 2));
};

describe('intervals of the published example', () => {
  const options = { confidence: 0.9, resamples: 20_000, seed: 7 };

  test('the statistic and its acceleration are the published ones', () => {
    expect(populationVariance(SPATIAL)).toBeCloseTo(171.534, 3);
    expect(accelerationOf(SPATIAL, populationVariance)).toBeCloseTo(0.06124, 5);
  });

  test('BCa levels follow from bias and acceleration', () => {
    expect(bcaLevel(0.05, 0.146, 0.061)).toBeCloseTo(0.10986, 4);
    expect(bcaLevel(0.95, 0.146, 0.061)).toBeCloseTo(0.98448, 4);
  });

  test('percentile and BCa ends come out as published, within what 20,000 draws leave open', () => {
    const percentile = percentileInterval(SPATIAL, populationVariance, options);
    expect(Math.abs(percentile.low - 100.8)).toBeLessThan(5);
    expect(Math.abs(percentile.high - 233.9)).toBeLessThan(5);
    const bca = bcaInterval(SPATIAL, populationVariance, options);
    expect(Math.abs(bca.low - 115.8)).toBeLessThan(5);
    expect(Math.abs(bca.high - 259.6)).toBeLessThan(5);
  });

  test('the same seed draws the same resamples, another one others', () => {
    const of = (seed: number) => percentileInterval(SPATIAL, populationVariance, { seed });
    expect(of(3)).toEqual(of(3));
    expect(of(3)).not.toEqual(of(4));
  });
});

test('values that are all equal give an interval of no width', () => {
  expect(bcaInterval([5, 5, 5, 5], medianOf)).toEqual({ low: 5, high: 5 });
});

describe('the exact law of the bootstrap median', () => {
  test('of 13 values is the published one', () => {
    const law = bootstrapMedianLaw(13);
    for (const [index, probability] of [0.0015, 0.0142, 0.0549, 0.1243, 0.1936, 0.2229].entries()) {
      expect(law[index + 1]).toBeCloseTo(probability, 4);
      expect(law[11 - index]).toBeCloseTo(law[index + 1]!, 10);
    }
  });

  test('of 5 values is that of all 3,125 resamples', () => {
    const law = bootstrapMedianLaw(5);
    for (const [index, probability] of [0.05792, 0.25952, 0.36512, 0.25952, 0.05792].entries()) {
      expect(law[index]).toBeCloseTo(probability, 5);
    }
    const values = [10, 12, 13, 15, 30];
    const mean = values.reduce((sum, value, index) => sum + value * law[index]!, 0);
    const variance = values.reduce((sum, value, index) => sum + (value - mean) ** 2 * law[index]!, 0);
    expect(Math.sqrt(variance)).toBeCloseTo(4.172769, 5);
  });
});
