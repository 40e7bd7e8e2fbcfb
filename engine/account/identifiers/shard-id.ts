export const shardIdOf = (index: number): string => `shardId-${String(index).padStart(12, '0')}`;

const SHARD_INDEX_MAX = 2 ** 31 - 1;

/**
 * The index that a shard id names; undefined for a text that names none. AWS accepts short forms: `0`, `shardId-0` and
 * `anything-0` are all shardId-000000000000 (kinesalite, from live responses).
 */
export function shardIndexOf(shardId: string): number | undefined {
  const digits = shardId.split('-')[1] || shardId;
  const index = /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
  return index <= SHARD_INDEX_MAX ? index : undefined;
}

/** The whole id that a text names, as AWS's messages have it; a text that names no shard stays as it is. */
export function fullShardId(shardId: string): string {
  const index = shardIndexOf(shardId);
  return index === undefined ? shardId : shardIdOf(index);
}
