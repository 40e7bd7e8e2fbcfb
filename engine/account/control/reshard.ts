import type {
  MergeShardsInput,
  SplitShardInput,
  UpdateShardCountInput,
  UpdateShardCountOutput,
} from '@aws-sdk/client-kinesis';
import type { Account } from '../account.ts';
import { streamOfShard } from '../data/stream-of-shard.ts';
import { invalidArgument, limitExceeded, shardNotFound, validationError } from '../errors.ts';
import { fullShardId } from '../identifiers/shard-id.ts';
import type { Shard, ShardStream } from '../stream/shard.ts';
import type { KinesisStream } from '../stream/stream.ts';
import { requireShardRoom, SHARD_COUNT_UPDATES_PER_DAY, SHARDS_PER_STREAM_MAX } from './quotas.ts';
import { uniformPlan } from './shard-plan.ts';
import { countedToday, requireStatus, startUpdating } from './states.ts';

export function splitShard(account: Account, input: SplitShardInput): Record<never, never> {
  const { ShardToSplit = '', NewStartingHashKey = '' } = input;
  const stream = reshapable(streamOfShard(account, input, ShardToSplit, (reference) => account.stream(reference)));
  const shard = existingShard(stream, ShardToSplit);
  requireShardRoom(account, 1);
  const { startingHashKey, endingHashKey } = shard.state;
  const hashKey = BigInt(NewStartingHashKey);
  if (hashKey <= BigInt(startingHashKey) + 1n || hashKey >= BigInt(endingHashKey)) {
    throw invalidArgument(
      `NewStartingHashKey ${NewStartingHashKey} used in SplitShard() on shard ${shard.id} in ${whose(stream)} is not ` +
        `both greater than one plus the shard's StartingHashKey ${startingHashKey} and less than the shard's ` +
        `EndingHashKey ${endingHashKey}.`,
    );
  }
  requireOpen(shard);
  startUpdating(stream, [{ kind: 'split', shardIndex: shard.state.index, newStartingHashKey: NewStartingHashKey }]);
  return {};
}

export function mergeShards(account: Account, input: MergeShardsInput): Record<never, never> {
  const { ShardToMerge = '', AdjacentShardToMerge = '' } = input;
  const stream = reshapable(streamOfShard(account, input, ShardToMerge, (reference) => account.stream(reference)));
  const shard = existingShard(stream, ShardToMerge);
  const adjacent = existingShard(stream, AdjacentShardToMerge);
  if (!touch(shard, adjacent) && !touch(adjacent, shard)) {
    throw invalidArgument(
      `Shards ${shard.id} and ${adjacent.id} in ${whose(stream)} are not an adjacent pair of shards eligible for merging`,
    );
  }
  requireOpen(shard);
  requireOpen(adjacent);
  startUpdating(stream, [{ kind: 'merge', shardIndex: shard.state.index, adjacentIndex: adjacent.state.index }]);
  return {};
}

/** Returns at once; the stream is UPDATING until its shards are the new, even ones. */
export function updateShardCount(account: Account, input: UpdateShardCountInput): UpdateShardCountOutput {
  const { TargetShardCount: target = 1 } = input;
  const stream = reshapable(account.stream(input));
  const count = stream.openShards.length;
  checkTarget(account, count, target);
  const { state } = stream;
  const updates = countedToday(account, state.shardCountUpdatesMs, SHARD_COUNT_UPDATES_PER_DAY);
  if (updates === undefined) {
    throw limitExceeded(
      `UpdateShardCount can be called ${SHARD_COUNT_UPDATES_PER_DAY} times per rolling 24 hours, and has been for ${whose(stream)}.`,
    );
  }
  state.shardCountUpdatesMs = updates;
  startUpdating(stream, uniformPlan(stream, target));
  return {
    StreamName: state.name,
    CurrentShardCount: count,
    TargetShardCount: target,
    StreamARN: stream.arn,
  };
}

function checkTarget(account: Account, count: number, target: number): void {
  const both = `Current open shard count: ${count} Target shard count: ${target}`;
  if (target > 2 * count) {
    throw limitExceeded(`UpdateShardCount cannot scale up over double your current open shard count. ${both}`);
  }
  if (target < count / 2) {
    throw limitExceeded(`UpdateShardCount cannot scale down below half your current open shard count. ${both}`);
  }
  if (target > SHARDS_PER_STREAM_MAX) {
    throw limitExceeded(`UpdateShardCount cannot scale a stream to over ${SHARDS_PER_STREAM_MAX} shards. ${both}`);
  }
  requireShardRoom(account, target - count);
}

/** @throws ValidationException for an on-demand stream, whose shards AWS sees to; ResourceInUseException. */
function reshapable(stream: KinesisStream): KinesisStream {
  if (stream.state.mode === 'ON_DEMAND') {
    throw validationError(`Request is invalid. ${capital(whose(stream))} is in On-Demand mode.`);
  }
  requireStatus(stream, 'ACTIVE');
  return stream;
}

function existingShard(stream: KinesisStream, shardId: string): Shard {
  const shard = stream.findShard(shardId);
  if (shard !== undefined) return shard;
  throw shardNotFound(fullShardId(shardId), stream.state.name, stream.account.options.accountId);
}

function requireOpen(shard: Shard): void {
  if (shard.isOpen) return;
  throw invalidArgument(
    `Shard ${shard.id} in ${whose(shard.stream)} has already been merged or split, and thus is not eligible for merging or splitting.`,
  );
}

const touch = (low: Shard, high: Shard): boolean =>
  BigInt(low.state.endingHashKey) + 1n === BigInt(high.state.startingHashKey);

const whose = ({ state, account }: ShardStream): string =>
  `stream ${state.name} under account ${account.options.accountId}`;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
