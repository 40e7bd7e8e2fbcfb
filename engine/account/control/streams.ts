import type {
  CreateStreamInput,
  DeleteStreamInput,
  ListStreamsInput,
  ListStreamsOutput,
  StreamMode,
} from '@aws-sdk/client-kinesis';
import type { Account } from '../account.ts';
import { invalidArgument, limitExceeded, resourceInUse, validationError } from '../errors.ts';
import { newStreamState } from '../stream/stream.ts';
import { channelsOf } from './channel-lookup.ts';
import { requireOnDemandRoom } from './on-demand.ts';
import { issueToken, pageOf, readToken } from './pages.ts';
import { ON_DEMAND_SHARDS_MIN, requireShardRoom, STREAMS_CREATING_MAX } from './quotas.ts';
import { finishCreating, quotasHold, requireStatus, startDeleting } from './states.ts';
import { checkTags } from './tag-rules.ts';
import { requireWarmThroughput } from './warm-throughput.ts';

const PAGE_MAX = 100;

export function createStream(account: Account, input: CreateStreamInput): object | Promise<object> {
  // A stream made within the millisecond of its namesake's end would have the same folder.
  const removal = account.removalOf(input.StreamName ?? '');
  if (removal === undefined) return createNow(account, input);
  return removal.then(() => account.whenKept(() => createNow(account, input)));
}

function createNow(account: Account, input: CreateStreamInput): object {
  const { StreamName: name = '', ShardCount, WarmThroughputMiBps, Tags = {} } = input;
  // A call that names neither a mode nor a shard count makes an on-demand stream (recorded from AWS).
  const mode = input.StreamModeDetails?.StreamMode ?? (ShardCount === undefined ? 'ON_DEMAND' : 'PROVISIONED');
  checkMode(mode, input);
  checkTags(name, account, Tags);
  if (account.findStream(name) !== undefined) {
    throw resourceInUse(`Stream ${name} under account ${account.options.accountId} already exists.`);
  }
  requireStreamRoom(account, mode);
  let shardCount = ShardCount ?? ON_DEMAND_SHARDS_MIN;
  if (mode === 'PROVISIONED') requireShardRoom(account, shardCount);
  if (WarmThroughputMiBps !== undefined) {
    requireWarmThroughput(account, WarmThroughputMiBps);
    shardCount = Math.max(shardCount, WarmThroughputMiBps);
  }
  const stream = account.addStream({
    ...newStreamState(name, shardCount, account.clock.nowMs()),
    mode,
    maxRecordKib: input.MaxRecordSizeInKiB ?? 1024,
    recordDistribution: input.RecordDistributionStrategy ?? 'USER_PARTITION_KEY',
    warmThroughputMibps: WarmThroughputMiBps,
    tags: { ...Tags },
  });
  finishCreating(stream);
  return {};
}

function checkMode(mode: StreamMode, input: CreateStreamInput): void {
  if (mode === 'PROVISIONED') {
    if (input.ShardCount === undefined) {
      throw invalidArgument('ShardCount is required for a stream in PROVISIONED mode.');
    }
    if (input.WarmThroughputMiBps !== undefined) {
      throw validationError('WarmThroughputMiBps is only supported for streams in ON_DEMAND mode.');
    }
    if (input.RecordDistributionStrategy === 'AUTO') throw autoNeedsOnDemand();
  } else if (input.ShardCount !== undefined) {
    throw validationError('ShardCount must not be set for a stream in ON_DEMAND mode.');
  }
}

/** SDK: setting AUTO on a provisioned stream results in an InvalidArgumentException. */
export const autoNeedsOnDemand = () =>
  invalidArgument('RecordDistributionStrategy AUTO is only supported for streams in ON_DEMAND mode.');

/** @throws LimitExceededException when AWS would not make, or not yet make, one more stream. */
function requireStreamRoom(account: Account, mode: StreamMode): void {
  if (!quotasHold(account)) return;
  const { accountId } = account.options;
  const { streams } = account;
  if (streams.filter(({ state }) => state.status === 'CREATING').length >= STREAMS_CREATING_MAX) {
    throw limitExceeded(
      'This request would have exceed the limit on the number of streams that can simultaneously be in CREATING or ' +
        `DELETING for the account ${accountId}. Limit: ${STREAMS_CREATING_MAX}.`,
    );
  }
  if (mode === 'ON_DEMAND') requireOnDemandRoom(account);
}

/** The stream is DELETING, and readable, until its records go. */
export function deleteStream(account: Account, input: DeleteStreamInput): Record<never, never> {
  const stream = account.stream(input);
  const { name, consumers } = stream.state;
  const whose = `Stream ${name} under account ${account.options.accountId}`;
  requireStatus(stream, 'ACTIVE');
  if (consumers.length > 0 && input.EnforceConsumerDeletion !== true) {
    throw resourceInUse(
      `${whose} has enhanced fan-out consumers registered. Deregister them, or set EnforceConsumerDeletion, then delete it.`,
    );
  }
  const channels = channelsOf(stream);
  if (channels.length > 0) {
    throw resourceInUse(
      `${whose} has channels: ${channels.map((channel) => channel.name).join(', ')}. Delete them first.`,
    );
  }
  for (const consumer of consumers) consumer.status = 'DELETING';
  startDeleting(stream);
  return {};
}

interface StreamPosition {
  readonly after: string;
}

export function listStreams(account: Account, input: ListStreamsInput): ListStreamsOutput {
  const { NextToken } = input;
  const after =
    NextToken === undefined
      ? (input.ExclusiveStartStreamName ?? '')
      : readToken<StreamPosition>(account, 'ListStreams', NextToken).after;
  const rest = account.streams.filter(({ state }) => state.name > after);
  const { items, hasMore } = pageOf(rest, Math.min(input.Limit ?? PAGE_MAX, PAGE_MAX));
  const last = items.at(-1);
  return {
    StreamNames: items.map(({ state }) => state.name),
    HasMoreStreams: hasMore,
    ...(hasMore && last !== undefined
      ? { NextToken: issueToken(account, 'ListStreams', { after: last.state.name }) }
      : {}),
    StreamSummaries: items.map(({ arn, state }) => ({
      StreamName: state.name,
      StreamARN: arn,
      StreamStatus: state.status,
      StreamModeDetails: { StreamMode: state.mode },
      StreamCreationTimestamp: new Date(state.createdAtMs),
    })),
  };
}
