import { describe, expect, test } from 'vitest';
import { Histogram } from '../../../reports/histogram/histogram.ts';
import { quantileInterval, quantileRanks } from '../../../reports/statistics/quantile-interval.ts';

describe('ranks around a quantile', () => {
  test.each([
    [10, 0.5, 2, 9, 0.97852],
    [20, 0.5, 6, 15, 0.95861],
    [30, 0.5, 10, 21, 0.95723],
    [100, 0.5, 40, 61, 0.9648],
    [1000, 0.5, 469, 532, 0.95371],
    [100, 0.9, 84, 96, 0.95569],
    [500, 0.99, 490, 500, 0.98019],
    [1000, 0.99, 983, 997, 0.97609],
    [10_000, 0.99, 9880, 9920, 0.95575],
    [5000, 0.999, 4990, 5000, 0.97963],
    [10_000, 0.999, 9983, 9997, 0.97546],
    [100_000, 0.999, 99_880, 99_920, 0.95479],
    [1_000_000, 0.9999, 999_880, 999_920, 0.95469],
  ])(
    'the interval of %d values at probability %d is from rank %d to %d',
    (count, probability, lowerRank, upperRank, coverageRatio) => {
      const ranks = quantileRanks(count, probability);
      expect(ranks).toMatchObject({ kind: 'two-sided', lowerRank, upperRank });
      expect(ranks.kind !== 'none' && ranks.coverageRatio).toBeCloseTo(coverageRatio, 4);
    },
  );

  test('the largest value bounds a tail from above if there are too few values for two sides', () => {
    const ranks = quantileRanks(3000, 0.999);
    expect(ranks).toEqual({ kind: 'upper', upperRank: 3000, coverageRatio: expect.closeTo(1 - 0.999 ** 3000, 12) });
    expect(quantileRanks(59, 0.95).kind).toBe('upper');
  });

  test('the smallest value is a bound from below with even fewer values, and one value has no bound', () => {
    const ranks = quantileRanks(58, 0.95);
    expect(ranks).toMatchObject({ kind: 'lower' });
    expect(ranks.kind === 'lower' && ranks.coverageRatio).toBeGreaterThanOrEqual(0.95);
    expect(quantileRanks(1, 0.5)).toEqual({ kind: 'none' });
    expect(quantileRanks(0, 0.99)).toEqual({ kind: 'none' });
  });

  test('the ranks below the median mirror those above it', () => {
    expect(quantileRanks(100, 0.1)).toMatchObject({ kind: 'two-sided', lowerRank: 5, upperRank: 17 });
    expect(quantileRanks(59, 0.05)).toMatchObject({ kind: 'lower', lowerRank: 1 });
  });
});

describe('the interval of a histogram', () => {
  test('the interval goes from the lower to the upper rank, at the outer edges of their slots', () => {
    const histogram = new Histogram();
    for (let value = 1; value <= 1000; value++) histogram.record(value * 10);
    // Rank 469 is 4690 ns in a slot of width 4, rank 532 is 5320 ns.
    expect(quantileInterval(histogram, 0.5)).toEqual({ lowerNs: 4688, upperNs: 5323 });
  });

  test('the interval has one side or none if there are too few values', () => {
    const few = new Histogram();
    few.record(100, 3000);
    expect(quantileInterval(few, 0.999)).toEqual({ lowerNs: null, upperNs: 100 });
    expect(quantileInterval(few, 0.9999)).toEqual({ lowerNs: 100, upperNs: null });
    expect(quantileInterval(new Histogram(), 0.5)).toEqual({ lowerNs: null, upperNs: null });
  });
});
