import { describe, expect, test } from 'vitest';
import { welch } from '../../../reports/statistics/welch.ts';

/** Student's sleep data: additional hours of sleep of ten patients with each of two drugs. */
const FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
const SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];

describe("Welch's test", () => {
  test("gives the published results for Student's sleep data as two samples", () => {
    const { t, degrees, twoSidedP, lower, upper } = welch(FIRST, SECOND);
    expect(t).toBeCloseTo(-1.860813, 6);
    expect(degrees).toBeCloseTo(17.77647, 5);
    expect(twoSidedP).toBeCloseTo(0.0793941, 6);
    expect(lower).toBeCloseTo(-3.365483, 5);
    expect(upper).toBeCloseTo(0.205483, 5);
  });

  test('compares samples without spread only by their values', () => {
    expect(welch([2, 2], [2, 2])).toMatchObject({ twoSidedP: 1, lower: 0, upper: 0 });
    expect(welch([3, 3], [2, 2])).toMatchObject({ twoSidedP: 0, difference: 1, lower: 1, upper: 1 });
  });
});
