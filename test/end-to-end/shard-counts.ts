import { createHash } from 'node:crypto';

/** The shard of a key with n even shards, by node:crypto and BigInt arithmetic: nothing of the engine's own. */
export function shardOfKey(key: string, shardCount: number): number {
  const hash = BigInt(`0x${createHash('md5').update(key).digest('hex')}`);
  const width = 2n ** 128n / BigInt(shardCount);
  return Math.min(shardCount - 1, Number(hash / width));
}

export function countsByShard(keys: readonly string[], shardCount: number): number[] {
  const counts = new Array<number>(shardCount).fill(0);
  for (const key of keys) counts[shardOfKey(key, shardCount)]! += 1;
  return counts;
}
