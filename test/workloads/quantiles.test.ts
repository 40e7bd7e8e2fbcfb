import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lognormalQuantile, normalQuantile, sizeQuantile } from '../../workloads/quantiles.ts';

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
  expect(lognormalQuantile(500, 4000, 0.9)).toBeCloseTo(1572.06, 2);
  expect(lognormalQuantile(500, 4000, 0.999)).toBeCloseTo(7917.73, 2);
  // At z = 1, one sigma above the median.
  const oneSigma = lognormalQuantile(500, 4000, 0.8413447460685429);
  expect(Math.log(oneSigma / 500)).toBeCloseTo(0.8938653, 7);
});

test('a lognormal from p50 and p99 has that p50 and p99', () => {
  expect(lognormalQuantile(300, 2000, 0.5)).toBeCloseTo(300, 9);
  expect(lognormalQuantile(300, 2000, 0.99)).toBeCloseTo(2000, 8);
});

test('the bounded Pareto has the reference mean and median', () => {
  const size = { kind: 'pareto', shape: 1.2, minBytes: 100, maxBytes: 100_000 } as const;
  expect(sizeQuantile(size, 0.5)).toBeCloseTo(178.142, 3);
  const n = 1_000_000;
  let sum = 0;
  for (let j = 0; j < n; j += 1) sum += sizeQuantile(size, (j + 0.5) / n);
  expect(sum / n).toBeCloseTo(449.4, 1);
});

test('the mean of a bounded Pareto is that of its density, at shape 1 too', () => {
  for (const [shape, mean] of [
    [1, (100 * Math.log(100)) / 0.99],
    [3, (150 * (1 - 1e-4)) / (1 - 1e-6)],
  ] as const) {
    const n = 200_000;
    let sum = 0;
    for (let j = 0; j < n; j += 1)
      sum += sizeQuantile({ kind: 'pareto', shape, minBytes: 100, maxBytes: 10_000 }, (j + 0.5) / n);
    expect(sum / n / mean).toBeCloseTo(1, 4);
  }
});
