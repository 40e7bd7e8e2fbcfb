import { describe, expect, test } from 'vitest';
import { judgeSlo, sloOf, throttledRecordsAllowed } from '../../../runners/plan/slo.ts';
import { fluidRun, madeLoad } from './hand-made-load.ts';

const consumers = [
  { name: 'slow', kind: 'polling', intervalNs: 1e9 },
  { name: 'fast', kind: 'fan-out' },
] as const;
const none = { given: [], scenario: [], consumers };

describe('the SLO of a plan', () => {
  test('is the default without thresholds', () => {
    const slo = sloOf(none);
    expect(slo.isDefault).toBe(true);
    expect(slo.thresholds.map(({ text }) => text)).toEqual([
      'failed == 0',
      'dropped == 0',
      'throttledRecords.ratio <= 1%',
    ]);
    expect(throttledRecordsAllowed(slo)).toBe(0.01);
  });

  test("takes the scenario's thresholds that a simulation can judge, and skips the others with the reason", () => {
    const slo = sloOf({
      ...none,
      scenario: ['lost == 0', 'putToGet.p99 < 1s', 'throttled.ratio < 5% in phase steady'],
    });
    expect(slo.thresholds.map(({ text }) => text)).toEqual(['putToGet.p99 < 1s']);
    expect(slo.skipped).toEqual([
      { text: 'lost == 0', why: 'a simulation loses no record by itself' },
      { text: 'throttled.ratio < 5% in phase steady', why: expect.stringContaining('no phase') },
    ]);
  });

  test('is the default if the scenario has none that can be judged', () => {
    expect(sloOf({ ...none, scenario: ['lost == 0'] })).toMatchObject({
      isDefault: true,
      skipped: [{ text: 'lost == 0' }],
    });
  });

  test.each([
    ['achieved.ratio > 90%', /the load itself sets the rate|loses no record/],
    ['residence.p99 < 1s', /does not know residence/],
    ['putToGet.p99.99 < 1s', /mean, p50, p75, p90, p95, p99, p99.9 and max/],
    ['putToGet.p99 < 1s over 10s', /no phase, workload or window/],
    ['putToGet.p99 < 1s by consumer fats', /Did you mean "fast"/],
  ])('rejects %s on the command line', (text, message) => {
    expect(() => sloOf({ ...none, given: [text] })).toThrow(message);
  });

  test('needs a consumer for put-to-get', () => {
    expect(() => sloOf({ given: ['putToGet.p99 < 1s'], scenario: [], consumers: [] })).toThrow(/needs a consumer/);
  });

  test('holds put-to-get for all consumers together, or for the one that it names', () => {
    const run = fluidRun(madeLoad({ ratesPerSecond: [100], consumers }), 1);
    const [slow, fast] = run.consumers;
    const uneven = {
      ...run,
      consumers: [{ ...slow!, putToGet: { ...slow!.putToGet, p99: 2e9 } }, fast!],
      putToGet: { ...run.putToGet, p99: 1.5e9 },
    };
    const held = (text: string) => judgeSlo(sloOf({ ...none, given: [text] }), uneven).isHeld;
    expect(held('putToGet.p99 < 1s')).toBe(false);
    expect(held('putToGet.p99 < 1600ms')).toBe(true);
    expect(held('putToGet.p99 < 1600ms by consumer slow')).toBe(false);
    expect(held('putToGet.p99 < 1s by consumer fast')).toBe(true);
    expect(held('ackLatency.p99 < 10ms')).toBe(true);
  });
});
