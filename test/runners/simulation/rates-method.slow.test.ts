import { describe, expect, it } from 'vitest';
import { loadOfScenario } from '../../../runners/plan/input/load-of-scenario.ts';
import { RetryRing } from '../../../runners/simulation/retry-ring.ts';
import { simulate } from '../../../runners/simulation/simulate.ts';
import { RandomStream } from '../../../workloads/random.ts';
import { aScenario, simulateScenario } from './a-load.ts';

const MS = 1e6;
const POLLING = { consumers: [{ name: 'reader', kind: 'polling', intervalMs: 200 }] };

describe('a run simulated by rates', () => {
  it('accounts for every record', () => {
    const scenario = aScenario({
      phases: [{ name: 'over', duration: '60s', rate: '6000/s' }],
      producers: { retry: { attempts: 3 } },
    });
    const { counts, consumers, perShard, method } = simulateScenario(scenario, 4, { method: 'rates' });
    expect(method).toBe('rates');
    expect(counts.accepted + counts.failed + counts.unsent).toBe(counts.due);
    expect(counts.attempts).toBe(counts.accepted + counts.throttledAttempts);
    expect(consumers[0]!.putToGet.count).toBe(counts.accepted);
    expect(perShard.reduce((sum, { records }) => sum + records, 0)).toBe(counts.due);
    expect(perShard.reduce((sum, { throttledAttempts }) => sum + throttledAttempts, 0)).toBe(counts.throttledAttempts);
  });

  it('is the same for the same seed, and another for another seed', () => {
    const scenario = aScenario({ phases: [{ name: 'over', duration: '10s', rate: '1300/s' }] });
    const run = (seed: number) => simulateScenario(scenario, 1, { method: 'rates', seed });
    expect(run(3)).toEqual(run(3));
    expect(run(4).counts).not.toEqual(run(3).counts);
  });

  it('is chosen for loads of more than 20 million records', () => {
    const scenario = aScenario({ phases: [{ name: 'day', duration: '300s', rate: '100000/s' }] });
    const load = loadOfScenario(scenario);
    expect(load.records).toBe(30e6);
    expect(simulate(load, 2, { seed: 1 }).method).toBe('rates');
  });

  it.each([
    ['below its limits', { rate: '700/s' }, {}, 1],
    ['a little over them', { rate: '1080/s' }, {}, 1],
    ['far over them', { rate: '1600/s' }, {}, 1],
    ['on four shards with Zipf keys', { rate: '3200/s' }, { keys: { zipf: 0.8, count: 10_000 } }, 4],
    ['of large records', { rate: '260/s' }, { payload: { size: '10KB' } }, 2],
    ['in batches', { rate: '1700/s' }, { producers: { count: 4, batch: { lingerMs: 100 } } }, 2],
  ])('agrees with the simulation of every record: a load %s', (_, rate, workload, shards) => {
    const producers = { retry: { attempts: 4 }, ...(workload as { producers?: object }).producers };
    const phases = [{ name: 'steady', duration: '100s', ...rate }];
    const scenario = aScenario({ phases, ...workload, producers }, { latency: 'polling' }, POLLING);
    const exact = simulateScenario(scenario, shards, { method: 'records' });
    const counted = simulateScenario(scenario, shards, { method: 'rates' });
    expect(Math.abs(counted.counts.due / exact.counts.due - 1)).toBeLessThan(0.01);
    expect(Math.abs(counted.throttledRatio - exact.throttledRatio)).toBeLessThan(0.02);
    expect(Math.abs(counted.throttledRecordsRatio - exact.throttledRecordsRatio)).toBeLessThan(0.02);
    const [a, b] = [counted.consumers[0]!, exact.consumers[0]!];
    expect(Math.abs(a.putToGet.p50 / b.putToGet.p50 - 1)).toBeLessThan(0.1);
    expect(Math.abs(a.putToGet.p99 / b.putToGet.p99 - 1)).toBeLessThan(0.25);
    expect(Math.abs(counted.ackLatency.p99 - exact.ackLatency.p99) / MS).toBeLessThan(
      0.2 * (exact.ackLatency.p99 / MS) + 1,
    );
    expect(counted.busiest.limit).toBe(exact.busiest.limit);
    expect(Math.abs(counted.busiest.meanRatio - exact.busiest.meanRatio)).toBeLessThan(0.05);
  });
});

describe('limits counted in fixed windows of a second', () => {
  it.each(['records', 'rates'] as const)('drop the published share of Poisson arrivals, by %s', (method) => {
    const seconds = 4000;
    const scenario = aScenario(
      { phases: [{ name: 'steady', duration: `${seconds}s`, rate: '950/s' }], producers: { retry: { attempts: 1 } } },
      {},
      { consumers: [] },
    );
    const plenty = 1e12;
    const limits = {
      recordsPerSecond: 1000,
      burstRecords: 1000,
      bytesPerSecond: plenty,
      burstBytes: plenty,
      windowSeconds: 1,
    };
    const { counts } = simulate(loadOfScenario(scenario), 1, { seed: 5, limits, method });
    // E[(N - 1000)+] / 950 of a Poisson count N of mean 950; its standard deviation over so many windows is 9.7 % of it.
    expect(Math.abs(counts.failed / counts.due / 7.46e-4 - 1)).toBeLessThan(3 * 0.097);
  });
});

describe('a ring of retries', () => {
  it('gives back every record, spread over the ticks of its wait', () => {
    const ring = new RetryRing(2, 3, 50, new RandomStream(1, 'ring'));
    ring.add(10, 2, 1, 1000, 10.5, 20);
    ring.add(10, 1, 0, 7, 10.5, 20);
    expect(ring.size).toBe(1007);
    const taken: number[] = [];
    for (let tick = 11; tick <= 31; tick++) {
      const many = ring.hasAny(tick, 2) ? ring.take(tick, 2, 1) : 0;
      taken.push(many);
      if (tick > 12 && tick < 30) expect(Math.abs(many - 50)).toBeLessThanOrEqual(1);
      ring.take(tick, 1, 0);
    }
    expect(taken.reduce((sum, count) => sum + count, 0)).toBe(1000);
    expect(ring.size).toBe(0);
  });
});
