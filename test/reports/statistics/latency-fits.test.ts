import { expect, test } from 'vitest';
import { lognormalAt, lognormalFit } from '../../../reports/statistics/latency-fits.ts';

test('the lognormal distribution of greatest likelihood has the published parameters', () => {
  const fit = lognormalFit([12, 15, 18, 21, 22, 25, 30, 38, 55, 90]);
  expect(fit.mu).toBeCloseTo(3.29837, 5);
  expect(fit.sigma).toBeCloseTo(0.579839, 5);
  expect(lognormalAt(fit, 0.5)).toBeCloseTo(27.068, 3);
  expect(lognormalAt(fit, 0.99)).toBeCloseTo(104.301, 2);
});
