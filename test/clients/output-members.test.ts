import { afterAll, expect, test } from 'vitest';
import { Account } from '../../engine/account/account.ts';
import { callOperation } from '../../engine/account/service/operations.ts';
import { ACCOUNT_ID, CALLS, CLICKS, type Responses } from './operation-table.ts';

/** The members of each operation's output on a stream that is not encrypted, as AWS documents and shows them. */
const account = new Account({
  accountId: ACCOUNT_ID,
  limits: 'none',
  delaysMs: { creating: 0, updating: 0, deleting: 0, registering: 0 },
});

afterAll(() => account.close());

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Paths of the members that have a value; a member of a list has one path for all items. */
function* members(value: unknown, path = ''): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* members(item, path);
  else if (isObject(value) && !(value instanceof Uint8Array) && !(value instanceof Date)) {
    for (const [name, member] of Object.entries(value)) {
      if (member === undefined) continue;
      const at = path === '' ? name : `${path}.${name}`;
      const isLeaf = !isObject(member) || member instanceof Uint8Array || member instanceof Date;
      if (isLeaf) yield at;
      yield* members(member, at);
    }
  }
}

test('responses have the members that AWS returns, and no others', async () => {
  const outputs: Record<string, Record<string, unknown>> = {};
  const table: Record<string, string> = {};
  await callOperation(account, 'CreateStream', { ...CLICKS, StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
  for (const { operation, input } of CALLS) {
    if (operation === 'SubscribeToShard') continue;
    outputs[operation] = { ...(await callOperation(account, operation, input(outputs as Responses))) };
    // Channels have long descriptions, which every-operation.test.ts compares with the model.
    const paths = [...new Set(members(outputs[operation]))].sort();
    if (paths.length > 0 && !operation.includes('Channel')) table[operation] = paths.join(' ');
  }
  expect(table).toEqual({
    DescribeAccountSettings:
      'MinimumThroughputBillingCommitment.EarliestAllowedEndAt MinimumThroughputBillingCommitment.StartedAt MinimumThroughputBillingCommitment.Status',
    DescribeLimits:
      'ChannelCount ChannelCountLimit OnDemandStreamCount OnDemandStreamCountLimit OpenShardCount ShardLimit',
    DescribeStream:
      'StreamDescription.EncryptionType StreamDescription.HasMoreShards StreamDescription.RetentionPeriodHours StreamDescription.Shards.HashKeyRange.EndingHashKey StreamDescription.Shards.HashKeyRange.StartingHashKey StreamDescription.Shards.SequenceNumberRange.StartingSequenceNumber StreamDescription.Shards.ShardId StreamDescription.StreamARN StreamDescription.StreamCreationTimestamp StreamDescription.StreamModeDetails.StreamMode StreamDescription.StreamName StreamDescription.StreamStatus',
    DescribeStreamConsumer:
      'ConsumerDescription.ConsumerARN ConsumerDescription.ConsumerCreationTimestamp ConsumerDescription.ConsumerName ConsumerDescription.ConsumerStatus ConsumerDescription.StreamARN',
    DescribeStreamSummary:
      'StreamDescriptionSummary.ChannelCount StreamDescriptionSummary.ConsumerCount StreamDescriptionSummary.EncryptionType StreamDescriptionSummary.MaxRecordSizeInKiB StreamDescriptionSummary.OpenShardCount StreamDescriptionSummary.RetentionPeriodHours StreamDescriptionSummary.StreamARN StreamDescriptionSummary.StreamCreationTimestamp StreamDescriptionSummary.StreamModeDetails.StreamMode StreamDescriptionSummary.StreamName StreamDescriptionSummary.StreamStatus',
    DisableEnhancedMonitoring: 'StreamARN StreamName',
    EnableEnhancedMonitoring: 'StreamARN StreamName',
    GetRecords:
      'MillisBehindLatest NextShardIterator Records.ApproximateArrivalTimestamp Records.Data Records.PartitionKey Records.SequenceNumber',
    GetResourcePolicy: 'Policy',
    GetShardIterator: 'ShardIterator',
    ListShards:
      'Shards.HashKeyRange.EndingHashKey Shards.HashKeyRange.StartingHashKey Shards.SequenceNumberRange.StartingSequenceNumber Shards.ShardId',
    ListStreamConsumers:
      'Consumers.ConsumerARN Consumers.ConsumerCreationTimestamp Consumers.ConsumerName Consumers.ConsumerStatus',
    ListStreams:
      'HasMoreStreams StreamSummaries.StreamARN StreamSummaries.StreamCreationTimestamp StreamSummaries.StreamModeDetails.StreamMode StreamSummaries.StreamName StreamSummaries.StreamStatus',
    ListTagsForResource: 'Tags.Key Tags.Value',
    ListTagsForStream: 'HasMoreTags Tags.Key Tags.Value',
    PutRecord: 'SequenceNumber ShardId',
    PutRecords: 'FailedRecordCount Records.SequenceNumber Records.ShardId',
    RegisterStreamConsumer:
      'Consumer.ConsumerARN Consumer.ConsumerCreationTimestamp Consumer.ConsumerName Consumer.ConsumerStatus',
    UpdateAccountSettings:
      'MinimumThroughputBillingCommitment.EarliestAllowedEndAt MinimumThroughputBillingCommitment.StartedAt MinimumThroughputBillingCommitment.Status',
    UpdateShardCount: 'CurrentShardCount StreamARN StreamName TargetShardCount',
    UpdateStreamWarmThroughput: 'StreamARN StreamName WarmThroughput.CurrentMiBps WarmThroughput.TargetMiBps',
  });
});
