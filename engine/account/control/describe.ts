import type {
  DescribeLimitsInput,
  DescribeLimitsOutput,
  DescribeStreamInput,
  DescribeStreamOutput,
  DescribeStreamSummaryInput,
  DescribeStreamSummaryOutput,
} from '@aws-sdk/client-kinesis';
import type { Account } from '../account.ts';
import { fullShardId } from '../identifiers/shard-id.ts';
import type { KinesisStream } from '../stream/stream.ts';
import { hasCommitment } from './account-settings.ts';
import { channelsOf } from './channel-lookup.ts';
import { describedShard } from './list-shards.ts';
import { pageOf } from './pages.ts';
import { CHANNELS_MAX, provisionedShardCount } from './quotas.ts';
import { describedWarmThroughput } from './warm-throughput.ts';

const PAGE_MAX = 100;

export function describeStream(account: Account, input: DescribeStreamInput): DescribeStreamOutput {
  const stream = account.stream(input);
  const after = fullShardId(input.ExclusiveStartShardId ?? '');
  // A stream that is being created shows no shards yet (kinesalite, from live responses).
  const shards = stream.state.status === 'CREATING' ? [] : stream.shards.filter(({ id }) => id > after);
  const { items, hasMore } = pageOf(shards, Math.min(input.Limit ?? PAGE_MAX, PAGE_MAX));
  return {
    StreamDescription: { ...commonDescription(stream), Shards: items.map(describedShard), HasMoreShards: hasMore },
  };
}

export function describeStreamSummary(
  account: Account,
  input: DescribeStreamSummaryInput,
): DescribeStreamSummaryOutput {
  const stream = account.stream(input);
  const { mode, status, consumers, maxRecordKib, recordDistribution } = stream.state;
  const onDemand = mode === 'ON_DEMAND';
  return {
    StreamDescriptionSummary: {
      ...commonDescription(stream),
      OpenShardCount: status === 'CREATING' ? 0 : stream.openShards.length,
      ConsumerCount: consumers.length,
      MaxRecordSizeInKiB: maxRecordKib,
      ChannelCount: channelsOf(stream).length,
      ...(onDemand ? { RecordDistributionStrategy: recordDistribution } : {}),
      ...(onDemand && hasCommitment(account) ? { WarmThroughput: describedWarmThroughput(stream) } : {}),
    },
  };
}

function commonDescription({ state, arn }: KinesisStream) {
  return {
    StreamName: state.name,
    StreamARN: arn,
    StreamStatus: state.status,
    StreamModeDetails: { StreamMode: state.mode },
    RetentionPeriodHours: state.retentionHours,
    StreamCreationTimestamp: new Date(state.createdAtMs),
    EnhancedMonitoring: [{ ShardLevelMetrics: [...state.shardLevelMetrics] }],
    EncryptionType: state.encryption,
    ...(state.keyId === undefined ? {} : { KeyId: state.keyId }),
  };
}

export function describeLimits(account: Account, _input: DescribeLimitsInput): DescribeLimitsOutput {
  return {
    ShardLimit: account.options.shardLimit,
    OpenShardCount: provisionedShardCount(account),
    OnDemandStreamCount: account.streams.filter(({ state }) => state.mode === 'ON_DEMAND').length,
    OnDemandStreamCountLimit: account.options.onDemandStreamLimit,
    ChannelCount: account.state.channels.length,
    ChannelCountLimit: CHANNELS_MAX,
  };
}
