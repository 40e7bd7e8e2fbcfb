import { describe, expect, test } from 'vitest';
import {
  betaCdf,
  betaQuantile,
  binomialCdf,
  normalCdf,
  normalQuantile,
  tQuantile,
  twoSidedT,
} from '../../../reports/statistics/distributions.ts';

describe('distributions', () => {
  test('the normal distribution has the values of published tables', () => {
    expect(normalQuantile(0.99)).toBeCloseTo(2.326347874, 8);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963985, 8);
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
    for (const p of [0.001, 0.3, 0.5, 0.9999]) expect(normalCdf(normalQuantile(p))).toBeCloseTo(p, 9);
  });

  test("Student's t has the quantiles and tails of the sleep data", () => {
    expect(tQuantile(0.975, 9)).toBeCloseTo(2.262157, 6);
    expect(twoSidedT(-1.860813, 17.77647)).toBeCloseTo(0.0793941, 6);
    expect(twoSidedT(-4.062128, 9)).toBeCloseTo(0.00283289, 7);
  });

  test('the far tails of t keep their precision', () => {
    const far = twoSidedT(30, 18);
    expect(far).toBeGreaterThan(0);
    expect(far).toBeLessThan(1e-15);
  });

  test('the beta quantile inverts the beta distribution and gives the bounds of Clopper and Pearson', () => {
    expect(betaQuantile(0.025, 1, 20)).toBeCloseTo(0.00127, 5);
    expect(betaQuantile(0.975, 2, 19)).toBeCloseTo(0.24873, 5);
    expect(betaCdf(betaQuantile(0.3, 4, 7), 4, 7)).toBeCloseTo(0.3, 8);
  });

  test('binomial probabilities equal the sum of their terms', () => {
    expect(binomialCdf(1, 10, 0.5)).toBeCloseTo(11 / 1024, 10);
    expect(binomialCdf(9, 10, 0.5)).toBeCloseTo(1023 / 1024, 10);
    expect(binomialCdf(-1, 10, 0.5)).toBe(0);
    expect(binomialCdf(10, 10, 0.5)).toBe(1);
    expect(binomialCdf(99_879, 100_000, 0.999)).toBeLessThanOrEqual(0.025);
  });

  test('the beta distribution is exact in the middle of a million values, where its fraction converges slowest', () => {
    expect(binomialCdf(500_000, 1_000_000, 0.5)).toBeCloseTo(0.5003989421805654, 6);
    expect(binomialCdf(499_500, 1_000_000, 0.5)).toBeCloseTo(0.15889734568166486, 6);
    expect(binomialCdf(8_999_500, 10_000_000, 0.9)).toBeCloseTo(0.299228469837204, 6);
    expect(binomialCdf(99_999_000, 100_000_000, 0.99999)).toBeCloseTo(0.5042053071962306, 6);
  });
});
