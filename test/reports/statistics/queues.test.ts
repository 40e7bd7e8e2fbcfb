import { describe, expect, test } from 'vitest';
import {
  erlangB,
  erlangC,
  littlesLaw,
  mD1Wait,
  mD1WaitCdf,
  mD1WaitQuantile,
  mG1Wait,
  mM1Capacity,
  mM1SojournQuantile,
  mM1Wait,
  mMcWait,
  mMcWaitQuantile,
} from '../../../reports/statistics/queues.ts';

describe('queue formulas', () => {
  test.each([
    [2, 3, 0.210526],
    [5, 10, 0.018385],
    [10, 10, 0.214582],
    [10, 15, 0.036497],
    [100, 100, 0.0757],
  ])('Erlang B of %d erlang on %d servers is %d', (offered, servers, blocking) => {
    expect(erlangB(offered, servers)).toBeCloseTo(blocking, 6);
  });

  test('M/M/2 with rate 3 and service rate 2 waits as the textbook says', () => {
    expect(erlangC(1.5, 2)).toBeCloseTo(0.642857, 6);
    expect(mMcWait(1.5, 2, 0.5)).toBeCloseTo(0.642857, 6);
    expect(3 * mMcWait(1.5, 2, 0.5)).toBeCloseTo(1.928571, 6);
    expect(mMcWait(1.5, 2, 0.5) + 0.5).toBeCloseTo(1.142857, 6);
  });

  test('M/M/10 has the tabulated waits at 8 and at 9 erlang', () => {
    expect(erlangC(8, 10)).toBeCloseTo(0.40918, 6);
    expect(mMcWait(8, 10, 1)).toBeCloseTo(0.20459, 6);
    expect(mMcWaitQuantile(8, 10, 1, 0.95)).toBeCloseTo(1.051066, 6);
    expect(mMcWaitQuantile(8, 10, 1, 0.99)).toBeCloseTo(1.855785, 6);
    expect(erlangC(9, 10)).toBeCloseTo(0.668732, 6);
    expect(9 * mMcWait(9, 10, 1) + 9).toBeCloseTo(15.018584, 6);
  });

  test('M/M/100 waits little at 80 erlang and much at 95', () => {
    expect(erlangC(80, 100)).toBeCloseTo(0.019646, 6);
    expect(mMcWait(80, 100, 1)).toBeCloseTo(0.000982, 6);
    expect(erlangC(95, 100)).toBeCloseTo(0.506457, 6);
    expect(mMcWait(95, 100, 1)).toBeCloseTo(0.101291, 6);
  });

  test.each([
    [0.5, 1, 2.5],
    [0.7, 2.3333, 5.8333],
    [0.8, 4, 10],
    [0.9, 9, 22.5],
    [0.95, 19, 47.5],
    [0.99, 99, 247.5],
  ])(
    'at utilisation %d M/M/1 waits %d service times, M/D/1 half of it, and M/G/1 with variation 4 %d',
    (rho, mm1, mg1) => {
      expect(mM1Wait(rho, 1)).toBeCloseTo(mm1, 4);
      expect(mD1Wait(rho, 1)).toBeCloseTo(mm1 / 2, 4);
      expect(mG1Wait(rho, 1, 4)).toBeCloseTo(mg1, 4);
    },
  );

  test('the wait in M/D/1 has the tabulated distribution', () => {
    expect(mD1WaitCdf(0.8, 0)).toBeCloseTo(0.2, 6);
    expect(mD1WaitCdf(0.8, 1)).toBeCloseTo(0.445108, 6);
    expect(mD1WaitCdf(0.8, 2)).toBeCloseTo(0.63452, 6);
    expect(mD1WaitQuantile(0.8, 0.99)).toBeCloseTo(10.35589, 4);
    expect(mD1WaitCdf(0.5, 1)).toBeCloseTo(0.824361, 6);
    expect(mD1WaitCdf(0.5, 2)).toBeCloseTo(0.946961, 6);
    expect(mD1WaitQuantile(0.5, 0.99)).toBeCloseTo(3.33626, 4);
  });

  test('the distribution of M/D/1 goes on smoothly beyond the sum', () => {
    const [before, at, after] = [19.9, 20, 20.1].map((t) => 1 - mD1WaitCdf(0.95, t)) as [number, number, number];
    expect(after / at).toBeCloseTo(at / before, 4);
    expect(mD1WaitCdf(0.95, 500)).toBeGreaterThan(0.999_999);
  });

  test('an M/M/1 queue of 1,000/s keeps its p99 below 50 ms up to 907.897/s, and below 20 ms up to 769.741/s', () => {
    expect(mM1Capacity(1000, 0.99, 0.05)).toBeCloseTo(907.897, 3);
    expect(mM1Capacity(1000, 0.99, 0.02)).toBeCloseTo(769.741, 3);
    expect(mM1SojournQuantile(0.907897, 0.001, 0.99)).toBeCloseTo(0.05, 5);
    expect(mM1Capacity(1000, 0.99, 0.001)).toBe(0);
  });

  test("Little's law holds over a window that starts and ends empty", () => {
    const { arrivalRate, meanTime, meanInSystem } = littlesLaw([0, 1, 2, 4, 7], [3, 4, 5, 6, 9], 10);
    expect(meanTime).toBeCloseTo(2.6, 9);
    expect(arrivalRate).toBe(0.5);
    expect(meanInSystem).toBeCloseTo(1.3, 9);
    expect(arrivalRate * meanTime).toBeCloseTo(meanInSystem, 9);
  });

  test('a utilisation of 1 is out of range', () => {
    expect(() => mM1Wait(1, 1)).toThrow(RangeError);
    expect(() => erlangC(10, 10)).toThrow(RangeError);
  });
});
