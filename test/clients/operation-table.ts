import { expect } from 'vitest';
import type { InputOf, OperationName } from '../../engine/account/operation-types.ts';

/** One call of each operation, in an order in which each succeeds; a later one uses the responses of earlier ones. */
export interface Call {
  readonly operation: OperationName;
  readonly input: (responses: Responses) => object;
  /** Members that the response, as the SDK parses it, has at least. */
  readonly response: object;
}

/** Responses so far, by operation. */
export type Responses = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

function call<Name extends OperationName>(
  operation: Name,
  input: InputOf<Name> | ((responses: Responses) => InputOf<Name>),
  response: object = {},
): Call {
  return { operation, response, input: typeof input === 'function' ? input : () => input };
}

export const ACCOUNT_ID = '000000000000';
const arn = (rest: string): string => `arn:aws:kinesis:us-east-1:${ACCOUNT_ID}:${rest}`;
const ORDERS = { StreamName: 'orders' };
const ORDERS_ARN = arn('stream/orders');

/** Made at the server's start, on-demand. */
export const CLICKS = { StreamName: 'clicks' };
const CLICKS_ARN = arn('stream/clicks');
const [FIRST_SHARD, SECOND_SHARD] = ['shardId-000000000000', 'shardId-000000000001'] as const;
const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: '111122223333' },
      Action: ['kinesis:DescribeStreamSummary', 'kinesis:GetRecords'],
      Resource: ORDERS_ARN,
    },
  ],
});
const TAGS = [{ Key: 'team', Value: 'blue' }];
const FAN_OUT = { StreamARN: ORDERS_ARN, ConsumerName: 'fan-out' };
const MIDDLE_OF_FIRST_SHARD = (2n ** 126n).toString();

const memberOf = (responses: Responses, operation: OperationName, member: string): string =>
  String(responses[operation]?.[member] ?? '');

const consumerArn = (responses: Responses): string => {
  const { Consumer } = responses.RegisterStreamConsumer ?? {};
  return (Consumer as { readonly ConsumerARN: string }).ConsumerARN;
};

const channelArn = (responses: Responses): string => {
  const { ChannelDescription } = responses.CreateChannel ?? {};
  return (ChannelDescription as { readonly ChannelARN: string }).ChannelARN;
};

export const CALLS: readonly Call[] = [
  call('CreateStream', { ...ORDERS, ShardCount: 2 }),
  call('ListStreams', {}, { StreamNames: ['clicks', 'orders'], HasMoreStreams: false }),
  call('DescribeLimits', {}, { OpenShardCount: 2, OnDemandStreamCount: 1 }),
  call('DescribeStream', ORDERS, { StreamDescription: { StreamARN: ORDERS_ARN, HasMoreShards: false } }),
  call('DescribeStreamSummary', ORDERS, { StreamDescriptionSummary: { OpenShardCount: 2, ConsumerCount: 0 } }),
  call('ListShards', ORDERS, { Shards: [{ ShardId: FIRST_SHARD }, { ShardId: SECOND_SHARD }] }),

  call(
    'PutRecord',
    { ...ORDERS, PartitionKey: 'a', ExplicitHashKey: '0', Data: Buffer.from('one') },
    { ShardId: FIRST_SHARD },
  ),
  call(
    'PutRecords',
    { ...ORDERS, Records: [{ PartitionKey: 'b', ExplicitHashKey: '0', Data: Buffer.from('two') }] },
    { FailedRecordCount: 0, Records: [{ ShardId: FIRST_SHARD }] },
  ),
  call('GetShardIterator', { ...ORDERS, ShardId: FIRST_SHARD, ShardIteratorType: 'TRIM_HORIZON' }),
  call('GetRecords', (responses) => ({ ShardIterator: memberOf(responses, 'GetShardIterator', 'ShardIterator') }), {
    Records: [
      { PartitionKey: 'a', ApproximateArrivalTimestamp: expect.any(Date) },
      { PartitionKey: 'b', ApproximateArrivalTimestamp: expect.any(Date) },
    ],
    MillisBehindLatest: 0,
  }),

  call('RegisterStreamConsumer', FAN_OUT, { Consumer: { ConsumerName: 'fan-out' } }),
  call('DescribeStreamConsumer', FAN_OUT, { ConsumerDescription: { ConsumerStatus: 'ACTIVE', StreamARN: ORDERS_ARN } }),
  call('ListStreamConsumers', { StreamARN: ORDERS_ARN }, { Consumers: [{ ConsumerName: 'fan-out' }] }),
  call('SubscribeToShard', (responses) => ({
    ConsumerARN: consumerArn(responses),
    ShardId: FIRST_SHARD,
    StartingPosition: { Type: 'TRIM_HORIZON' as const },
  })),
  call('DeregisterStreamConsumer', FAN_OUT),

  call('AddTagsToStream', { ...ORDERS, Tags: { team: 'blue' } }),
  call('ListTagsForStream', ORDERS, { Tags: TAGS, HasMoreTags: false }),
  call('RemoveTagsFromStream', { ...ORDERS, TagKeys: ['team'] }),
  call('TagResource', { ResourceARN: ORDERS_ARN, Tags: { team: 'blue' } }),
  call('ListTagsForResource', { ResourceARN: ORDERS_ARN }, { Tags: TAGS }),
  call('UntagResource', { ResourceARN: ORDERS_ARN, TagKeys: ['team'] }),
  call('PutResourcePolicy', { ResourceARN: ORDERS_ARN, Policy: POLICY }),
  call('GetResourcePolicy', { ResourceARN: ORDERS_ARN }, { Policy: POLICY }),
  call('DeleteResourcePolicy', { ResourceARN: ORDERS_ARN }),

  call('IncreaseStreamRetentionPeriod', { ...ORDERS, RetentionPeriodHours: 48 }),
  call('DecreaseStreamRetentionPeriod', { ...ORDERS, RetentionPeriodHours: 24 }),
  call(
    'EnableEnhancedMonitoring',
    { ...ORDERS, ShardLevelMetrics: ['IncomingBytes'] },
    { CurrentShardLevelMetrics: [], DesiredShardLevelMetrics: ['IncomingBytes'] },
  ),
  call(
    'DisableEnhancedMonitoring',
    { ...ORDERS, ShardLevelMetrics: ['ALL'] },
    { CurrentShardLevelMetrics: ['IncomingBytes'], DesiredShardLevelMetrics: [] },
  ),
  call('StartStreamEncryption', { ...ORDERS, EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' }),
  call('StopStreamEncryption', { ...ORDERS, EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' }),
  call('UpdateMaxRecordSize', { StreamARN: ORDERS_ARN, MaxRecordSizeInKiB: 2048 }),

  call('SplitShard', { ...ORDERS, ShardToSplit: FIRST_SHARD, NewStartingHashKey: MIDDLE_OF_FIRST_SHARD }),
  call('MergeShards', {
    ...ORDERS,
    ShardToMerge: 'shardId-000000000002',
    AdjacentShardToMerge: 'shardId-000000000003',
  }),
  call(
    'UpdateShardCount',
    { ...ORDERS, TargetShardCount: 4, ScalingType: 'UNIFORM_SCALING' },
    { CurrentShardCount: 2, TargetShardCount: 4, StreamARN: ORDERS_ARN },
  ),

  call('UpdateAccountSettings', { MinimumThroughputBillingCommitment: { Status: 'ENABLED' } }),
  call('DescribeAccountSettings', {}, { MinimumThroughputBillingCommitment: { Status: 'ENABLED' } }),
  call('UpdateStreamWarmThroughput', { ...CLICKS, WarmThroughputMiBps: 8 }, { WarmThroughput: { TargetMiBps: 8 } }),
  call('UpdateStreamRecordDistributionStrategy', { StreamARN: CLICKS_ARN, RecordDistributionStrategy: 'AUTO' }),
  call(
    'CreateChannel',
    {
      ChannelName: 'archive',
      ServiceExecutionRoleARN: `arn:aws:iam::${ACCOUNT_ID}:role/delivery`,
      StreamConfigurationList: [{ StreamARN: CLICKS_ARN, RecordConfiguration: { RecordFormatType: 'JSON' } }],
      S3DestinationConfiguration: {
        StorageConfiguration: {
          BucketARN: 'arn:aws:s3:::archive',
          ExpectedBucketOwner: ACCOUNT_ID,
          CompressionType: 'GZIP',
        },
      },
    },
    { ChannelDescription: { ChannelName: 'archive' } },
  ),
  call('DescribeChannel', (responses) => ({ ChannelARN: channelArn(responses) }), {
    ChannelDescription: { ChannelName: 'archive', ChannelStatus: 'ACTIVE' },
  }),
  call('ListChannels', {}, { ChannelSummaries: [{ ChannelName: 'archive' }] }),
  call('UpdateChannel', (responses) => ({
    ChannelARN: channelArn(responses),
    S3DestinationConfiguration: { DataFreshnessInSeconds: 600 },
  })),
  call('DeleteChannel', (responses) => ({ ChannelARN: channelArn(responses) })),
  call('UpdateStreamMode', { StreamARN: ORDERS_ARN, StreamModeDetails: { StreamMode: 'ON_DEMAND' } }),
  call('DeleteStream', ORDERS),
];
