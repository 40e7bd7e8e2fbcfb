import { describe, expect, test } from 'vitest';
import { dueRecords } from '../../../runners/knee/due-records.ts';
import { objectivesOf, variantsOf } from '../../../runners/knee/knee-scenario.ts';
import { baseRatePerSecond, trialScenario } from '../../../runners/knee/trial-scenario.ts';
import { resolveScenario } from '../../../workloads/resolve.ts';
import { expectedRecords } from '../../../workloads/schedule.ts';

const RAW = {
  name: 'two',
  target: { kind: 'engine', shards: 2 },
  workloads: [
    {
      name: 'orders',
      phases: [
        { name: 'warm', duration: '5s', rate: '10/s', recorded: false },
        { name: 'ramp', duration: '10s', rate: { from: '100/s', to: '500/s' } },
      ],
      keys: { uniform: true, count: 10 },
      payload: { size: '100B' },
    },
    {
      name: 'clicks',
      arrivals: 'poisson',
      phases: [{ name: 'steady', duration: '10s', rate: '700/s' }],
      keys: { uniform: true, count: 10 },
      payload: { size: '100B' },
    },
  ],
  consumers: [{ name: 'reader', kind: 'fan-out' }],
  thresholds: ['putToGet.p99 < 70ms'],
};
const scenario = resolveScenario(RAW);
const LENGTHS = { warmUpNs: 2e9, trialNs: 10e9 };

describe('the scenario of a trial', () => {
  test('has a constant rate of which each workload keeps its share', () => {
    expect(baseRatePerSecond(scenario)).toBe(1000);
    const { scenario: trial, window } = trialScenario(scenario, { ratePerSecond: 5000, purpose: 'explore' }, LENGTHS, [
      'putToGet.p99 < 50ms',
    ]);
    expect(window).toEqual({ startNs: 2e9, endNs: 12e9 });
    expect(trial.thresholds).toEqual(['putToGet.p99 < 50ms']);
    const phases = trial.workloads.map((workload) =>
      workload.phases.map(({ name, fromPerSecond, toPerSecond, recorded }) => [
        name,
        Math.round(fromPerSecond),
        Math.round(toPerSecond),
        recorded,
      ]),
    );
    expect(phases).toEqual([
      [
        ['warm-up', 1200, 1200, false],
        ['trial', 1500, 1500, true],
      ],
      [
        ['warm-up', 2800, 2800, false],
        ['trial', 3500, 3500, true],
      ],
    ]);
  });

  test('has time to drain after an overload', () => {
    const request = { ratePerSecond: 1000, purpose: 'descend', afterOverloadPerSecond: 2500 } as const;
    const { scenario: trial, window } = trialScenario(scenario, request, LENGTHS, []);
    const [orders] = trial.workloads;
    expect(orders!.phases.map(({ name }) => name)).toEqual(['overload', 'relief', 'trial']);
    const [overload, relief] = orders!.phases;
    const excess = (overload!.fromPerSecond - 300) * (overload!.durationNs / 1e9);
    const room = (300 - relief!.fromPerSecond) * (relief!.durationNs / 1e9);
    expect(room).toBeGreaterThanOrEqual(excess);
    expect(window.endNs - window.startNs).toBe(10e9);
  });

  test('counts due records by the rate for constant arrivals, and by drawing them again for random ones', () => {
    const { scenario: trial } = trialScenario(scenario, { ratePerSecond: 5000, purpose: 'explore' }, LENGTHS, []);
    const times = [0.5e9, 3e9, 12e9];
    const [orders, clicks] = trial.workloads;
    const constant = dueRecords({ ...trial, workloads: [orders!] }, times);
    expect(constant).toEqual(times.map((atNs) => expectedRecords(orders!, 0, atNs)));
    const drawn = dueRecords({ ...trial, workloads: [clicks!] }, times);
    expect(drawn.every(Number.isInteger)).toBe(true);
    expect(Math.abs(drawn[2]! / expectedRecords(clicks!, 0, 12e9) - 1)).toBeLessThan(0.03);
    expect(dueRecords(trial, times)[2]).toBeCloseTo(constant[2]! + drawn[2]!, 6);
  });
});

describe('the scenarios of a search', () => {
  const parts = { scenario, raw: RAW, file: 'two.yaml' };

  test('exist once for each number of shards', () => {
    const variants = variantsOf(parts, [1, 2, 8]);
    expect(variants.map(({ shards, scenario: own }) => [shards, own.target])).toMatchObject([
      [1, { shards: 1 }],
      [2, { shards: 2 }],
      [8, { shards: 8 }],
    ]);
    expect(variantsOf(parts, [])).toEqual([{ shards: 2, scenario }]);
  });

  test('have the given objectives, or the thresholds of the scenario', () => {
    expect(objectivesOf(scenario, [])).toEqual(['putToGet.p99 < 70ms']);
    expect(objectivesOf(scenario, ['achieved.ratio > 99%'])).toEqual(['achieved.ratio > 99%']);
    expect(() => objectivesOf({ ...scenario, thresholds: [] }, [])).toThrow(/knee needs an objective/);
    expect(() => objectivesOf(scenario, ['putToGet.p99 < 70ms in phase ramp'])).toThrow(/no phase "ramp"/);
  });

  test('reject recorded arrivals, and shard counts that the scenario cannot choose', () => {
    const [orders] = scenario.workloads;
    const recorded = { ...scenario, workloads: [{ ...orders!, arrivals: { kind: 'recorded', speed: 1 } as const }] };
    expect(() => variantsOf({ ...parts, scenario: recorded }, [])).toThrow(/recorded arrivals have their own times/);
    const target = {
      kind: 'kinesis',
      stream: 's',
      client: 'sdk',
      put: 'records',
      aggregate: false,
      protocol: 'http2',
    } as const;
    const existing = { ...scenario, target: { ...target, maxRecordBytes: 1e6, timeoutNs: 1e9 } };
    expect(() => variantsOf({ ...parts, scenario: existing }, [1, 2])).toThrow(/needs a stream that knee creates/);
  });
});
