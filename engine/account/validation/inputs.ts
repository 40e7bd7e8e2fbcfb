import type {
  ChannelStreamConfiguration,
  CreateChannelInput,
  MinimumThroughputBillingCommitmentInput,
  RecordConfiguration,
  S3DestinationConfiguration,
  S3TablesConfiguration,
  S3TablesDestinationConfiguration,
  ShardFilter,
  StartingPosition,
  StreamFilter,
  StreamModeDetails,
  UpdateChannelInput,
} from '@aws-sdk/client-kinesis';
import type { InputOf, OperationName } from '../operation-types.ts';
import { SHARD_LEVEL_METRICS } from '../stream/metrics.ts';
import { dataBlob, explicitHashKey, partitionKey } from './scalars.ts';
import {
  flag,
  integer,
  list,
  type MembersOf,
  oneOf,
  patterned,
  required,
  type Structure,
  structure,
  text,
} from './shapes.ts';

/**
 * Constraints of every input. Source: service model kinesis-2013-12-02 of botocore 1.44.8; patterns of hash keys and
 * sequence numbers, and the order of iterator types, as kinesalite recorded them from AWS's messages.
 */
const ARN_LENGTH = 2048;
const streamName = text(1, 128, '[a-zA-Z0-9_.-]+');
const streamArn = text(1, ARN_LENGTH, String.raw`arn:aws.*:kinesis:.*:\d{12}:stream/\S+`);
const streamId = text(1, 24, '[a-z0-9]{20}-[a-z0-9]{3}');
const consumerName = text(1, 128, '[a-zA-Z0-9_.-]+');
const consumerArn = text(
  1,
  ARN_LENGTH,
  String.raw`^(arn):aws.*:kinesis:.*:\d{12}:.*stream\/[a-zA-Z0-9_.-]+\/consumer\/[a-zA-Z0-9_.-]+:[0-9]+`,
);
const channelArn = text(1, ARN_LENGTH, String.raw`arn:aws.*:kinesis:.*:\d{12}:channel/\S+`);
const resourceArn = text(1, ARN_LENGTH, String.raw`arn:aws.*:kinesis:.*:\d{12}:.*(stream|channel|queue)/\S+`);
const shardId = text(1, 128, '[a-zA-Z0-9_.-]+');
const sequenceNumber = patterned(String.raw`0|([1-9]\d{0,128})`);
const iteratorType = oneOf('AFTER_SEQUENCE_NUMBER', 'LATEST', 'AT_TIMESTAMP', 'AT_SEQUENCE_NUMBER', 'TRIM_HORIZON');
const tagKey = text(1, 128);
const tags = { kind: 'Map', min: 1, max: 200, key: tagKey, value: text(0, 256) } as const;
const tagKeys = list(1, 50, tagKey);
const keyId = text(1, ARN_LENGTH);
const nextToken = text(1, 1_048_576);
const pageLength = integer(1, 10_000);
const maxRecordKib = integer(1024, 10_240);
const natural = integer(0);
const timestamp = { kind: 'Timestamp' } as const;
const encryptionType = oneOf('NONE', 'KMS');
const distribution = oneOf('AUTO', 'USER_PARTITION_KEY');
const metrics = list(1, 7, oneOf(...SHARD_LEVEL_METRICS, 'ALL'));
const modeDetails = structure<StreamModeDetails>({ StreamMode: required(oneOf('PROVISIONED', 'ON_DEMAND')) });

/** A stream by name or ARN, as most operations take it. */
const stream = { StreamName: streamName, StreamARN: streamArn, StreamId: streamId } as const;
const resource = { ResourceARN: required(resourceArn), StreamId: streamId } as const;
const consumer = {
  StreamARN: streamArn,
  ConsumerName: consumerName,
  ConsumerARN: consumerArn,
  StreamId: streamId,
} as const;

const bucketArn = text(1, ARN_LENGTH, 'arn:aws[-a-z0-9]*:s3:::[a-z0-9._-]{3,63}');
const bucketOwner = text(12, 12, String.raw`\d{12}`);
const deadLetters = structure<NonNullable<S3DestinationConfiguration['DeadLetterQueueS3Configuration']>>({
  BucketARN: required(bucketArn),
  ExpectedBucketOwner: required(bucketOwner),
  ErrorOutputPrefix: text(1, 512, String.raw`[0-9A-Za-z!\-_'.*()\/]+`),
});
const recordConfiguration = structure<RecordConfiguration>({
  RecordFormatType: required(oneOf('GSR_JSON', 'JSON', 'STRING', 'BYTE_ARRAY')),
  GSRSchemaARN: text(
    1,
    512,
    String.raw`arn:aws[-a-z0-9]*:glue:[-a-z0-9]+:\d{12}:schema/[-a-zA-Z0-9_$#.]+/[-a-zA-Z0-9_$#.]+`,
  ),
});
const storage = structure<NonNullable<S3DestinationConfiguration['StorageConfiguration']>>({
  BucketARN: required(bucketArn),
  ExpectedBucketOwner: required(bucketOwner),
  OutputKeyTemplate: text(1, 1024, String.raw`[0-9A-Za-z!\-_'.*()\/=:{}]+`),
  StorageClass: oneOf('STANDARD', 'INTELLIGENT_TIERING', 'GLACIER_IR'),
  CompressionType: required(oneOf('NONE', 'GZIP', 'ZSTD')),
});
const table = structure<S3TablesConfiguration>({
  TableBucketARN: required(
    text(1, ARN_LENGTH, String.raw`arn:aws[-a-z0-9]*:s3tables:[-a-z0-9]+:\d{12}:bucket/[a-z0-9_-]{3,63}`),
  ),
  Namespace: required(text(1, 255, '[0-9a-z_]+')),
  TableName: required(text(1, 255, '[0-9a-z_]+')),
  CompressionType: required(oneOf('NONE', 'ZSTD', 'SNAPPY')),
  PartitionSpec: structure<NonNullable<S3TablesConfiguration['PartitionSpec']>>({
    PartitionFields: required(
      list(
        1,
        10,
        structure<NonNullable<NonNullable<S3TablesConfiguration['PartitionSpec']>['PartitionFields']>[number]>({
          Transform: required(oneOf('TIME_HOUR')),
          SourceName: required(text(1, 255, String.raw`[a-zA-Z0-9\.\_]+`)),
        }),
      ),
    ),
  }),
});
const logging = structure<NonNullable<UpdateChannelInput['LoggingConfiguration']>>({
  CloudWatchLogs: required(
    structure<NonNullable<NonNullable<UpdateChannelInput['LoggingConfiguration']>['CloudWatchLogs']>>({
      Enabled: required(flag),
      LogGroupName: text(1, 512, String.raw`[\.\-_/#A-Za-z0-9]+`),
      LogStreamName: text(1, 512, '[^:*]*'),
    }),
  ),
});
const freshness = { DataFreshnessInSeconds: required(integer()) } as const;

const INPUT_MEMBERS: { readonly [Name in OperationName]: MembersOf<InputOf<Name>> } = {
  AddTagsToStream: { Tags: required(tags), ...stream },
  CreateChannel: {
    ChannelName: required(text(1, 128, '[a-zA-Z0-9_.-]+')),
    ServiceExecutionRoleARN: required(
      text(1, 512, String.raw`arn:aws[-a-z0-9]*:iam::\d{12}:role/[a-zA-Z_0-9+=,.@\-_/]+`),
    ),
    StreamConfigurationList: required(
      list(
        1,
        10_000,
        structure<ChannelStreamConfiguration>({
          StreamARN: required(streamArn),
          RecordConfiguration: required(recordConfiguration),
        }),
      ),
    ),
    S3DestinationConfiguration: structure<S3DestinationConfiguration>({
      DataFreshnessInSeconds: integer(),
      DeadLetterQueueS3Configuration: deadLetters,
      StorageConfiguration: required(storage),
    }),
    S3TablesDestinationConfiguration: structure<S3TablesDestinationConfiguration>({
      DataFreshnessInSeconds: integer(),
      DeadLetterQueueS3Configuration: required(deadLetters),
      S3TablesConfigurationList: required(list(1, 10_000, table)),
    }),
    EncryptionConfiguration: structure<NonNullable<CreateChannelInput['EncryptionConfiguration']>>({
      EncryptionType: required(oneOf('KMS')),
      KeyId: required(keyId),
    }),
    Tags: tags,
    LoggingConfiguration: logging,
  },
  CreateStream: {
    ShardCount: integer(1),
    StreamName: required(streamName),
    StreamModeDetails: modeDetails,
    Tags: tags,
    WarmThroughputMiBps: natural,
    MaxRecordSizeInKiB: maxRecordKib,
    RecordDistributionStrategy: distribution,
  },
  // The model does not limit the hours: the service rejects them with InvalidArgumentException.
  DecreaseStreamRetentionPeriod: { RetentionPeriodHours: required(integer()), ...stream },
  DeleteChannel: { ChannelARN: required(channelArn) },
  DeleteResourcePolicy: resource,
  DeleteStream: { EnforceConsumerDeletion: flag, ...stream },
  DeregisterStreamConsumer: consumer,
  DescribeAccountSettings: {},
  DescribeChannel: { ChannelARN: required(channelArn) },
  DescribeLimits: {},
  DescribeStream: { Limit: pageLength, ExclusiveStartShardId: shardId, ...stream },
  DescribeStreamConsumer: consumer,
  DescribeStreamSummary: stream,
  DisableEnhancedMonitoring: { ShardLevelMetrics: required(metrics), ...stream },
  EnableEnhancedMonitoring: { ShardLevelMetrics: required(metrics), ...stream },
  GetRecords: {
    Limit: pageLength,
    ShardIterator: required(text(1, 512)),
    StreamARN: streamArn,
    StreamId: streamId,
    DryRun: flag,
  },
  GetResourcePolicy: resource,
  GetShardIterator: {
    ShardId: required(shardId),
    ShardIteratorType: required(iteratorType),
    StartingSequenceNumber: sequenceNumber,
    Timestamp: timestamp,
    DryRun: flag,
    ...stream,
  },
  IncreaseStreamRetentionPeriod: { RetentionPeriodHours: required(integer()), ...stream },
  ListChannels: {
    StreamFilter: list(
      1,
      10_000,
      structure<StreamFilter>({ StreamARN: required(streamArn), StreamCreationTimestamp: timestamp }),
    ),
    MaxResults: pageLength,
    NextToken: nextToken,
  },
  ListShards: {
    ExclusiveStartShardId: shardId,
    MaxResults: pageLength,
    NextToken: nextToken,
    StreamCreationTimestamp: timestamp,
    ShardFilter: structure<ShardFilter>({
      Type: required(
        oneOf('AFTER_SHARD_ID', 'AT_TRIM_HORIZON', 'FROM_TRIM_HORIZON', 'AT_LATEST', 'AT_TIMESTAMP', 'FROM_TIMESTAMP'),
      ),
      ShardId: shardId,
      Timestamp: timestamp,
    }),
    ...stream,
  },
  ListStreamConsumers: {
    StreamARN: required(streamArn),
    NextToken: nextToken,
    MaxResults: pageLength,
    StreamCreationTimestamp: timestamp,
    StreamId: streamId,
  },
  ListStreams: { Limit: pageLength, ExclusiveStartStreamName: streamName, NextToken: nextToken },
  ListTagsForResource: resource,
  ListTagsForStream: { Limit: integer(1, 50), ExclusiveStartTagKey: tagKey, ...stream },
  MergeShards: { ShardToMerge: required(shardId), AdjacentShardToMerge: required(shardId), ...stream },
  PutRecord: {
    Data: required(dataBlob),
    PartitionKey: partitionKey,
    ExplicitHashKey: explicitHashKey,
    SequenceNumberForOrdering: sequenceNumber,
    DryRun: flag,
    ...stream,
  },
  PutRecords: { Records: required(list(1, 500, 'records')), DryRun: flag, ...stream },
  PutResourcePolicy: { Policy: required({ kind: 'String' } as const), ...resource },
  RegisterStreamConsumer: {
    StreamARN: required(streamArn),
    ConsumerName: required(consumerName),
    StreamId: streamId,
    Tags: tags,
  },
  RemoveTagsFromStream: { TagKeys: required(tagKeys), ...stream },
  SplitShard: { NewStartingHashKey: required(explicitHashKey), ShardToSplit: required(shardId), ...stream },
  StartStreamEncryption: { EncryptionType: required(encryptionType), KeyId: required(keyId), ...stream },
  StopStreamEncryption: { EncryptionType: required(encryptionType), KeyId: required(keyId), ...stream },
  SubscribeToShard: {
    ConsumerARN: required(consumerArn),
    ShardId: required(shardId),
    StartingPosition: required(
      structure<StartingPosition>({
        Type: required(iteratorType),
        SequenceNumber: sequenceNumber,
        Timestamp: timestamp,
      }),
    ),
    StreamId: streamId,
    DryRun: flag,
  },
  TagResource: { Tags: required(tags), ...resource },
  UntagResource: { TagKeys: required(tagKeys), ...resource },
  UpdateAccountSettings: {
    MinimumThroughputBillingCommitment: required(
      structure<MinimumThroughputBillingCommitmentInput>({ Status: required(oneOf('ENABLED', 'DISABLED')) }),
    ),
  },
  UpdateChannel: {
    ChannelARN: required(channelArn),
    S3DestinationConfiguration: structure<NonNullable<UpdateChannelInput['S3DestinationConfiguration']>>(freshness),
    S3TablesDestinationConfiguration:
      structure<NonNullable<UpdateChannelInput['S3TablesDestinationConfiguration']>>(freshness),
    LoggingConfiguration: logging,
  },
  UpdateMaxRecordSize: { StreamARN: streamArn, StreamId: streamId, MaxRecordSizeInKiB: required(maxRecordKib) },
  UpdateShardCount: {
    TargetShardCount: required(integer(1)),
    ScalingType: required(oneOf('UNIFORM_SCALING')),
    ...stream,
  },
  UpdateStreamMode: {
    StreamARN: required(streamArn),
    StreamId: streamId,
    StreamModeDetails: required(modeDetails),
    WarmThroughputMiBps: natural,
  },
  UpdateStreamRecordDistributionStrategy: {
    StreamARN: required(streamArn),
    StreamId: streamId,
    RecordDistributionStrategy: required(distribution),
  },
  UpdateStreamWarmThroughput: { WarmThroughputMiBps: required(natural), ...stream },
};

/** The input of each operation as a structure, for the check. */
export const INPUTS: ReadonlyMap<string, Structure> = new Map(
  Object.entries<MembersOf<object>>(INPUT_MEMBERS).map(([name, members]) => [name, structure(members)]),
);
