import { describe, expect, test } from 'vitest';
import { recordsPerAggregate } from '../../../runners/plan/aggregate-load.ts';
import { formulaShards, type LoadDemand, minShards } from '../../../runners/plan/arithmetic.ts';
import { madeLoad } from './hand-made-load.ts';

const demand = (recordBytes: number, recordsPerSecond: number, pollingConsumers: number): LoadDemand => ({
  recordsPerSecond,
  recordBytes,
  pollingConsumers,
  fanOutConsumers: 0,
});

describe("AWS's formula", () => {
  // methods.md 4.1.
  test.each([
    [3.4 * 1024, 2500, 2, 10],
    [0.2 * 1024, 5000, 1, 5],
    [35 * 1024, 50, 1, 1.75],
  ])('gives for %d bytes, %d/s and %d consumers %d shards', (recordBytes, rate, consumers, shards) => {
    expect(formulaShards(demand(recordBytes, rate, consumers))).toBeCloseTo(shards, 10);
  });

  test('counts fan-out consumers as readers', () => {
    expect(formulaShards({ ...demand(1024, 1000, 0), fanOutConsumers: 4 })).toBe(2);
  });
});

describe('aggregates of the producer library', () => {
  test('hold what fits 51,200 bytes', () => {
    expect(recordsPerAggregate(200, 1e6)).toBe(Math.floor((51_200 - 20) / 208));
  });

  test('hold no more than arrives for one shard within 100 ms', () => {
    expect(recordsPerAggregate(200, 50)).toBe(6);
  });

  test('hold one record if it is larger than an aggregate', () => {
    expect(recordsPerAggregate(60_000, 1e6)).toBe(1);
  });
});

describe('the least number of shards', () => {
  test('leaves the burst of each shard to the load', () => {
    expect(minShards(madeLoad({ ratesPerSecond: new Array(60).fill(4000) }), 0.01)).toBe(3);
    expect(minShards(madeLoad({ ratesPerSecond: [4000] }), 0)).toBe(2);
  });
});
