import { describe, expect, test } from 'vitest';
import { hodgesLehmann, hodgesLehmannInterval, mannWhitney } from '../../../reports/statistics/mann-whitney.ts';

const AGES_X = [19, 22, 16, 29, 24];
const AGES_Y = [20, 11, 17, 12];
const PERMEABILITY_X = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
const PERMEABILITY_Y = [1.15, 0.88, 0.9, 0.74, 1.21];
const upTo = (count: number, from = 1) => Array.from({ length: count }, (_, index) => from + index);

describe('the rank test of Mann and Whitney', () => {
  test("has SciPy's documented example: ages at which a disease was found", () => {
    const exact = mannWhitney(AGES_X, AGES_Y);
    expect(exact).toMatchObject({ u: 17, method: 'exact' });
    expect(exact.twoSidedP).toBeCloseTo(0.1111111, 6);
    expect(exact.deltaRatio).toBeCloseTo(0.7, 12);
    expect(mannWhitney(AGES_X, AGES_Y, 'normal').twoSidedP).toBeCloseTo(0.1113469, 6);
  });

  test("has R's documented example: permeability of a membrane", () => {
    const { u, greaterP, twoSidedP } = mannWhitney(PERMEABILITY_X, PERMEABILITY_Y);
    expect(u).toBe(35);
    expect(greaterP).toBeCloseTo(0.1272061, 6);
    expect(twoSidedP).toBeCloseTo(0.2544123, 6);
  });

  test.each([
    [3, 0.1],
    [4, 0.0286],
    [5, 0.0079],
    [6, 0.00216],
    [7, 0.00058],
    [10, 1.1e-5],
  ])('%d values a side that do not overlap: p is %d, and cannot be less', (count, p) => {
    const { twoSidedP, deltaRatio } = mannWhitney(upTo(count), upTo(count, 100));
    expect(twoSidedP).toBeGreaterThan(p * 0.97);
    expect(twoSidedP).toBeLessThan(p * 1.03);
    expect(deltaRatio).toBe(-1);
  });

  test('ties take the normal law, and equal samples show nothing', () => {
    expect(mannWhitney([1, 2, 2, 3], [2, 2, 3, 4])).toMatchObject({ method: 'normal' });
    expect(mannWhitney([5, 5, 5], [5, 5, 5])).toMatchObject({ twoSidedP: 1, deltaRatio: 0 });
  });

  test('changing sides mirrors it', () => {
    const [forth, back] = [mannWhitney(AGES_X, AGES_Y), mannWhitney(AGES_Y, AGES_X)];
    expect(back.u).toBe(AGES_X.length * AGES_Y.length - forth.u);
    expect(back.twoSidedP).toBeCloseTo(forth.twoSidedP, 12);
    expect(back.deltaRatio).toBeCloseTo(-forth.deltaRatio, 12);
  });
});

describe('the shift of Hodges and Lehmann', () => {
  test('is the median of all differences', () => {
    expect(hodgesLehmann(AGES_X, AGES_Y)).toBe(7);
    expect(hodgesLehmann([5, 5, 9], [2])).toBe(3);
  });

  test.each([
    [4, 0],
    [5, 2],
    [6, 5],
    [8, 13],
    [10, 23],
    [15, 64],
    [20, 127],
  ])('%d values a side: the interval leaves out the differences up to the critical U of %d', (count, critical) => {
    const [x, y] = [upTo(count), upTo(count, 0.5)];
    const differences = x.flatMap((left) => y.map((right) => left - right)).sort((a, b) => a - b);
    expect(hodgesLehmannInterval(x, y)).toEqual({
      lower: differences[critical],
      upper: differences.at(-critical - 1),
    });
  });

  test('three values a side have no interval of 95 %', () => {
    expect(hodgesLehmannInterval([1, 2, 3], [7, 8, 9])).toBeNull();
    expect(hodgesLehmannInterval([1, 2, 3, 4], [7, 8, 9, 10])).toEqual({ lower: -9, upper: -3 });
  });
});
