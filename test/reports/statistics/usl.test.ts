import { describe, expect, test } from 'vitest';
import { tQuantile } from '../../../reports/statistics/distributions.ts';
import { fitUsl, type UslParameters, uslPeak, uslThroughput } from '../../../reports/statistics/usl.ts';

/** Data of the R package usl: a SPEC SDM91 benchmark and a ray tracer. */
const SDM91 = {
  workers: [1, 18, 36, 72, 108, 144, 216],
  throughput: [64.9, 995.9, 1652.4, 1853.2, 1828.9, 1775.0, 1702.2],
};
const RAYTRACER = {
  workers: [1, 4, 8, 12, 16, 20, 24, 28, 32, 48, 64],
  throughput: [20, 78, 130, 170, 190, 200, 210, 230, 260, 280, 310],
};

describe('the Universal Scalability Law', () => {
  test('a fit of specsdm91 gives the published parameters, errors and peak', () => {
    const fit = fitUsl(SDM91.workers, SDM91.throughput)!;
    expect(fit.contentionRatio).toBeCloseTo(0.02772841, 6);
    expect(fit.coherencyRatio).toBeCloseTo(0.000104366, 8);
    expect(fit.perWorker).toBeCloseTo(89.99518, 3);
    expect(fit.standardErrors.contentionRatio).toBeCloseTo(0.0091, 4);
    expect(fit.standardErrors.coherencyRatio).toBeCloseTo(0.0000199, 7);
    expect(fit.standardErrors.perWorker).toBeCloseTo(14.21, 2);
    expect(fit.residual).toBeCloseTo(82.8, 1);
    expect(uslPeak(fit)).toBeCloseTo(96.5196, 2);
    expect(uslThroughput(fit, uslPeak(fit)!)).toBeCloseTo(1884, 0);
    const fitted = SDM91.workers.map((n) => uslThroughput(fit, n));
    for (const [i, value] of [90.0, 1077.6, 1541.3, 1850.1, 1878.9, 1821.6, 1646.2].entries()) {
      expect(fitted[i]).toBeCloseTo(value, 0);
    }
  });

  test('a fit of six points of the ray tracer gives the published parameters and confidence intervals', () => {
    const fit = fitUsl(RAYTRACER.workers.slice(0, 6), RAYTRACER.throughput.slice(0, 6))!;
    expect(fit.contentionRatio).toBeCloseTo(0.02444, 4);
    expect(fit.coherencyRatio).toBeCloseTo(0.00163, 4);
    expect(fit.perWorker).toBeCloseTo(20.85605, 3);
    expect(uslPeak(fit)).toBeCloseTo(24.488, 1);
    // The intervals of the package use t(0.95) with n - 1 degrees of freedom. Ours are wider: t(0.975) with n - 3.
    const reach = tQuantile(0.95, 5);
    const published = (name: keyof UslParameters) =>
      [-reach, reach].map((t) => fit[name] + t * fit.standardErrors[name]);
    expect(published('contentionRatio')[0]).toBeCloseTo(0.00754, 4);
    expect(published('contentionRatio')[1]).toBeCloseTo(0.04135, 4);
    expect(published('coherencyRatio')[0]).toBeCloseTo(0.0011, 5);
    expect(published('coherencyRatio')[1]).toBeCloseTo(0.00215, 5);
    expect(published('perWorker')[0]).toBeCloseTo(19.267, 2);
    expect(published('perWorker')[1]).toBeCloseTo(22.445, 2);
    expect(fit.low.contentionRatio).toBe(0);
    expect(fit.high.contentionRatio).toBeCloseTo(0.05115, 4);
  });

  test('a fit of all points of the ray tracer has no peak', () => {
    const fit = fitUsl(RAYTRACER.workers, RAYTRACER.throughput)!;
    expect(fit.contentionRatio).toBeCloseTo(0.0577708, 5);
    expect(fit.coherencyRatio).toBe(0);
    expect(fit.perWorker).toBeCloseTo(21.84884, 3);
    expect(uslPeak(fit)).toBeUndefined();
  });

  test('a fit finds the parameters of synthetic data', () => {
    const fit = fitUsl([1, 2, 4, 6, 8, 10], [1, 1.8868, 3.0769, 3.5294, 3.5398, 3.3557])!;
    expect(fit.contentionRatio).toBeCloseTo(0.02, 4);
    expect(fit.coherencyRatio).toBeCloseTo(0.02, 4);
    expect(fit.perWorker).toBeCloseTo(1, 4);
    expect(uslPeak(fit)).toBeCloseTo(7, 2);
    expect(uslThroughput(fit, 7)).toBeCloseTo(3.5714, 3);
  });

  test('the peak follows from the parameters', () => {
    const parameters = { contentionRatio: 0.001, coherencyRatio: 1e-5, perWorker: 89.99523 };
    expect(uslPeak(parameters)).toBeCloseTo(316.0696, 4);
  });

  test('fewer than six numbers of workers, or none with one worker, are not fitted', () => {
    expect(fitUsl([1, 2, 3, 4, 5], [1, 2, 3, 4, 5])).toBeUndefined();
    expect(fitUsl([1, 1, 2, 3, 4, 5], [1, 1, 2, 3, 4, 5])).toBeUndefined();
    expect(fitUsl([2, 3, 4, 5, 6, 7], [2, 3, 4, 5, 6, 7])).toBeUndefined();
  });

  test('shards that add up exactly are fitted without contention and without a peak', () => {
    const fit = fitUsl([1, 2, 3, 4, 6, 8], [1000, 2000, 3000, 4000, 6000, 8000])!;
    expect(fit.contentionRatio).toBeCloseTo(0, 9);
    expect(fit.coherencyRatio).toBeCloseTo(0, 9);
    expect(fit.perWorker).toBeCloseTo(1000, 6);
  });
});
