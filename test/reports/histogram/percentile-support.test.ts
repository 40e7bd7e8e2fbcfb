import { describe, expect, test } from 'vitest';
import { needsMark, samplesToGate, samplesToShow, supportOf } from '../../../reports/histogram/percentile-support.ts';

describe('samples that a percentile needs', () => {
  test.each([
    [50, 5, 6],
    [90, 29, 36],
    [95, 59, 72],
    [99, 299, 368],
    [99.9, 3_000, 100_000],
    [99.99, 30_000, 1_000_000],
  ])('p%d is shown from %d samples and judged from %d', (percentile, shown, judged) => {
    expect([samplesToShow(percentile), samplesToGate(percentile)]).toEqual([shown, judged]);
  });

  test.each([
    [50, 4, 'hidden'],
    [50, 5, 'display'],
    [50, 6, 'gateable'],
    [90, 35, 'display'],
    [90, 36, 'gateable'],
    [99, 298, 'hidden'],
    [99, 367, 'display'],
    [99, 368, 'gateable'],
    [99.9, 2_999, 'hidden'],
    [99.9, 3_000, 'display'],
    [99.9, 99_999, 'display'],
    [99.9, 100_000, 'gateable'],
    [99.99, 29_999, 'hidden'],
    [99.99, 999_999, 'display'],
    [99.99, 1_000_000, 'gateable'],
    [100, 1, 'gateable'],
    [0, 1, 'gateable'],
    [50, 0, 'hidden'],
  ])('p%d of %d samples is %s', (percentile, samples, support) => {
    expect(supportOf(percentile, samples)).toBe(support);
  });

  test('p99.9 is marked between 3,000 and 10,000 samples', () => {
    expect([2_999, 3_000, 9_999, 10_000, 100_000].map((samples) => needsMark(99.9, samples))).toEqual([
      false,
      true,
      true,
      false,
      false,
    ]);
  });
});
