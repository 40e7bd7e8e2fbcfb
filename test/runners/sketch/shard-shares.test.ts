import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashKey } from '../../../engine/routing/hash-key.ts';
import { evenShardMap, shardOfHash } from '../../../engine/routing/shard-map.ts';
import { DistinctKeys } from '../../../runners/sketch/distinct-keys.ts';
import { hashRatioOf, hexOf } from '../../../runners/sketch/heavy-keys.ts';
import { shardShares } from '../../../runners/sketch/shard-shares.ts';

function hashOf(key: string): Uint32Array {
  const bytes = Buffer.from(key);
  const hash = new Uint32Array(4);
  hashKey(bytes, 0, bytes.length, hash);
  return hash;
}

describe('shares by shard', () => {
  test('are those of the shards that the engine routes single keys to', () => {
    const keys = Array.from({ length: 500 }, (_, i) => `user-${i}`);
    for (const shardCount of [1, 2, 3, 7, 16, 100, 1000]) {
      const map = evenShardMap(shardCount);
      const expected = new Float64Array(shardCount);
      for (const key of keys) expected[shardOfHash(map, hashOf(key))]! += 1 / keys.length;
      const points = keys.map((key) => ({ hashRatio: hashRatioOf(hashOf(key)), weight: 1 }));
      const shares = shardShares(new Float64Array(16), points, shardCount);
      for (const [shard, share] of shares.entries()) expect(share).toBeCloseTo(expected[shard]!, 12);
    }
  });

  test('are exact for bins if the shard count divides them', () => {
    const bins = Float64Array.from({ length: 8 }, (_, i) => i);
    expect([...shardShares(bins, [], 4)]).toEqual([1 / 28, 5 / 28, 9 / 28, 13 / 28]);
    expect([...shardShares(bins, [], 8)]).toEqual([...bins].map((weight) => weight / 28));
  });

  test('split a bin evenly over more shards than bins', () => {
    expect([...shardShares(Float64Array.of(1, 3), [], 4)]).toEqual([0.125, 0.125, 0.375, 0.375]);
  });

  test('are even if nothing has a weight', () => {
    expect([...shardShares(new Float64Array(4), [], 2)]).toEqual([0.5, 0.5]);
  });

  test('sum to 1 for any bins, keys and shard count', () => {
    const weights = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 });
    const point = fc.record({
      hashRatio: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      weight: fc.double({ min: 0, max: 1e6, noNaN: true }),
    });
    fc.assert(
      fc.property(weights, fc.array(point), fc.integer({ min: 1, max: 300 }), (bins, points, shardCount) => {
        const shares = shardShares(Float64Array.from(bins), points, shardCount);
        expect(shares.length).toBe(shardCount);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
        expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('the number of different keys', () => {
  test.each([10, 1000, 50_000, 300_000])('is estimated within 3 % for %i keys', (count) => {
    const distinct = new DistinctKeys();
    for (let i = 0; i < count; i += 1) distinct.add(hashOf(`key-${i % count}`));
    expect(Math.abs(distinct.estimate() / count - 1)).toBeLessThan(0.03);
  });

  test('is the same for two parts that are merged as for the whole', () => {
    const [whole, left, right] = [new DistinctKeys(), new DistinctKeys(), new DistinctKeys()];
    for (let i = 0; i < 5000; i += 1) {
      whole.add(hashOf(`key-${i}`));
      (i % 3 === 0 ? left : right).add(hashOf(`key-${i}`));
    }
    left.merge(right);
    expect(left.registers).toEqual(whole.registers);
  });
});

test('a hash is written as the hexadecimal MD5 of its key', () => {
  expect(hexOf(hashOf(''))).toBe('d41d8cd98f00b204e9800998ecf8427e');
  expect(hashRatioOf(Uint32Array.of(0x80000000, 0, 0, 0))).toBe(0.5);
  expect(hashRatioOf(Uint32Array.of(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff))).toBeLessThan(1);
});
