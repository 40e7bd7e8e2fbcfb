import type { ByteTable } from '../log/record-batch.ts';
import { hashKey } from './hash-key.ts';
import { evenStarts, isHashKey } from './hash-range.ts';

const WORD_MASK = 0xffffffffn;

/** Hash-key ranges of a stream's shards: shard i takes hash keys from `starts[i]` to just before `starts[i + 1]`. */
export interface ShardMap {
  readonly shardCount: number;
  /** First hash key of each shard as four uint32, most significant first. */
  readonly starts: Uint32Array;
  /** Index of the shard in row i, if it differs from i. */
  readonly indexes?: Int32Array;
}

/**
 * Even ranges for n new shards.
 * @throws RangeError unless 1 <= shardCount <= 65,536.
 */
export function evenShardMap(shardCount: number): ShardMap {
  if (!Number.isInteger(shardCount) || shardCount < 1 || shardCount > 65_536) {
    throw new RangeError(`shardCount=${shardCount} is not a whole number from 1 to 65,536`);
  }
  return shardMapOf(evenStarts(shardCount));
}

/** The map of ranges that begin at these hash keys, in rising order; the first is 0. */
export function shardMapOf(startingHashKeys: readonly bigint[]): ShardMap {
  const starts = new Uint32Array(startingHashKeys.length * 4);
  for (const [shard, start] of startingHashKeys.entries()) writeHashKey(starts, shard * 4, start);
  return { shardCount: startingHashKeys.length, starts };
}

/** @throws RangeError if the explicit hash key is not a decimal number from 0 to 2^128 - 1. */
export function parseExplicitHashKey(decimal: string, out: Uint32Array, at = 0): void {
  if (!isHashKey(decimal))
    throw new RangeError(`ExplicitHashKey ${decimal} is not a decimal number from 0 to 2^128 - 1`);
  writeHashKey(out, at, BigInt(decimal));
}

function writeHashKey(out: Uint32Array, at: number, value: bigint): void {
  for (let word = 0; word < 4; word++) out[at + word] = Number((value >> BigInt(96 - 32 * word)) & WORD_MASK);
}

/** The shard whose range holds the hash key from element `at` on. Binary search over the starts; allocates nothing. */
export function shardOfHash(map: ShardMap, hash: Uint32Array, at = 0): number {
  let low = 0;
  let high = map.shardCount - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isBefore(hash, at, map.starts, middle * 4)) high = middle - 1;
    else low = middle;
  }
  return low;
}

function isBefore(hash: Uint32Array, hashAt: number, starts: Uint32Array, startAt: number): boolean {
  for (let word = 0; word < 4; word++) {
    const value = hash[hashAt + word]!;
    const start = starts[startAt + word]!;
    if (value !== start) return value < start;
  }
  return false;
}

/** Routes keys of a table, and caches the shards: each key is hashed once. */
export class Router {
  #map: ShardMap;
  readonly #keys: ByteTable;
  /** Shard of each key plus one; 0 if it is not hashed yet. */
  readonly #known: Int32Array;
  readonly #hash = new Uint32Array(4);

  constructor(map: ShardMap, keys: ByteTable) {
    this.#map = map;
    this.#keys = keys;
    this.#known = new Int32Array(keys.offsets.length);
  }

  /** Routes by another map from now on, and discards the cached shards. */
  follow(map: ShardMap): void {
    this.#map = map;
    this.#known.fill(0);
  }

  shardOf(keyIndex: number): number {
    const known = this.#known[keyIndex]!;
    return known !== 0 ? known - 1 : this.#find(keyIndex);
  }

  #find(keyIndex: number): number {
    hashKey(this.#keys.bytes, this.#keys.offsets[keyIndex]!, this.#keys.lengths[keyIndex]!, this.#hash);
    const place = shardOfHash(this.#map, this.#hash);
    const shard = this.#map.indexes?.[place] ?? place;
    this.#known[keyIndex] = shard + 1;
    return shard;
  }
}
