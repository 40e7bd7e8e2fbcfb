import { describe, expect, test } from 'vitest';
import { unitExponential } from '../../workloads/random.ts';
import { RateCurve } from '../../workloads/rate-curve.ts';
import { type Arrivals, createArrivals, expectedRecords, totalRate } from '../../workloads/schedule.ts';
import { aWorkload, phasesOf } from './a-workload.ts';
import { ksDistance, ksLimit, mean, variance } from './statistics.ts';

const all = (arrivals: Arrivals): number[] => {
  const times: number[] = [];
  for (let t = arrivals.next(); t !== Number.POSITIVE_INFINITY; t = arrivals.next()) times.push(t);
  return times;
};
const gapsOf = (times: readonly number[]) => Float64Array.from(times.slice(1), (t, i) => t - times[i]!);

describe('constant arrivals', () => {
  test('are a period apart, the first one at the start and none at the end', () => {
    const times = all(createArrivals(aWorkload(), 1, 0, 1));
    expect(times.length).toBe(1000);
    expect(times[0]).toBe(0);
    expect(times[1]).toBe(1e6);
    expect(times.at(-1)).toBe(999e6);
  });

  test('stay exact if the period is not a whole number of ns', () => {
    const curve = new RateCurve(phasesOf([{ rate: 3000, seconds: 3600 }]));
    expect(curve.intendedAtNs(3)).toBe(1e6);
    expect(curve.intendedAtNs(10_799_997)).toBe(3_599_999e6);
    expect(curve.recordCount).toBe(10_800_000);
  });

  test('count a whole number of records for a rate that no double holds', () => {
    expect(new RateCurve(phasesOf([{ rate: 100 / 60, seconds: 60 }])).recordCount).toBe(100);
    expect(
      new RateCurve(
        phasesOf([
          { rate: 0.1, seconds: 30 },
          { rate: 0.2, seconds: 15 },
        ]),
      ).recordCount,
    ).toBe(6);
  });

  test('make one record when less than one is due', () => {
    expect(all(createArrivals(aWorkload({ phases: phasesOf([{ rate: 0.1, seconds: 1 }]) }), 1, 0, 1))).toEqual([0]);
  });

  test('pause in a phase of rate 0, at the start, in the middle and at the end', () => {
    const phases = phasesOf([
      { rate: 0, seconds: 1 },
      { rate: 2, seconds: 1 },
      { rate: 0, seconds: 3 },
      { rate: 1, seconds: 2 },
      { rate: 0, seconds: 5 },
    ]);
    expect(all(createArrivals(aWorkload({ phases }), 1, 0, 1))).toEqual([1e9, 1.5e9, 5e9, 6e9]);
    expect(new RateCurve(phases).endNs).toBe(12e9);
    expect(totalRate(aWorkload({ phases }), 3e9)).toBe(0);
    expect(expectedRecords(aWorkload({ phases }), 2e9, 5e9)).toBe(0);
  });

  test('ramp from rate 0 and to rate 0', () => {
    const phases = phasesOf([
      { rate: 0, to: 2, seconds: 2 },
      { rate: 2, to: 0, seconds: 2 },
    ]);
    // N(t) = t^2 / 2 up, then its mirror image: records at 0, sqrt 2, 2 and 4 - sqrt 2 seconds.
    const times = all(createArrivals(aWorkload({ phases }), 1, 0, 1));
    expect(times.map((ns) => Math.round(ns / 1e6))).toEqual([0, 1414, 2000, 2586]);
  });

  test('continue across phases in count: a phase begins with no record of its own', () => {
    const times = all(
      createArrivals(
        aWorkload({
          phases: phasesOf([
            { rate: 1, seconds: 2.5 },
            { rate: 2, seconds: 1 },
          ]),
        }),
        1,
        0,
        1,
      ),
    );
    // N(2.5 s) = 2.5, so record 3 is due when another half has come, a quarter of a second into the second phase.
    expect(times).toEqual([0, 1e9, 2e9, 2.75e9, 3.25e9]);
  });
});

describe('ramps', () => {
  test('follow the square root from 0', () => {
    const curve = new RateCurve(phasesOf([{ rate: 0, to: 200, seconds: 10 }]));
    // N(t) = 10 t^2, t in s.
    expect(curve.endCount).toBe(1000);
    expect(curve.intendedAtNs(0)).toBe(0);
    expect(curve.intendedAtNs(10)).toBe(1e9);
    expect(curve.intendedAtNs(360)).toBe(6e9);
    expect(curve.intendedAtNs(1000)).toBe(Number.POSITIVE_INFINITY);
  });

  test('end within the phase when they go down to 0', () => {
    const curve = new RateCurve(phasesOf([{ rate: 200, to: 0, seconds: 10 }]));
    expect(curve.recordCount).toBe(1000);
    expect(curve.intendedAtNs(640)).toBe(4e9);
    expect(curve.intendedAtNs(999)).toBeLessThan(10e9);
  });

  test('make no record in a pause of rate 0 between them', () => {
    const curve = new RateCurve(
      phasesOf([
        { rate: 10, to: 0, seconds: 2 },
        { rate: 0, to: 10, seconds: 2 },
      ]),
    );
    expect(curve.recordCount).toBe(20);
    expect(curve.intendedAtNs(10)).toBe(2e9);
  });
});

test('dueBy is the inverse of intendedAtNs', () => {
  const curve = new RateCurve(
    phasesOf([
      { rate: 777, seconds: 1 },
      { rate: 777, to: 13, seconds: 3 },
      { rate: 13, seconds: 1 },
    ]),
  );
  for (let i = 0; i < curve.recordCount; i += 1) {
    expect(curve.dueBy(curve.intendedAtNs(i))).toBe(i + 1);
    expect(curve.dueBy(curve.intendedAtNs(i) - 1)).toBe(i);
  }
  expect(curve.dueBy(-1)).toBe(0);
  expect(curve.dueBy(1e15)).toBe(curve.recordCount);
});

test('the intended rate and the expected records follow the phases', () => {
  const workload = aWorkload({
    phases: phasesOf([
      { rate: 100, seconds: 2 },
      { rate: 100, to: 300, seconds: 2 },
    ]),
  });
  expect([-1, 0, 1e9, 2e9, 3e9, 4e9].map((t) => totalRate(workload, t))).toEqual([0, 100, 100, 100, 200, 0]);
  expect(expectedRecords(workload, 0, 4e9)).toBe(600);
  expect(expectedRecords(workload, 1e9, 3e9)).toBe(100 + 150);
  expect(expectedRecords(workload, 5e9, 9e9)).toBe(0);
});

test('gaps of a Poisson process have the reference values', () => {
  const gapsUs = [0.1, 0.5, 0.9, 0.99, 0.999].map((u) => (unitExponential(u) / 1000) * 1e6);
  const reference = [105.361, 693.147, 2302.585, 4605.17, 6907.755];
  for (const [i, gap] of gapsUs.entries()) expect(gap).toBeCloseTo(reference[i]!, 3);
});

describe('random arrivals', () => {
  const gaps = (kind: 'poisson' | 'uniform') =>
    gapsOf(
      all(
        createArrivals(aWorkload({ arrivals: { kind }, phases: phasesOf([{ rate: 1000, seconds: 100 }]) }), 42, 0, 1),
      ),
    );

  test('have an exponential gap for poisson: mean within 1 %, squared CV 1, and a KS test over 100000 gaps', () => {
    const found = gaps('poisson');
    expect(Math.abs(mean(found) / 1e6 - 1)).toBeLessThan(0.01);
    expect(variance(found) / mean(found) ** 2).toBeCloseTo(1, 1);
    expect(ksDistance(found, (x) => -Math.expm1(-x / 1e6))).toBeLessThan(1.358 / Math.sqrt(100_000));
  });

  test('have gaps from 0 to twice the mean for uniform, with squared CV 1/3', () => {
    const found = gaps('uniform');
    expect(Math.abs(mean(found) / 1e6 - 1)).toBeLessThan(0.01);
    expect(variance(found) / mean(found) ** 2).toBeCloseTo(1 / 3, 2);
    expect(ksDistance(found, (x) => x / 2e6)).toBeLessThan(ksLimit(found.length));
  });

  test('are a Poisson process in count on a ramp: counts of ten parts are as expected within four sigma', () => {
    const workload = aWorkload({
      arrivals: { kind: 'poisson' },
      phases: phasesOf([{ rate: 0, to: 20_000, seconds: 10 }]),
    });
    const times = all(createArrivals(workload, 3, 0, 1));
    for (let part = 0; part < 10; part += 1) {
      const expected = expectedRecords(workload, part * 1e9, (part + 1) * 1e9);
      const seen = times.filter((t) => t >= part * 1e9 && t < (part + 1) * 1e9).length;
      expect(Math.abs(seen - expected)).toBeLessThan(4 * Math.sqrt(expected));
    }
  });
});

describe('recorded arrivals', () => {
  const workload = aWorkload({ arrivals: { kind: 'recorded', speed: 100 } });
  const times = Float64Array.of(0, 1000, 1000, 5050);

  test('are the recorded times divided by the speed, in whole ns', () => {
    expect(all(createArrivals(workload, 1, 0, 1, times))).toEqual([0, 10, 10, 50]);
  });

  test('are split over producers like any others', () => {
    expect(all(createArrivals(workload, 1, 1, 3, times))).toEqual([10]);
    expect(all(createArrivals(workload, 1, 2, 3, times))).toEqual([10]);
  });

  test('are rejected without their recording', () => {
    expect(() => createArrivals(workload, 1, 0, 1)).toThrow("workload 'test' needs the recording's times");
  });
});

test('index is the place of the record that next() returned, and stays on the last one at the end', () => {
  const arrivals = createArrivals(aWorkload({ phases: phasesOf([{ rate: 5, seconds: 1 }]) }), 1, 1, 2);
  expect(arrivals.index).toBe(-1);
  arrivals.next();
  expect(arrivals.index).toBe(1);
  arrivals.next();
  expect(arrivals.index).toBe(3);
  expect(arrivals.next()).toBe(Number.POSITIVE_INFINITY);
  expect(arrivals.next()).toBe(Number.POSITIVE_INFINITY);
  expect(arrivals.index).toBe(3);
});
