import type { Kinesis, Shard } from '@aws-sdk/client-kinesis';
import { evenShardMap, type ShardMap, shardMapOf } from '../../engine/routing/shard-map.ts';

/** Description of a shard; survives `postMessage`. */
export interface ShardInfo {
  readonly id: string;
  /** The number in its id: shardId-000000000007 is shard 7. */
  readonly index: number;
  readonly parents: readonly string[];
  readonly startingHashKey: string;
  readonly endingHashKey: string;
  readonly isOpen: boolean;
}

/** @returns -1 for an id that has no number. */
export function shardIndexOf(shardId: string | undefined): number {
  const digits = /-(\d+)$/.exec(shardId ?? '');
  return digits === null ? -1 : Number(digits[1]);
}

/** Every shard that the service still knows, page by page. */
export async function listShards(client: Kinesis, stream: string): Promise<ShardInfo[]> {
  const shards: ShardInfo[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.listShards(nextToken === undefined ? { StreamName: stream } : { NextToken: nextToken });
    shards.push(...(page.Shards ?? []).map(shardInfo));
    nextToken = page.NextToken;
  } while (nextToken !== undefined);
  return shards;
}

function shardInfo(shard: Shard): ShardInfo {
  const id = shard.ShardId ?? '';
  const parents = [shard.ParentShardId, shard.AdjacentParentShardId].filter((parent) => parent !== undefined);
  return {
    id,
    index: shardIndexOf(id),
    parents,
    startingHashKey: shard.HashKeyRange?.StartingHashKey ?? '0',
    endingHashKey: shard.HashKeyRange?.EndingHashKey ?? '0',
    isOpen: shard.SequenceNumberRange?.EndingSequenceNumber === undefined,
  };
}

/** True if the open shards share the hash keys out evenly, like those of a new stream. */
export function hasEvenRanges(shards: readonly ShardInfo[]): boolean {
  const { shardCount, starts } = openShardMap(shards);
  if (shardCount === 0) return false;
  const even = evenShardMap(shardCount);
  return starts.every((word, i) => word === even.starts[i]);
}

/** Where keys go now: the open shards by their hash keys. */
export function openShardMap(shards: readonly ShardInfo[]): ShardMap {
  const open = shards
    .filter(({ isOpen }) => isOpen)
    .map(({ startingHashKey, index }) => ({ start: BigInt(startingHashKey), index }))
    .sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  return { ...shardMapOf(open.map(({ start }) => start)), indexes: Int32Array.from(open, ({ index }) => index) };
}
