import { describe, expect, test } from 'vitest';
import { Histogram } from '../../../reports/histogram/histogram.ts';
import { wasserstein, wassersteinOf } from '../../../reports/statistics/wasserstein.ts';

const histogramOf = (values: readonly number[]) => {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
};

describe("the Wasserstein distance, SciPy's documented examples", () => {
  test('of samples of one size is the mean distance of their ordered values', () => {
    expect(wasserstein({ values: [0, 1, 3] }, { values: [5, 6, 8] })).toBe(5);
    const a = [1.1, 2.3, 2.9, 3.6, 4.0, 5.5, 7.2, 9.8];
    const b = [2.0, 3.1, 4.4, 5.1, 6.3, 8.0, 11.2, 14.9];
    expect(wasserstein({ values: a }, { values: b })).toBeCloseTo(2.325, 9);
  });

  test('takes weights', () => {
    const a = { values: [0, 1], weights: [3, 1] };
    expect(wasserstein(a, { values: [0, 1], weights: [2, 2] })).toBeCloseTo(0.25, 12);
    const left = { values: [3.4, 3.9, 7.5, 7.8], weights: [1.4, 0.9, 3.1, 7.2] };
    const right = { values: [4.5, 1.4], weights: [3.2, 3.5] };
    expect(wasserstein(left, right)).toBeCloseTo(4.0781331438, 9);
    expect(wasserstein(right, left)).toBeCloseTo(4.0781331438, 9);
  });

  test('of nothing is not a number', () => {
    expect(wasserstein({ values: [] }, { values: [1] })).toBeNaN();
  });
});

describe('the distance of two histograms', () => {
  test('is that of their values, and over the mean of the first', () => {
    const distance = wassersteinOf(histogramOf([100, 101, 103]), histogramOf([105, 106, 108]));
    expect(distance?.distanceNs).toBeCloseTo(5, 9);
    expect(distance?.overMeanRatio).toBeCloseTo(5 / (304 / 3), 9);
  });

  test('of logarithms is the logarithm of the factor', () => {
    const values = [1e6, 5e6, 2e7, 9e8];
    const distance = wassersteinOf(histogramOf(values), histogramOf(values.map((value) => value * 2)));
    expect(distance?.logDistance).toBeCloseTo(Math.LN2, 3);
  });

  test('to itself is 0, also with a value of 0', () => {
    const histogram = histogramOf([0, 1, 1000]);
    expect(wassersteinOf(histogram, histogram)).toMatchObject({ distanceNs: 0, logDistance: 0 });
    expect(wassersteinOf(histogramOf([0]), histogramOf([1]))).toEqual({
      distanceNs: 1,
      overMeanRatio: null,
      logDistance: 0,
    });
  });

  test('of an empty one there is none', () => {
    expect(wassersteinOf(new Histogram(), histogramOf([1]))).toBeNull();
  });
});
