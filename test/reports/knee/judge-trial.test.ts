import { describe, expect, test } from 'vitest';
import { judgeTrial } from '../../../reports/knee/judge-trial.ts';
import { backlogTrend } from '../../../reports/knee/measure-trial.ts';
import type { TrialMeasures } from '../../../reports/knee/trial.ts';
import { exampleSearch } from './example-knee.ts';

const TRIAL_NS = 10e9;
const good: TrialMeasures = exampleSearch({ capacityPerSecond: 42_000 }).trials[0]!.measured;
const judge = (changes: Partial<TrialMeasures>) => judgeTrial({ ...good, ...changes }, TRIAL_NS);
const backlog = (growthPerSecond: number, noise = 0) => ({
  ...good.backlog!,
  growthPerSecond,
  lowPerSecond: growthPerSecond - noise,
  highPerSecond: growthPerSecond + noise,
});

describe('the judgement of a trial', () => {
  test('passes if the objective is met, the rate is achieved, and the backlog does not grow', () => {
    expect(judge({})).toEqual({ kind: 'sustainable', isMarginal: false });
  });

  test('fails for each reason on its own', () => {
    const [objective] = good.objectives;
    const missed = { ...objective!, actual: 140e6, holds: false, low: 139e6, high: 141e6 };
    expect(judge({ objectives: [missed] })).toMatchObject({
      kind: 'unsustainable',
      reasons: ['OBJECTIVE'],
      isMarginal: false,
    });
    expect(judge({ achievedPerSecond: 0.9 * good.intendedPerSecond })).toMatchObject({ reasons: ['ACHIEVED'] });
    expect(judge({ throttledRatio: 0.02 })).toMatchObject({ reasons: ['THROTTLED'] });
    expect(judge({ backlog: backlog(0.1 * good.intendedPerSecond) })).toMatchObject({ reasons: ['BACKLOG'] });
    expect(judge({ behind: { growthRatio: 0.3, lowRatio: 0.2 } })).toMatchObject({ reasons: ['BEHIND'] });
  });

  test('allows throttling up to the limit of an objective', () => {
    const allowed = { ...good.objectives[0]!, text: 'throttled.ratio < 5%', actual: 0.02, limit: 0.05 };
    expect(judge({ throttledRatio: 0.02, objectives: [allowed] })).toMatchObject({ kind: 'sustainable' });
  });

  test('is marginal near a limit', () => {
    const [objective] = good.objectives;
    const near = { ...objective!, actual: 71e6, holds: false, low: 69e6, high: 73e6 };
    expect(judge({ objectives: [near] })).toMatchObject({ kind: 'unsustainable', isMarginal: true });
    expect(judge({ objectives: [{ ...near, actual: 69e6, holds: true }] })).toEqual({
      kind: 'sustainable',
      isMarginal: true,
    });
    expect(judge({ backlog: backlog(0.002 * good.intendedPerSecond) })).toMatchObject({ isMarginal: true });
    expect(judge({ backlog: backlog(0, 0.02 * good.intendedPerSecond) })).toEqual({
      kind: 'sustainable',
      isMarginal: true,
    });
  });

  test('is disturbed if other programs may have caused the backlog', () => {
    const disturbed = { otherCpuRatio: 0.8, backlog: backlog(0.03 * good.intendedPerSecond) };
    expect(judge(disturbed)).toMatchObject({ kind: 'unsustainable', isMarginal: true, isDisturbed: true });
    expect(judge({ ...disturbed, otherCpuRatio: 0.1 })).toMatchObject({ isMarginal: false, isDisturbed: false });
    expect(judge({ ...disturbed, backlog: backlog(0.3 * good.intendedPerSecond) })).toMatchObject({
      isMarginal: false,
    });
  });

  test('ignores growth within its noise', () => {
    const noisy = backlog(0.004 * good.intendedPerSecond, 0.005 * good.intendedPerSecond);
    expect(judge({ backlog: noisy }).kind).toBe('sustainable');
  });

  test('is invalid for an invalid run, unless the target was clearly at its limit', () => {
    const invalid = { invalidCodes: ['SCHEDULE_LAG'] };
    expect(judge(invalid)).toEqual({ kind: 'invalid', codes: ['SCHEDULE_LAG'] });
    const overloaded = { achievedPerSecond: 0.5 * good.intendedPerSecond, targetLimited: true };
    expect(judge({ ...invalid, ...overloaded })).toMatchObject({ kind: 'unsustainable' });
    expect(judge({ backlog: null })).toEqual({ kind: 'invalid', codes: ['TOO_FEW_SAMPLES'] });
  });

  test('is open if an objective has too few records', () => {
    const [objective] = good.objectives;
    const unknown = { ...objective!, actual: null, holds: null, reason: 'needs 368 records, there are 100' };
    expect(judge({ objectives: [unknown] })).toEqual({
      kind: 'unjudged',
      why: '"putToGet.p99 < 70ms" needs 368 records, there are 100',
    });
  });
});

describe('the trend of a backlog', () => {
  const samples = (backlogAt: (seconds: number) => number) =>
    Array.from({ length: 280 }, (_, i) => {
      const atNs = i * 50e6;
      const due = 1000 * (atNs / 1e9);
      const received = due - backlogAt(atNs / 1e9);
      return { atNs, due, acked: received, received, gone: 0 };
    });
  const window = { startNs: 2e9, endNs: 12e9 };

  test('is the slope within the trial, independent of the time before and after', () => {
    const trend = backlogTrend(
      samples((s) => (s < 2 ? 500 : s > 12 ? 900 : 10 * (s - 2))),
      window,
    )!;
    expect(trend.growthPerSecond).toBeCloseTo(10, 6);
    expect(trend.lowPerSecond).toBeCloseTo(10, 6);
    expect(trend.unackedRecords).toBe(100);
  });

  test('is flat for a sawtooth', () => {
    const trend = backlogTrend(
      samples((s) => 50 * (s % 1)),
      window,
    )!;
    expect(trend.lowPerSecond).toBeLessThan(0);
    expect(trend.highPerSecond).toBeGreaterThan(0);
  });

  test('is unknown with few samples', () => {
    expect(backlogTrend(samples(() => 0).slice(0, 44), window)).toBeNull();
  });
});
