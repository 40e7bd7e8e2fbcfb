import { describe, expect, test } from 'vitest';
import { hodgesLehmann, hodgesLehmannInterval } from '../../../reports/statistics/mann-whitney.ts';

const AGES_X = [19, 22, 16, 29, 24];
const AGES_Y = [20, 11, 17, 12];
const upTo = (count: number, from = 1) => Array.from({ length: count }, (_, index) => from + index);

describe('the shift of Hodges and Lehmann', () => {
  test('the shift is the median of all differences', () => {
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
  ])('the interval of %d values per side excludes the differences up to the critical U of %d', (count, critical) => {
    const [x, y] = [upTo(count), upTo(count, 0.5)];
    const differences = x.flatMap((left) => y.map((right) => left - right)).sort((a, b) => a - b);
    expect(hodgesLehmannInterval(x, y)).toEqual({
      lower: differences[critical],
      upper: differences.at(-critical - 1),
    });
  });

  test('three values per side have no interval of 95 %', () => {
    expect(hodgesLehmannInterval([1, 2, 3], [7, 8, 9])).toBeNull();
    expect(hodgesLehmannInterval([1, 2, 3, 4], [7, 8, 9, 10])).toEqual({ lower: -9, upper: -3 });
  });
});
