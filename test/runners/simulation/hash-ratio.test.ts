import { describe, expect, it } from 'vitest';
import { hashKey } from '../../../engine/routing/hash-key.ts';
import { evenShardMap, shardOfHash } from '../../../engine/routing/shard-map.ts';
import { hashRatioOf, shardOfRatio } from '../../../runners/simulation/hash-ratio.ts';

const shardOf = (key: string, shards: number) => shardOfRatio(hashRatioOf(Buffer.from(key)), shards);

describe('the hash ratio of a key', () => {
  it.each([
    ['a', 0, 0],
    ['user-1', 3, 8],
    ['key-0', 2, 7],
    ['key-1', 0, 1],
    ['key-2', 2, 7],
    ['key-3', 1, 3],
    ['key-4', 2, 6],
    ['0', 3, 8],
    ['1', 3, 7],
  ])('puts %s into shard %d of 4 and %d of 10', (key, of4, of10) => {
    expect([shardOf(key, 4), shardOf(key, 10)]).toEqual([of4, of10]);
  });

  it('spreads a thousand keys over shards as published', () => {
    const counts = (shards: number) => {
      const found = new Array<number>(shards).fill(0);
      for (let key = 0; key < 1000; key++) found[shardOf(`key-${key}`, shards)]! += 1;
      return found;
    };
    expect(counts(10)).toEqual([111, 103, 91, 111, 101, 79, 99, 105, 97, 103]);
    expect(counts(4)).toEqual([259, 258, 227, 256]);
  });

  it('agrees with the routing of the engine for any number of shards', () => {
    const hash = new Uint32Array(4);
    for (const shards of [1, 2, 3, 7, 16, 1000, 65_536]) {
      const map = evenShardMap(shards);
      for (let i = 0; i < 500; i++) {
        const key = Buffer.from(`customer ${i}`);
        hashKey(key, 0, key.length, hash);
        expect(shardOf(`customer ${i}`, shards)).toBe(shardOfHash(map, hash));
      }
    }
  });

  it('is below 1 for the highest hash key, whose shard is the last one', () => {
    for (const shards of [1, 3, 10, 65_535, 65_536]) expect(shardOfRatio(1 - 2 ** -53, shards)).toBe(shards - 1);
  });
});
