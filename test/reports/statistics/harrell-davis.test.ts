import { describe, expect, test } from 'vitest';
import { Histogram } from '../../../reports/histogram/histogram.ts';
import { harrellDavis, harrellDavisNs } from '../../../reports/statistics/harrell-davis.ts';
import { SHIFT_PERCENTILES, shiftFunction } from '../../../reports/statistics/shift-function.ts';

const ONE_TO_TEN = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const A = [1.1, 2.3, 2.9, 3.6, 4.0, 5.5, 7.2, 9.8];
const B = [2.0, 3.1, 4.4, 5.1, 6.3, 8.0, 11.2, 14.9];

describe('the quantile of Harrell and Davis', () => {
  test.each([
    [0.1, 1.5648848],
    [0.5, 5.5],
    [0.9, 9.4351152],
  ])('the quantile of 1 to 10 at %d is %d, as in SciPy', (probability, quantile) => {
    expect(harrellDavis(ONE_TO_TEN, probability)).toBeCloseTo(quantile, 6);
  });

  test('the order of values does not matter, and without values there is no quantile', () => {
    expect(harrellDavis(ONE_TO_TEN.toReversed(), 0.9)).toBeCloseTo(9.4351152, 6);
    expect(harrellDavis([], 0.5)).toBeNaN();
  });

  test('a histogram of the same values has the same quantile', () => {
    const histogram = new Histogram();
    for (const value of ONE_TO_TEN) histogram.record(value);
    expect(harrellDavisNs(histogram, 0.1)).toBeCloseTo(1.5648848, 6);
  });

  test('the quantile of a million values is the plain quantile', () => {
    const histogram = new Histogram();
    for (let value = 1; value <= 1000; value++) histogram.record(value, 1000);
    expect(harrellDavisNs(histogram, 0.5)).toBeCloseTo(500.5, 2);
    expect(harrellDavisNs(histogram, 0.999)).toBeCloseTo(999.5, 1);
  });
});

describe('the shift function', () => {
  test('is the difference of both quantiles at each percentile', () => {
    const points = shiftFunction(A, B, [10, 25, 50, 75, 90]);
    const rounded = (values: number[]) => values.map((value) => Number(value.toFixed(4)));
    expect(rounded(points.map(({ a }) => a))).toEqual([1.5234, 2.4994, 4.0534, 6.6429, 8.8522]);
    expect(rounded(points.map(({ b }) => b))).toEqual([2.4534, 3.6781, 6.0509, 10.1059, 13.4931]);
    expect(rounded(points.map(({ shift }) => shift))).toEqual([0.93, 1.1786, 1.9975, 3.4631, 4.641]);
  });

  test('distinguishes an added constant from a factor', () => {
    const added = shiftFunction(
      A,
      A.map((value) => value + 3),
    );
    for (const { shift } of added) expect(shift).toBeCloseTo(3, 9);
    const multiplied = shiftFunction(
      A,
      A.map((value) => value * 3),
    );
    for (const { ratio } of multiplied) expect(ratio).toBeCloseTo(3, 9);
    expect(multiplied.map(({ percentile }) => percentile)).toEqual([...SHIFT_PERCENTILES]);
  });

  test('the shift of a histogram to itself is 0', () => {
    const histogram = new Histogram();
    for (const value of A) histogram.record(value * 1e6);
    for (const point of shiftFunction(histogram, histogram.clone())) {
      expect(point).toMatchObject({ shift: 0, ratio: 1 });
    }
  });
});
