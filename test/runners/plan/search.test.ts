import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ShardSearch } from '../../../runners/plan/search.ts';
import type { SimulatedRun } from '../../../runners/simulation/simulated-run.ts';
import { fluidRun, madeLoad } from './hand-made-load.ts';

const LOAD = madeLoad({ ratesPerSecond: [100], consumers: [{ name: 'c', kind: 'fan-out' }] });

/** A search in which exactly these counts hold. */
function searchOf(
  holds: (shards: number) => boolean,
  more: Partial<ConstructorParameters<typeof ShardSearch>[0]> = {},
  isThrottling = true,
) {
  const simulated: number[] = [];
  const search = new ShardSearch({
    minShards: 1,
    maxShards: 1000,
    isHopeless: () => false,
    judge: ({ shards }) => ({ isHeld: holds(shards), failed: [] }),
    simulate: (shards): SimulatedRun => {
      simulated.push(shards);
      const run = fluidRun(LOAD, shards);
      return { ...run, counts: { ...run.counts, throttledAttempts: isThrottling && !holds(shards) ? 1 : 0 } };
    },
    ...more,
  });
  return { search, simulated };
}

describe('the search for a shard count', () => {
  test('finds the smallest one whose next larger one holds too', () => {
    expect(searchOf((shards) => shards >= 6).search.find()).toEqual({
      kind: 'found',
      shards: 6,
      isNextHeld: true,
      passedBelow: [],
    });
  });

  test('passes over a count that holds while the next larger one does not', () => {
    const { search } = searchOf((shards) => shards === 6 || shards >= 8);
    expect(search.find()).toEqual({ kind: 'found', shards: 8, isNextHeld: true, passedBelow: [6] });
  });

  test('recommends the smallest that holds if no two neighbours hold, and reports it', () => {
    const { search } = searchOf((shards) => shards >= 6 && shards % 2 === 0);
    expect(search.find()).toMatchObject({ kind: 'found', shards: 6, isNextHeld: false });
  });

  test('walks down when the first count holds already', () => {
    expect(searchOf((shards) => shards >= 3, { minShards: 5 }).search.find()).toMatchObject({ shards: 3 });
  });

  test('simulates no count that arithmetic rules out, and none twice', () => {
    const { search, simulated } = searchOf((shards) => shards >= 30, { isHopeless: (shards) => shards < 29 });
    expect(search.find()).toMatchObject({ shards: 30 });
    expect(Math.min(...simulated)).toBe(29);
    expect(new Set(simulated).size).toBe(simulated.length);
  });

  test('reports a floor when nothing is throttled and the SLO still fails', () => {
    expect(searchOf(() => false, {}, false).search.find()).toEqual({ kind: 'floor', shards: 1 });
  });

  test('reports a burst of one key when eight times the shards leave its second as it was', () => {
    const { search } = searchOf(() => false);
    const stubborn = new ShardSearch({
      minShards: 2,
      maxShards: 1000,
      isHopeless: () => false,
      judge: () => ({ isHeld: false, failed: [] }),
      simulate: (shards) => {
        const run = search.try(shards).run;
        return { ...run, busiest: { ...run.busiest, peakRatio: 7 } };
      },
    });
    expect(stubborn.find()).toEqual({ kind: 'burst', shards: 32 });
  });

  test('stops at the largest count', () => {
    expect(searchOf(() => false, { maxShards: 20 }).search.find()).toEqual({ kind: 'too-large' });
  });

  test('finds thousands of shards in few simulations', () => {
    const { search, simulated } = searchOf((shards) => shards >= 2345, { minShards: 1800, maxShards: 10_000 });
    expect(search.find()).toMatchObject({ shards: 2345 });
    expect(simulated.length).toBeLessThan(40);
  });

  test('finds the smallest count of every load that only grows better', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 900 }), (smallest, minShards) => {
        const { search } = searchOf((shards) => shards >= smallest, { minShards });
        expect(search.find()).toMatchObject({ kind: 'found', shards: smallest, isNextHeld: true });
      }),
    );
  });
});
