import { describe, expect, test } from 'vitest';
import { growthPlan, parseGrowth, startAtRatio } from '../../../runners/plan/growth.ts';
import { headroomOf } from '../../../runners/plan/headroom.ts';
import { growNs, rampOf } from '../../../runners/plan/on-demand.ts';
import { fluidRun, madeLoad } from './hand-made-load.ts';

describe('growth', () => {
  // methods.md 4.9.
  test.each([
    [0.02, 15, 0.669],
    [0.05, 15, 0.433],
    [0.1, 10, 0.347],
  ])('starts scaling for %d a minute over %d minutes at %d', (growth, minutes, expected) => {
    expect(startAtRatio(0.9, growth, minutes)).toBeCloseTo(expected, 3);
  });

  test('is compounded from any unit into months', () => {
    expect(parseGrowth('5%/month')).toBeCloseTo(0.05, 12);
    expect((1 + parseGrowth('100%/year')) ** 12).toBeCloseTo(2, 10);
  });

  test.each(['5', '5%', '0%/month', '-1%/month', '5%/decade'])('rejects the growth %s', (text) => {
    expect(() => parseGrowth(text)).toThrow(/--growth must be a percentage above 0/);
  });

  test('uses up the headroom after so many months', () => {
    const { monthsLeft, later } = growthPlan(0.05, 10, 1.05 ** 6 - 1);
    expect(monthsLeft).toBeCloseTo(6, 10);
    expect(later.find(({ months }) => months === 6)?.shards).toBe(10);
    expect(later.find(({ months }) => months === 12)?.shards).toBe(14);
  });
});

describe('headroom', () => {
  const run = fluidRun(madeLoad({ ratesPerSecond: [3200] }), 4);

  test('ends at the limit of the busiest shard if the SLO holds until then', () => {
    const { headroomRatio, headroomEnds } = headroomOf(run, false, () => true);
    expect(headroomRatio).toBeCloseTo(0.25, 6);
    expect(headroomEnds).toBe('shard-limit');
  });

  test('ends where the SLO fails', () => {
    const { headroomRatio, headroomEnds } = headroomOf(run, false, (ratio) => ratio < 1.1);
    expect(headroomEnds).toBe('slo');
    expect(headroomRatio).toBeGreaterThan(0.09);
    expect(headroomRatio).toBeLessThanOrEqual(0.1);
  });

  test('is looked for beyond the limit if bursts exceed it and the SLO holds', () => {
    const bursty = { ...run, busiest: { ...run.busiest, peakRatio: 1.4 } };
    const { headroomRatio, headroomEnds } = headroomOf(bursty, false, (ratio) => ratio < 1.3);
    expect(headroomEnds).toBe('slo');
    expect(headroomRatio).toBeCloseTo(0.3, 1);
  });
});

describe('an on-demand stream', () => {
  // methods.md 4.9.
  test('grows tenfold in 60 minutes', () => expect(growNs(10)).toBe(3600e9));

  test('needs no time for what it has', () => expect(growNs(0.5)).toBe(0));

  test('takes 4 MiB/s from the start', () => {
    const ramp = rampOf(madeLoad({ ratesPerSecond: [1000, 3000], recordBytes: 1000 }).rates, 'us-east-1');
    expect(ramp).toMatchObject({ newStreamThrottledRatio: 0, growNs: 0 });
  });

  test('throttles a load that starts at ten times that', () => {
    const { newStreamThrottledRatio, growNs: grow } = rampOf(
      madeLoad({ ratesPerSecond: new Array(600).fill(40_000), recordBytes: 100 }).rates,
      'us-east-1',
    );
    expect(newStreamThrottledRatio).toBeCloseTo(0.9, 6);
    expect(grow).toBe(3600e9);
  });

  test('follows a load that doubles each 15 minutes', () => {
    const minutes = Array.from({ length: 60 }, (_, minute) => 4000 * 2 ** Math.floor(minute / 15));
    const ramp = rampOf(madeLoad({ ratesPerSecond: minutes, stepSeconds: 60, recordBytes: 100 }).rates, 'us-east-1');
    expect(ramp.newStreamThrottledRatio).toBe(0);
  });

  test('has a limit for the whole stream outside of the large regions', () => {
    const { rates } = madeLoad({ ratesPerSecond: [400_000], recordBytes: 100 });
    expect(rampOf(rates, 'eu-central-1').grownThrottledRatio).toBeCloseTo(0.5, 6);
    expect(rampOf(rates, 'us-east-1').grownThrottledRatio).toBe(0);
  });
});
