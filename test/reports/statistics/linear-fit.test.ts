import { describe, expect, test } from 'vitest';
import { linearFit, slopeBounds } from '../../../reports/statistics/linear-fit.ts';

describe('a straight line', () => {
  test('passes through points that lie on one, without any uncertainty', () => {
    const fit = linearFit([0, 1, 2, 3, 4, 5], [1, 3, 5, 7, 9, 11])!;
    expect(fit.slope).toBeCloseTo(2, 12);
    expect(fit.intercept).toBeCloseTo(1, 12);
    expect(slopeBounds(fit).high - slopeBounds(fit).low).toBeCloseTo(0, 9);
  });

  test('has the textbook standard error if residuals alternate', () => {
    const fit = linearFit([1, 2, 3, 4, 5, 6], [2.1, 3.9, 6.2, 7.8, 10.1, 11.9])!;
    expect(fit.slope).toBeCloseTo(1.9771, 4);
    expect(fit.standardError).toBeCloseTo(0.0402, 3);
    expect(fit.degrees).toBe(4);
  });

  test('is less certain if neighbouring residuals resemble each other', () => {
    const xs = Array.from({ length: 40 }, (_, i) => i);
    const slow = linearFit(
      xs,
      xs.map((x) => Math.sin(x / 5)),
    )!;
    const fast = linearFit(
      xs,
      xs.map((x) => Math.sin(x * 2.5)),
    )!;
    expect(slow.standardError).toBeGreaterThan(3 * fast.standardError);
  });

  test('needs five points, not all at one place', () => {
    expect(linearFit([1, 2, 3, 4], [1, 2, 3, 4])).toBeUndefined();
    expect(linearFit([1, 1, 1, 1, 1], [1, 2, 3, 4, 5])).toBeUndefined();
  });
});
