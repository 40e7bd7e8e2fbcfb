import { describe, expect, it } from 'vitest';
import { conditionsOfScenario, loadOfScenario } from '../../../runners/plan/input/load-of-scenario.ts';
import { hashRatioOf } from '../../../runners/simulation/hash-ratio.ts';
import type { Load } from '../../../runners/simulation/load.ts';
import { createKeyChooser, keyText } from '../../../workloads/keys.ts';
import { createPayloadChooser, createPayloadPool } from '../../../workloads/payloads.ts';
import { createArrivals } from '../../../workloads/schedule.ts';
import { aScenario } from '../simulation/a-load.ts';

interface Row {
  readonly dueAtNs: number;
  readonly hashRatio: number;
  readonly bytes: number;
  readonly producer: number;
}

function rowsOf({ replay }: Load): Row[] {
  const rows: Row[] = [];
  for (const { count, dueAtNs, hashRatio, bytes, producer } of replay!()) {
    for (let i = 0; i < count; i++) {
      rows.push({ dueAtNs: dueAtNs[i]!, hashRatio: hashRatio[i]!, bytes: bytes[i]!, producer: producer[i]! });
    }
  }
  return rows;
}

const total = (values: Iterable<number>) => [...values].reduce((sum, value) => sum + value, 0);

const SIZES = { size: { lognormal: { p50: '200B', p99: '2KB' } } };
const secondWorkload = {
  name: 'clicks',
  arrivals: 'constant',
  phases: [{ name: 'steady', duration: '3s', rate: '200/s' }],
  keys: { one: 'everything' },
  payload: { size: '50B' },
  producers: { count: 2, batch: { lingerMs: 20 } },
};

describe('the load of a scenario', () => {
  it('has the records that the producers of a run make', () => {
    const scenario = aScenario({ payload: SIZES, keys: { zipf: 1, count: 500 }, producers: { count: 3 } });
    const [workload] = scenario.workloads;
    const pool = createPayloadPool(workload!, scenario.seed, 2 ** 20);
    const keyOf = createKeyChooser(workload!, scenario.seed);
    const payloadOf = createPayloadChooser(workload!, scenario.seed, pool);
    const rows = rowsOf(loadOfScenario(scenario));
    for (let producer = 0; producer < 3; producer++) {
      const own = rows.filter((row) => row.producer === producer);
      const arrivals = createArrivals(workload!, scenario.seed, producer, 3);
      for (const row of own) {
        const dueAtNs = arrivals.next();
        const key = Buffer.from(keyText(keyOf(arrivals.index)));
        const bytes = key.length + pool.lengths[payloadOf(arrivals.index)]!;
        expect(row).toEqual({ dueAtNs, hashRatio: hashRatioOf(key), bytes, producer });
      }
      expect(arrivals.next()).toBe(Number.POSITIVE_INFINITY);
    }
  });

  it('merges workloads by time, and keeps their producers apart', () => {
    const first = aScenario().workloads[0]!;
    const { workloads } = aScenario(secondWorkload);
    const scenario = { ...aScenario(), workloads: [first, ...workloads] };
    const load = loadOfScenario(scenario);
    const rows = rowsOf(load);
    expect(rows.map(({ dueAtNs }) => dueAtNs)).toEqual(rows.map(({ dueAtNs }) => dueAtNs).sort((a, b) => a - b));
    expect(rows.filter(({ producer }) => producer === 1)).toHaveLength(300);
    expect(rows.filter(({ producer }) => producer === 2)).toHaveLength(300);
    expect(load.producers.count).toBe(3);
    expect(load.producerGroups?.map(({ batch }) => batch.lingerNs)).toEqual([0, 20e6]);
  });

  it('gives the same records with each replay', () => {
    const load = loadOfScenario(aScenario({ arrivals: { mmpp: { rates: [4, 1], mean: ['1s', '2s'] } } }));
    expect(rowsOf(load)).toEqual(rowsOf(load));
  });

  it.each([
    ['uniform', { uniform: true, count: 300 }],
    ['Zipf', { zipf: 1.1, count: 300 }],
    ['hot', { hot: { count: 2, share: '50%' }, count: 300 }],
    ['sequential', { sequential: true, count: 300 }],
    ['one', { one: 'customer' }],
    ['chosen', { shares: ['40%', '30%', '20%', '10%'] }],
  ])('knows the shares of the shards for %s keys', (_, keys) => {
    const phases = [{ name: 'steady', duration: '100s', rate: '500/s' }];
    const load = loadOfScenario(aScenario({ keys, phases }, { shards: 4 }));
    const shares = load.keys.recordShares(4);
    expect(total(shares)).toBeCloseTo(1, 12);
    expect(total(load.keys.byteShares(4))).toBeCloseTo(1, 12);
    const counts = [0, 0, 0, 0];
    const rows = rowsOf(load);
    for (const { hashRatio } of rows) counts[Math.floor(hashRatio * 4)]! += 1;
    for (const [shard, count] of counts.entries()) expect(count / rows.length).toBeCloseTo(shares[shard]!, 1.7);
  });

  it('names the heaviest keys with their shares', () => {
    const { keys } = loadOfScenario(aScenario({ keys: { zipf: 0.99, count: 1000 } }));
    expect(keys.distinctKeys).toBe(1000);
    expect(keys.heaviest).toHaveLength(20);
    expect(keys.heaviest[0]).toMatchObject({ name: keyText(0), hashRatio: hashRatioOf(Buffer.from(keyText(0))) });
    // 1 / zeta(1000, 0.99)
    expect(keys.heaviest[0]!.recordShare).toBeCloseTo(0.12938, 5);
    expect(total(keys.heaviest.slice(0, 10).map(({ recordShare }) => recordShare))).toBeCloseTo(0.3825, 4);
  });

  it.each([
    ['constant', 'constant'],
    ['Poisson', 'poisson'],
    ['on-off', { onOff: { on: '2s', off: '1s' } }],
    ['two-state', { mmpp: { rates: [5, 1], mean: ['2s', '3s'] } }],
  ])('has rates by step that follow its %s records', (_, arrivals) => {
    const phases = [
      { name: 'up', duration: '10s', rate: { from: '100/s', to: '4000/s' } },
      { name: 'steady', duration: '10s', rate: '4000/s' },
    ];
    const load = loadOfScenario(aScenario({ arrivals, phases }));
    const { stepNs, recordsOfStep, bytesOfStep } = load.rates;
    const rows = rowsOf(load);
    const seconds = new Array<number>(20).fill(0);
    for (const { dueAtNs } of rows) seconds[Math.floor(dueAtNs / 1e9)]! += 1;
    const stepsPerSecond = 1e9 / stepNs;
    for (const [second, count] of seconds.entries()) {
      const expected = total(recordsOfStep.slice(second * stepsPerSecond, (second + 1) * stepsPerSecond));
      // Five standard deviations, and what a part of a step may be off at a switch of the rate.
      expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected + 1) + 100);
    }
    expect(load.records).toBeCloseTo(total(recordsOfStep), 6);
    expect(total(bytesOfStep) / total(recordsOfStep)).toBeCloseTo(112, 6);
  });

  it('lists the parts of the scenario that it ignores', () => {
    const steps = [{ split: 0, at: '5s' }];
    const notes = (rest: object) => loadOfScenario(aScenario({}, {}, rest)).notes.join(' ');
    expect(notes({})).toBe('');
    expect(notes({ steps })).toContain('changes its shards');
  });
});

describe('the conditions of a scenario', () => {
  it('are the limits, the latency and the seed of its run', () => {
    expect(conditionsOfScenario(aScenario({}, { latency: 'polling' }))).toEqual({
      seed: 7,
      limits: 'aws',
      latency: 'polling',
      maxRecordBytes: 2 ** 20,
    });
  });

  it('are the latencies and the put times of a profile', () => {
    const { target, ...rest } = aScenario();
    if (target.kind !== 'engine') throw new Error('the target is no engine');
    const put = {
      quantiles: [
        { p: 0, ns: 10e6 },
        { p: 1, ns: 10e6 },
      ],
    };
    const profile = { name: 'p', basis: 'documentation', source: 's', fanOut: 'enhanced-fan-out', put } as const;
    const scenario = { ...rest, target: { ...target, latency: 'polling', profile } } as const;
    expect(conditionsOfScenario(scenario).latency).toEqual({ fanOut: 'enhanced-fan-out', polling: 'polling' });
    expect(loadOfScenario(scenario).producers.callNs).toBe(10e6);
  });

  it('hold limits of the scenario itself', () => {
    const limits = { bytes: '2MB/s', records: '100/s', burst: '2s' };
    expect(conditionsOfScenario(aScenario({}, { limits })).limits).toMatchObject({
      recordsPerSecond: 100,
      burstRecords: 200,
    });
    expect(conditionsOfScenario(aScenario({}, { limits: 'none' })).limits).toBe('none');
  });
});
