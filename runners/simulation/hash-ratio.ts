import { hashKey } from '../../engine/routing/hash-key.ts';

const hash = new Uint32Array(4);
const LOW_BITS = 21;
const RATIO_BITS = 53;

/**
 * Where a partition key lies in the hash-key space: its MD5 over 2^128, cut to 53 bits. From 0 to below 1.
 * @param bytes the key as UTF-8, from `offset` on.
 */
export function hashRatioOf(bytes: Uint8Array, offset = 0, length = bytes.length - offset): number {
  hashKey(bytes, offset, length, hash);
  return (hash[0]! * 2 ** LOW_BITS + (hash[1]! >>> (32 - LOW_BITS))) / 2 ** RATIO_BITS;
}

/**
 * The shard that a hash key belongs to if a stream has so many even shards. Always below `shardCount`: the product of a 53-bit ratio
 * below 1 and a whole number rounds to less than that number.
 */
export const shardOfRatio = (hashRatio: number, shardCount: number): number => Math.floor(hashRatio * shardCount);
