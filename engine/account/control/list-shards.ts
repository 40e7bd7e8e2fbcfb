import type { Shard as DescribedShard, ListShardsInput, ListShardsOutput, ShardFilter } from '@aws-sdk/client-kinesis';
import type { Account } from '../account.ts';
import { invalidArgument, resourceInUse, resourceNotFound } from '../errors.ts';
import { fullShardId, shardIdOf } from '../identifiers/shard-id.ts';
import type { Shard, ShardStream } from '../stream/shard.ts';
import type { KinesisStream } from '../stream/stream.ts';
import { issueToken, pageOf, readToken, sameSecond } from './pages.ts';

const PAGE_MAX = 1000;
const HOUR_MS = 3_600_000;

interface ShardPosition {
  readonly streamName: string;
  readonly createdAtMs: number;
  readonly after: string;
  readonly filter: FilterPosition;
}

/** A filter as plain data. */
interface FilterPosition {
  readonly type: NonNullable<ShardFilter['Type']>;
  readonly atMs: number;
  readonly shardId: string;
}

export function listShards(account: Account, input: ListShardsInput): ListShardsOutput {
  const position = input.NextToken === undefined ? firstPosition(account, input) : nextPosition(account, input);
  const stream = account.stream({ StreamName: position.streamName });
  if (stream.state.createdAtMs !== position.createdAtMs) throw notFound(account, position.streamName);
  requireListable(stream);
  const rest = stream.shards.filter((shard) => shard.id > position.after && isListed(shard, position.filter));
  const { items, hasMore } = pageOf(rest, Math.min(input.MaxResults ?? PAGE_MAX, PAGE_MAX));
  const last = items.at(-1);
  const Shards = items.map(describedShard);
  if (!hasMore || last === undefined) return { Shards };
  return { Shards, NextToken: issueToken(account, 'ListShards', { ...position, after: last.id }) };
}

function firstPosition(account: Account, input: ListShardsInput): ShardPosition {
  const { StreamName, StreamARN, StreamCreationTimestamp, ShardFilter: filter } = input;
  if (StreamName === undefined && StreamARN === undefined) {
    throw invalidArgument('Either NextToken or StreamName should be provided.');
  }
  const { state } = account.stream(input);
  const { name, createdAtMs } = state;
  if (StreamCreationTimestamp !== undefined && !sameSecond(StreamCreationTimestamp, createdAtMs)) {
    throw notFound(account, name);
  }
  if (filter !== undefined) checkFilter(filter);
  return {
    streamName: name,
    createdAtMs,
    after: fullShardId(input.ExclusiveStartShardId ?? ''),
    filter: {
      type: filter?.Type ?? 'FROM_TRIM_HORIZON',
      atMs: filter?.Timestamp?.getTime() ?? 0,
      shardId: fullShardId(filter?.ShardId ?? ''),
    },
  };
}

/** A token names the stream by itself. @throws InvalidArgumentException when the call does, too, in AWS's words. */
function nextPosition(account: Account, input: ListShardsInput): ShardPosition {
  const alone = ['StreamName', 'StreamARN', 'ExclusiveStartShardId', 'StreamCreationTimestamp', 'ShardFilter'] as const;
  const also = alone.find((name) => input[name] !== undefined);
  if (also !== undefined) throw invalidArgument(`NextToken and ${also} cannot be provided together.`);
  return readToken<ShardPosition>(account, 'ListShards', input.NextToken ?? '');
}

function checkFilter({ Type, ShardId, Timestamp }: ShardFilter): void {
  const byTime = Type === 'AT_TIMESTAMP' || Type === 'FROM_TIMESTAMP';
  const byShard = Type === 'AFTER_SHARD_ID';
  if (byShard !== (ShardId !== undefined)) {
    throw invalidArgument(`ShardFilter ${Type} ${byShard ? 'needs a' : 'does not take a'} ShardId.`);
  }
  if (byTime !== (Timestamp !== undefined)) {
    throw invalidArgument(`ShardFilter ${Type} ${byTime ? 'needs a' : 'does not take a'} Timestamp.`);
  }
}

/** Clients retry after a ResourceInUseException. */
function requireListable({ state, account }: KinesisStream): void {
  const { name, status } = state;
  if (status === 'ACTIVE' || status === 'UPDATING') return;
  throw resourceInUse(
    `Stream ${name} under account ${account.options.accountId} not ACTIVE or UPDATING, instead in state ${status}`,
  );
}

function isListed(shard: Shard, { type, atMs, shardId }: FilterPosition): boolean {
  switch (type) {
    case 'FROM_TRIM_HORIZON':
      return true;
    case 'AFTER_SHARD_ID':
      return shard.id > shardId;
    case 'AT_LATEST':
      return shard.isOpen;
    case 'AT_TRIM_HORIZON':
      return wasOpenAt(shard, horizonMs(shard.stream));
    case 'AT_TIMESTAMP':
      return wasOpenAt(shard, Math.max(atMs, horizonMs(shard.stream)));
    case 'FROM_TIMESTAMP':
      return shard.isOpen || closedAtMs(shard) >= Math.max(atMs, horizonMs(shard.stream));
  }
}

/** SDK: "start timestamp is less than or equal to the given timestamp and end timestamp is greater than or equal". */
const wasOpenAt = (shard: Shard, atMs: number): boolean =>
  // Timestamps of clients have whole ms.
  Math.floor(shard.state.createdAtMs) <= atMs && closedAtMs(shard) >= atMs;

const closedAtMs = ({ state }: Shard): number => state.closedAtMs ?? Number.POSITIVE_INFINITY;

/** Since when records are kept: a young stream's horizon is its beginning. */
function horizonMs({ state, account }: ShardStream): number {
  return Math.max(state.createdAtMs, account.clock.nowMs() - state.retentionHours * HOUR_MS);
}

const notFound = (account: Account, name: string) =>
  resourceNotFound(`Stream ${name} under account ${account.options.accountId} not found.`);

export function describedShard(shard: Shard): DescribedShard {
  const { parentIndex, adjacentParentIndex, startingHashKey, endingHashKey } = shard.state;
  const { endingSequenceNumber } = shard;
  return {
    ShardId: shard.id,
    ...(parentIndex === undefined ? {} : { ParentShardId: shardIdOf(parentIndex) }),
    ...(adjacentParentIndex === undefined ? {} : { AdjacentParentShardId: shardIdOf(adjacentParentIndex) }),
    HashKeyRange: { StartingHashKey: startingHashKey, EndingHashKey: endingHashKey },
    SequenceNumberRange: {
      StartingSequenceNumber: shard.startingSequenceNumber,
      ...(endingSequenceNumber === undefined ? {} : { EndingSequenceNumber: endingSequenceNumber }),
    },
  };
}
