import { describe, expect, test } from 'vitest';
import { makePlan } from '../../../runners/plan/make-plan.ts';
import { evenKeys, fluidRun, keysOf, madeLoad } from './hand-made-load.ts';
import { madePlan, requestOf } from './made-plan.ts';

const minute = (rate: number) => new Array(60).fill(rate);
const consumers = [
  { name: 'a', kind: 'polling', intervalNs: 1e9 },
  { name: 'b', kind: 'fan-out' },
] as const;

describe('a plan', () => {
  test('recommends the fewest shards that hold, and names the limit that fewer exceed', () => {
    const plan = madePlan({ ratesPerSecond: minute(4300), keys: evenKeys(1000), consumers });
    expect(plan.recommended).toMatchObject({ kind: 'meets-slo', shards: 5, binding: 'records', isNextHeld: true });
    expect(plan.recommended.reason).toMatch(
      /^5 shards are the fewest that hold the SLO\. With 4, throttledRecords\.ratio <= 1% fails/,
    );
    expect(plan.counts.find(({ shards }) => shards === 4)?.isHeld).toBe(false);
    expect(plan.counts.map(({ shards }) => shards)).toEqual([3, 4, 5, 6, 7, 8, 10]);
  });

  test('prices each count, and the two on-demand modes', () => {
    const plan = madePlan({ ratesPerSecond: minute(1000), consumers });
    const usd = plan.counts.map(({ monthlyUsd }) => monthlyUsd);
    expect(usd).toEqual([...usd].sort((a, b) => a - b));
    // A shard and a fan-out consumer of it cost 0.03 an hour together.
    expect(usd[1]! - usd[0]!).toBeCloseTo(730 * 0.03 * (plan.counts[1]!.shards - plan.counts[0]!.shards), 6);
    expect(plan.onDemand.standard.monthlyUsd).toBeGreaterThan(usd[0]!);
    expect(plan.onDemand.advantage?.isMinimum).toBe(true);
  });

  test('reports a key that no shard count helps, into how many keys to split it, and from where on only it suffers', () => {
    const keys = keysOf({
      hot: 0.5,
      ...Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`key-${i}`, 0.001])),
    });
    const plan = madePlan({ ratesPerSecond: minute(5000), keys, consumers });
    expect(plan.recommended).toMatchObject({ kind: 'hot-key', shards: null, binding: 'one-key', headroomRatio: null });
    expect(plan.recommended.reason).toContain(
      'Key "hot" by itself needs 2.5 shards at the peak. Split it over at least 3 keys.',
    );
    expect(plan.recommended.onlyHotKeySuffersFrom).toBeGreaterThanOrEqual(3);
    expect(plan.onDemand.isOneKeyTooHot).toBe(true);
  });

  test('reports an SLO below what consumers take without any load', () => {
    const plan = madePlan({ ratesPerSecond: minute(100), consumers }, ['putToGet.p99 < 50ms']);
    expect(plan.recommended).toMatchObject({ kind: 'floor', shards: null });
    expect(plan.recommended.reason).toMatch(/No number of shards holds putToGet\.p99 < 50ms/);
  });

  test('reports an SLO that always holds, and recommends shards that can last', () => {
    const plan = madePlan({ ratesPerSecond: minute(4900), consumers }, ['throttledRecords.ratio <= 100%']);
    expect(plan.recommended.shards).toBe(5);
    expect(plan.recommended.reason).toMatch(
      /^5 shards are the fewest that hold the SLO\. With 4, the busiest shard is due 123% /,
    );
    expect(plan.slo.notes.join(' ')).toMatch(/The SLO holds with .* That cannot last/);
  });

  test('reports how much the load may grow, and until when that lasts', () => {
    const plan = madePlan({ ratesPerSecond: minute(3200), consumers });
    expect(plan.recommended.shards).toBe(4);
    const { headroomRatio } = plan.recommended;
    // To 99 % of four shards' 4,000/s, within the resolution of the search.
    expect(headroomRatio).toBeCloseTo(0.2375, 2);
    expect(plan.growth?.monthsLeft).toBeCloseTo(Math.log1p(headroomRatio!) / Math.log(1.05), 6);
  });

  test('packs small records into fewer shards', () => {
    const plan = madePlan({ ratesPerSecond: minute(7900), recordBytes: 100, consumers });
    expect(plan.recommended.shards).toBe(8);
    expect(plan.aggregation?.shards).toBeLessThanOrEqual(2);
    expect(plan.aggregation?.recordsPerAggregate).toBeGreaterThan(50);
  });

  test('searches a large load by counts, and simulates each record only near the recommendation', () => {
    const load = { ...madeLoad({ ratesPerSecond: new Array(600).fill(4300), consumers }), replay: () => [] };
    const walked: number[] = [];
    const counted: number[] = [];
    makePlan({
      ...requestOf(load),
      growthMonthlyRatio: undefined,
      simulate: (simulated, shards, coarse) => {
        if (simulated.records === load.records) (coarse === true ? counted : walked).push(shards);
        return fluidRun(simulated, shards);
      },
    });
    expect(counted.length).toBeGreaterThan(1);
    expect(walked.toSorted((a, b) => a - b)).toEqual([4, 5, 6, 10]);
  });

  test('states what it assumes', () => {
    const { assumptions } = madePlan({ ratesPerSecond: minute(100) });
    expect(assumptions.join(' ')).toMatch(/saves up 1 s of its write limits.*us-east-1, 2026-05.*made by hand/s);
  });
});
