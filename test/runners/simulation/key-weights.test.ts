import { describe, expect, it } from 'vitest';
import { sharesOf } from '../../../runners/simulation/key-weights.ts';
import { RandomStream } from '../../../workloads/random.ts';

const MAPS = 400;

const zipfWeights = (count: number, exponent: number) =>
  Float64Array.from({ length: count }, (_, rank) => (rank + 1) ** -exponent);

/** The busiest shard's share times the number of shards, over random placements of the keys: its mean and its 95th percentile. */
function busiestShares(weights: Float64Array, shards: number, maps = MAPS): { mean: number; p95: number } {
  const random = new RandomStream(weights.length + shards, 'placements');
  const found = Array.from({ length: maps }, () => {
    const hashRatios = Float64Array.from(weights, () => random.uniform());
    return Math.max(...sharesOf(hashRatios, weights, shards)) * shards;
  }).sort((a, b) => a - b);
  return { mean: found.reduce((sum, share) => sum + share, 0) / maps, p95: found[Math.floor(0.95 * maps)]! };
}

describe('shares of shards', () => {
  it.each([
    [1000, 10, 115.59],
    [10_000, 100, 125.92],
  ])('have the published mean of the busiest shard for %d equal keys on %d shards', (keys, shards, mean) => {
    const found = busiestShares(new Float64Array(keys).fill(1), shards).mean;
    expect(Math.abs(found * (keys / shards) - mean)).toBeLessThan(1);
  });

  it.each([
    [10_000, 0.99, 10, 1.89, 2.36],
    [10_000, 0.8, 10, 1.36, 1.59],
    [1000, 0.99, 4, 1.4, undefined],
  ])(
    'have the published mean and p95 for %d Zipf keys of exponent %d on %d shards',
    (keys, exponent, shards, mean, p95) => {
      const found = busiestShares(zipfWeights(keys, exponent), shards);
      expect(Math.abs(found.mean / mean - 1)).toBeLessThan(0.03);
      if (p95 !== undefined) expect(Math.abs(found.p95 / p95 - 1)).toBeLessThan(0.06);
    },
  );

  it('never fall below the share of the heaviest key for its shard', () => {
    const weights = zipfWeights(1000, 1.2);
    const heaviest = weights[0]! / weights.reduce((sum, weight) => sum + weight, 0);
    for (const shards of [1, 2, 10, 100, 1000]) {
      expect(busiestShares(weights, shards, 5).mean / shards).toBeGreaterThanOrEqual(heaviest);
    }
  });

  it('are even if nothing has a weight', () => {
    expect([...sharesOf(new Float64Array(3), new Float64Array(3), 4)]).toEqual([0.25, 0.25, 0.25, 0.25]);
  });
});
