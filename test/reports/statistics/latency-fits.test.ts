import { describe, expect, test } from 'vitest';
import {
  gammaAt,
  gammaFit,
  gammaOfMoments,
  lognormalAt,
  lognormalFit,
  lognormalOfMoments,
} from '../../../reports/statistics/latency-fits.ts';

const VALUES = [12, 15, 18, 21, 22, 25, 30, 38, 55, 90];

describe('the published fits of ten latencies', () => {
  test('hold for the lognormal distribution of greatest likelihood', () => {
    const fit = lognormalFit(VALUES);
    expect(fit.mu).toBeCloseTo(3.29837, 5);
    expect(fit.sigma).toBeCloseTo(0.579839, 5);
    expect(lognormalAt(fit, 0.5)).toBeCloseTo(27.068, 3);
    expect(lognormalAt(fit, 0.99)).toBeCloseTo(104.301, 2);
  });

  test('hold for the lognormal distribution with the same mean and variance', () => {
    const fit = lognormalOfMoments(VALUES);
    expect(fit.sigma).toBeCloseTo(0.652912, 5);
    expect(fit.mu).toBeCloseTo(3.271165, 5);
    expect(lognormalAt(fit, 0.99)).toBeCloseTo(120.309, 2);
  });

  test('hold for the gamma distribution with the same mean and variance', () => {
    const { shape, scale } = gammaOfMoments(VALUES);
    expect(shape).toBeCloseTo(1.881213, 5);
    expect(scale).toBeCloseTo(17.329243, 5);
  });

  test('hold for the gamma distribution of greatest likelihood', () => {
    const { shape, scale } = gammaFit(VALUES);
    expect(shape).toBeCloseTo(2.8447, 6);
    expect(scale).toBeCloseTo(11.4599077, 5);
  });
});

test('a gamma distribution is recovered from its own quantiles', () => {
  const wanted = { shape: 3, scale: 7 };
  const values = Array.from({ length: 4000 }, (_, i) => gammaAt(wanted, (i + 0.5) / 4000));
  const found = gammaFit(values);
  expect(found.shape).toBeCloseTo(3, 2);
  expect(found.scale).toBeCloseTo(7, 1);
});
