import { describe, expect, test } from 'vitest';
import { Histogram } from '../../../reports/histogram/histogram.ts';
import { wassersteinOf } from '../../../reports/statistics/wasserstein.ts';

const histogramOf = (values: readonly number[]) => {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
};

describe("the Wasserstein distance, SciPy's documented examples", () => {
  test('the distance of samples of equal size is the mean distance of their sorted values', () => {
    expect(wassersteinOf(histogramOf([0, 1, 3]), histogramOf([5, 6, 8]))?.distanceNs).toBe(5);
  });

  test('weights values by their counts', () => {
    expect(wassersteinOf(histogramOf([0, 0, 0, 1]), histogramOf([0, 0, 1, 1]))?.distanceNs).toBeCloseTo(0.25, 12);
  });
});

describe('the distance of two histograms', () => {
  test('the distance of two histograms is that of their values, also relative to the first mean', () => {
    const distance = wassersteinOf(histogramOf([100, 101, 103]), histogramOf([105, 106, 108]));
    expect(distance?.distanceNs).toBeCloseTo(5, 9);
    expect(distance?.overMeanRatio).toBeCloseTo(5 / (304 / 3), 9);
  });

  test('the distance of logarithms is the logarithm of the factor', () => {
    const values = [1e6, 5e6, 2e7, 9e8];
    const distance = wassersteinOf(histogramOf(values), histogramOf(values.map((value) => value * 2)));
    expect(distance?.logDistance).toBeCloseTo(Math.LN2, 3);
  });

  test('the distance of a histogram to itself is 0, also with a value of 0', () => {
    const histogram = histogramOf([0, 1, 1000]);
    expect(wassersteinOf(histogram, histogram)).toMatchObject({ distanceNs: 0, logDistance: 0 });
    expect(wassersteinOf(histogramOf([0]), histogramOf([1]))).toEqual({
      distanceNs: 1,
      overMeanRatio: null,
      logDistance: 0,
    });
  });

  test('an empty histogram has no distance', () => {
    expect(wassersteinOf(new Histogram(), histogramOf([1]))).toBeNull();
  });
});
