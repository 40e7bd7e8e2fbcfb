import { describe, expect, test } from 'vitest';
import { gammaAt, lognormalAt } from '../../../reports/statistics/latency-fits.ts';
import { standInOf } from '../../../reports/twin/stand-in.ts';

const rowsOf = (quantileOf: (share: number) => number) =>
  Array.from({ length: 1000 }, (_, i) => ({ p: (i + 0.5) / 1000, ms: quantileOf((i + 0.5) / 1000) }));

describe('the stand-in of a measured put latency', () => {
  test('is the lognormal distribution that it was drawn from', () => {
    const drawn = { mu: Math.log(20), sigma: 0.6 };
    const standIn = standInOf(rowsOf((share) => lognormalAt(drawn, share)))!;
    expect(standIn.p50Ms).toBeCloseTo(20, 0);
    expect(standIn.p99Ms / lognormalAt(drawn, 0.99)).toBeGreaterThan(0.97);
    expect(standIn.w1OverMean).toBeLessThan(0.02);
    expect(standIn.gamma).toBeUndefined();
  });

  test('names a gamma distribution that is closer', () => {
    const standIn = standInOf(rowsOf((share) => gammaAt({ shape: 2, scale: 10 }, share)))!;
    expect(standIn.gamma!.shape).toBeCloseTo(2, 0);
    expect(standIn.gamma!.w1OverMean).toBeLessThan(standIn.w1OverMean);
  });

  test('is none for a delay that never varies', () => {
    expect(standInOf(rowsOf(() => 5))).toBeUndefined();
  });
});
