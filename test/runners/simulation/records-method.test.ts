import { describe, expect, it } from 'vitest';
import { loadOfScenario } from '../../../runners/plan/input/load-of-scenario.ts';
import { RETRY_PROFILES } from '../../../runners/simulation/retry-profiles.ts';
import { simulate } from '../../../runners/simulation/simulate.ts';
import { aScenario, simulateScenario } from './a-load.ts';

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const MS = 1e6;

describe('a simulated run', () => {
  it('accounts for every record', () => {
    const { counts, consumers, perShard } = simulateScenario(
      aScenario({ phases: [{ name: 'over', duration: '20s', rate: '1500/s' }] }),
      1,
    );
    expect(counts.due).toBeGreaterThan(29_000);
    expect(counts.accepted + counts.failed + counts.unsent).toBe(counts.due);
    expect(counts.attempts).toBe(counts.accepted + counts.throttledAttempts);
    expect(consumers[0]!.putToGet.count).toBe(counts.accepted);
    expect(perShard.reduce((sum, { records }) => sum + records, 0)).toBe(counts.due);
  });

  it('is the same for the same seed, and another for another seed', () => {
    const scenario = aScenario({ phases: [{ name: 'over', duration: '10s', rate: '1300/s' }] });
    expect(simulateScenario(scenario, 1)).toEqual(simulateScenario(scenario, 1));
    expect(simulateScenario(scenario, 1, { seed: 8 }).counts).not.toEqual(simulateScenario(scenario, 1).counts);
  });

  it('throttles nothing below the limits, and the excess above them', () => {
    expect(simulateScenario(aScenario(), 1).throttledRatio).toBe(0);
    const over = simulateScenario(
      aScenario({
        phases: [{ name: 'over', duration: '20s', rate: '1200/s' }],
        arrivals: 'constant',
        producers: { retry: { attempts: 1 } },
      }),
      1,
    );
    // 24,000 due, 20,000 and one burst of 1,000 accepted.
    expect(over.counts.failed / over.counts.due).toBeCloseTo(3000 / 24_000, 3);
    expect(over.busiest).toMatchObject({ shard: 0, limit: 'records' });
    expect(over.busiest.peakRatio).toBeCloseTo(1.2, 3);
  });

  it('names bytes as the limit of large records', () => {
    const { busiest } = simulateScenario(aScenario({ payload: { size: '10KB' } }), 2);
    expect(busiest.limit).toBe('bytes');
  });
});

describe('retries through a spike', () => {
  const spike = {
    phases: [
      { name: 'before', duration: '20s', rate: '800/s' },
      { name: 'spike', duration: '10s', rate: '1600/s' },
      { name: 'after', duration: '90s', rate: '800/s' },
    ],
    payload: { size: '20B' },
  };
  const SEEDS = [1, 2, 3, 4, 5];

  // Loss, p99.9 and the longest latency are published. The throttled calls come from a second implementation of the same model: a heap
  // of calls and one bucket, 30 lines, seeds 0 to 4. The published counts of calls are 4 to 24 % lower than both give.
  it.each([
    { attempts: 3, baseMs: 1000, quota: true, lost: 0.0465, throttled: 7847, p999: 1.56, max: 2.9 },
    { attempts: 3, baseMs: 1000, quota: false, lost: 0.0422, throttled: 21_073, p999: 2.55, max: 3.0 },
    { attempts: 10, baseMs: 1000, quota: false, lost: 0, throttled: 43_492, p999: 35.3, max: 44.6 },
    { attempts: 10, baseMs: 50, quota: false, lost: 0.0171, throttled: 84_624, p999: 20.2, max: 23.9 },
  ])(
    'lose as many records and take as long as published with $attempts attempts, base $baseMs ms, quota $quota',
    (row) => {
      const runs = SEEDS.map((seed) => {
        const scenario = { ...aScenario(spike, {}, { consumers: [] }), seed };
        const load = loadOfScenario(scenario);
        const retry = { attempts: row.attempts, baseNs: row.baseMs * MS, capNs: 20_000 * MS };
        const quota = row.quota ? { quota: RETRY_PROFILES['aws-sdk-js'].quota } : {};
        const batch = { records: 1, bytes: 1e9, lingerNs: 0 };
        return simulate({ ...load, producers: { ...load.producers, batch, retry, ...quota } }, 1, { seed });
      });
      const mean = (figureOf: (run: (typeof runs)[number]) => number) => meanOf(runs.map(figureOf));
      const lost = mean(({ counts }) => counts.failed / counts.due);
      const throttled = mean(({ counts }) => counts.throttledAttempts);
      expect(Math.abs(lost - row.lost)).toBeLessThan(Math.max(0.001, 0.1 * row.lost));
      expect(Math.abs(throttled / row.throttled - 1)).toBeLessThan(0.1);
      expect(Math.abs(mean(({ ackLatency }) => ackLatency.p999) / 1e9 / row.p999 - 1)).toBeLessThan(0.15);
      expect(Math.abs(mean(({ ackLatency }) => ackLatency.max) / 1e9 / row.max - 1)).toBeLessThan(0.1);
    },
  );
});

describe('a simulated consumer', () => {
  it('receives a record by polling after half an interval on average, and 99 % of one at most', () => {
    const consumers = [{ name: 'reader', kind: 'polling', intervalMs: 1000 }];
    const scenario = aScenario({ phases: [{ name: 'steady', duration: '100s', rate: '500/s' }] }, {}, { consumers });
    const { putToGet } = simulateScenario(scenario, 4).consumers[0]!;
    expect(putToGet.mean / MS).toBeCloseTo(500, -1.3);
    expect(putToGet.p99 / MS).toBeCloseTo(990, -1);
    expect(putToGet.max / MS).toBeLessThan(1001);
  });

  it('has the mean latency that AWS states with fan-out', () => {
    const { putToGet, readUtilisationRatio } = simulateScenario(aScenario({}, { latency: 'enhanced-fan-out' }), 1)
      .consumers[0]!;
    expect(putToGet.mean / MS).toBeGreaterThan(65);
    expect(putToGet.mean / MS).toBeLessThan(77);
    expect(readUtilisationRatio).toBeGreaterThan(0.02);
    expect(readUtilisationRatio).toBeLessThan(0.1);
  });

  it('shares the read limits of a shard: five polling consumers fall behind where one does not', () => {
    const load = { phases: [{ name: 'steady', duration: '30s', rate: '100/s' }], payload: { size: '8KB' } };
    const readers = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ name: `reader-${i}`, kind: 'polling', intervalMs: 200 }));
    const one = simulateScenario(aScenario(load, {}, { consumers: readers(1) }), 1);
    const five = simulateScenario(aScenario(load, {}, { consumers: readers(5) }), 1);
    expect(one.consumers[0]!.iteratorAgeMaxNs / MS).toBeLessThan(250);
    expect(one.consumers[0]!.callUtilisationRatio).toBe(1);
    expect(five.consumers[0]!.callUtilisationRatio).toBe(5);
    expect(Math.max(...five.consumers.map(({ iteratorAgeMaxNs }) => iteratorAgeMaxNs)) / MS).toBeGreaterThan(2000);
    for (const { putToGet } of five.consumers) expect(putToGet.count).toBe(five.counts.accepted);
  });
});
