import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  lognormalQuantile,
  lognormalSigma,
  normalQuantile,
  paretoMean,
  paretoQuantile,
  sizeMean,
} from '../../workloads/quantiles.ts';

test.each([
  [0.5, 0],
  [0.9, 1.2815515655446004],
  [0.975, 1.959963984540054],
  [0.99, 2.3263478740408408],
  [0.999, 3.090232306167813],
  [1e-10, -6.361340902404056],
  [1e-20, -9.262340089798409],
])('the normal quantile of %d is %d', (p, z) => {
  expect(normalQuantile(p)).toBeCloseTo(z, 13);
});

test('the normal quantile is odd and rises', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-9, max: 0.5, noNaN: true }),
      fc.double({ min: 1e-9, max: 0.5, noNaN: true }),
      (p, q) => {
        expect(normalQuantile(p)).toBeCloseTo(-normalQuantile(1 - p), 5);
        expect(normalQuantile(Math.min(p, q))).toBeLessThanOrEqual(normalQuantile(Math.max(p, q)));
      },
    ),
  );
});

test('a lognormal from p50 500 B and p99 4000 B has the reference values', () => {
  expect(lognormalSigma(500, 4000)).toBeCloseTo(0.8938653, 7);
  expect(Math.log(500)).toBeCloseTo(6.2146081, 7);
  expect(sizeMean({ kind: 'lognormal', p50Bytes: 500, p99Bytes: 4000 })).toBeCloseTo(745.54, 2);
  expect(lognormalQuantile(500, 4000, 0.9)).toBeCloseTo(1572.06, 2);
  expect(lognormalQuantile(500, 4000, 0.999)).toBeCloseTo(7917.73, 2);
  expect(Math.sqrt(Math.expm1(lognormalSigma(500, 4000) ** 2))).toBeCloseTo(1.10603, 4);
});

test('a lognormal from p50 and p99 has that p50 and p99', () => {
  expect(lognormalQuantile(300, 2000, 0.5)).toBeCloseTo(300, 9);
  expect(lognormalQuantile(300, 2000, 0.99)).toBeCloseTo(2000, 8);
});

test('the bounded Pareto has the reference mean and median', () => {
  expect(paretoMean(1.2, 100, 100_000)).toBeCloseTo(449.4, 3);
  expect(paretoQuantile(1.2, 100, 100_000, 0.5)).toBeCloseTo(178.142, 3);
});

test('the mean of a bounded Pareto is the integral of its quantiles, at shape 1 too', () => {
  for (const shape of [0.5, 1, 1.2, 3]) {
    const n = 200_000;
    let sum = 0;
    for (let j = 0; j < n; j += 1) sum += paretoQuantile(shape, 100, 10_000, (j + 0.5) / n);
    expect(sum / n / paretoMean(shape, 100, 10_000)).toBeCloseTo(1, 4);
  }
});
