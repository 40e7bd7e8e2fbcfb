import { describe, expect, test } from 'vitest';
import { lag1Autocorrelation } from '../../../reports/statistics/autocorrelation.ts';
import { ratioEquivalence } from '../../../reports/statistics/equivalence.ts';

const OLD = [10.2, 9.8, 10.1, 10.0, 9.9, 10.3, 9.7, 10.0, 10.1, 9.9];
const RECENT = [10.6, 10.3, 10.5, 10.7, 10.2, 10.6, 10.4, 10.5, 10.8, 10.4];
const within = (e: number) => ({ lower: 1 - e, upper: 1 + e });

describe('the equivalence of a ratio', () => {
  test('holds within 10 % and stays open within 5 % for a true difference of 5 %', () => {
    const wide = ratioEquivalence(OLD, RECENT, within(0.1));
    expect(wide.ratio).toBeCloseTo(1.050015, 6);
    expect(wide.degrees).toBeCloseTo(17.957, 3);
    expect(wide.lower).toBeCloseTo(1.035592, 5);
    expect(wide.upper).toBeCloseTo(1.064638, 5);
    expect(wide.verdict).toBe('equivalent');
    expect(ratioEquivalence(OLD, RECENT, within(0.05)).verdict).toBe('open');
  });

  test('fails if the whole interval lies outside the margin', () => {
    expect(ratioEquivalence(OLD, RECENT, within(0.03)).verdict).toBe('different');
    expect(ratioEquivalence(RECENT, OLD, within(0.03)).verdict).toBe('different');
  });

  test('is open for two noisy groups in which a difference test finds nothing', () => {
    const noisy = [1, 4, 2, 8];
    expect(ratioEquivalence(noisy, [2, 7, 1, 5], within(0.1)).verdict).toBe('open');
  });
});

describe('lag-1 autocorrelation', () => {
  test.each<[string, number[], number | null]>([
    ['is negative for values that alternate', [1, 2, 1, 2, 1, 2], -5 / 6],
    ['is positive for a level that shifts', [1, 1, 1, 2, 2, 2], 0.5],
    ['is null for two values', [1, 2], null],
    ['is null for equal values', [3, 3, 3, 3], null],
  ])('lag-1 autocorrelation %s', (_, values, expected) => {
    const found = lag1Autocorrelation(values);
    if (expected === null) expect(found).toBeNull();
    else expect(found).toBeCloseTo(expected, 9);
  });
});
