import { describe, expect, test } from 'vitest';
import { callOperation } from '../../../../engine/account/service/operations.ts';
import { ACCOUNT_ID, ARN, caller, refusal, SECOND_MS, START_MS, shardId } from './set-up.ts';

const named = (i: number) => `stream-${String(i).padStart(3, '0')}`;

describe('creating a stream', () => {
  test('takes a while, during which it shows no shards', () => {
    const engine = caller();
    expect(engine.call('CreateStream', { StreamName: 'orders', ShardCount: 2 })).toEqual({});
    const before = engine.call('DescribeStream', { StreamName: 'orders' }).StreamDescription;
    expect(before).toMatchObject({ StreamStatus: 'CREATING', Shards: [], StreamARN: ARN });
    engine.settle();
    const { StreamDescription } = engine.call('DescribeStream', { StreamARN: ARN });
    expect(StreamDescription).toEqual({
      StreamName: 'orders',
      StreamARN: ARN,
      StreamStatus: 'ACTIVE',
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
      RetentionPeriodHours: 24,
      StreamCreationTimestamp: new Date(START_MS),
      EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
      EncryptionType: 'NONE',
      HasMoreShards: false,
      Shards: [
        {
          ShardId: shardId(0),
          HashKeyRange: { StartingHashKey: '0', EndingHashKey: String(2n ** 127n - 1n) },
          SequenceNumberRange: { StartingSequenceNumber: expect.stringMatching(/^\d{56}$/) },
        },
        {
          ShardId: shardId(1),
          HashKeyRange: { StartingHashKey: String(2n ** 127n), EndingHashKey: String(2n ** 128n - 1n) },
          SequenceNumberRange: { StartingSequenceNumber: expect.stringMatching(/^\d{56}$/) },
        },
      ],
    });
  });

  test('takes no time if states change at once', () => {
    const engine = caller({ delaysMs: { creating: 0, updating: 0, deleting: 0, registering: 0 } });
    engine.call('CreateStream', { StreamName: 'orders', ShardCount: 1 });
    engine.call('SplitShard', { StreamName: 'orders', ShardToSplit: shardId(0), NewStartingHashKey: '1000' });
    expect(engine.openShardIds()).toEqual([shardId(1), shardId(2)]);
    engine.call('DeleteStream', { StreamName: 'orders' });
    expect(engine.account.streams).toEqual([]);
  });

  test('makes an on-demand stream of 4 shards by default', () => {
    const engine = caller();
    engine.call('CreateStream', { StreamName: 'orders' });
    engine.settle();
    const { StreamDescriptionSummary } = engine.call('DescribeStreamSummary', { StreamName: 'orders' });
    expect(StreamDescriptionSummary).toMatchObject({
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
      OpenShardCount: 4,
      ConsumerCount: 0,
      ChannelCount: 0,
      MaxRecordSizeInKiB: 1024,
      RecordDistributionStrategy: 'USER_PARTITION_KEY',
    });
    expect(StreamDescriptionSummary).not.toHaveProperty('WarmThroughput');
  });

  test('accepts tags, a record size and a distribution', () => {
    const engine = caller();
    engine.call('CreateStream', {
      StreamName: 'orders',
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
      MaxRecordSizeInKiB: 10_240,
      RecordDistributionStrategy: 'AUTO',
      Tags: { team: 'blue' },
    });
    expect(engine.summary()).toMatchObject({
      maxRecordKib: 10_240,
      recordDistribution: 'AUTO',
      tags: { team: 'blue' },
    });
  });

  test.each([
    [{ StreamName: 'a', StreamModeDetails: { StreamMode: 'PROVISIONED' } }, /^InvalidArgumentException: ShardCount/],
    [{ StreamName: 'a', StreamModeDetails: { StreamMode: 'ON_DEMAND' }, ShardCount: 1 }, /^ValidationException/],
    [{ StreamName: 'a', ShardCount: 1, RecordDistributionStrategy: 'AUTO' }, /^InvalidArgumentException: Record/],
    [{ StreamName: 'a', ShardCount: 1, WarmThroughputMiBps: 5 }, /^ValidationException: WarmThroughput/],
    [{ StreamName: 'a', WarmThroughputMiBps: 5 }, /^InvalidArgumentException: .*MinimumThroughputBillingCommitment/],
  ] as const)('is rejected for %j', (input, expected) => {
    const engine = caller();
    expect(refusal(() => engine.call('CreateStream', input))).toMatch(expected);
    expect(engine.account.streams).toEqual([]);
  });

  test('is rejected for the sixth stream that would be CREATING', () => {
    const engine = caller();
    for (let i = 0; i < 5; i++) engine.call('CreateStream', { StreamName: named(i), ShardCount: 1 });
    const account = caller({ delaysMs: { creating: 5000, updating: 0, deleting: 0, registering: 0 } });
    for (let i = 0; i < 5; i++) account.call('CreateStream', { StreamName: named(i), ShardCount: 1 });
    account.clock.advance(SECOND_MS);
    const sixth = () => account.call('CreateStream', { StreamName: 'sixth', ShardCount: 1 });
    expect(refusal(sixth)).toBe(
      `LimitExceededException: This request would have exceed the limit on the number of streams that can simultaneously be in CREATING or DELETING for the account ${ACCOUNT_ID}. Limit: 5.`,
    );
    account.settle();
    expect(refusal(sixth)).toBe('accepted');
  });

  test('is rejected over the shard limit of the account, in which on-demand streams do not count', () => {
    const engine = caller({ shardLimit: 5 }).withOnDemandStream('other').withStream(3);
    const create = (ShardCount: number) => () => engine.call('CreateStream', { StreamName: 'more', ShardCount });
    expect(refusal(create(3))).toMatch(
      /^LimitExceededException: This request would exceed the shard limit for the account 000000000000 in us-east-1. Current shard count for the account: 3. Limit: 5. Number of additional shards that would have resulted from this request: 3./,
    );
    expect(refusal(create(2))).toBe('accepted');
  });
});

describe('deleting a stream', () => {
  test('takes a while, then frees the name, and the old ARN means the new stream', async () => {
    const engine = caller().withStream(1);
    engine.call('DeleteStream', { StreamName: 'orders' });
    expect(engine.summary().status).toBe('DELETING');
    engine.settle();
    expect(refusal(() => engine.call('DescribeStream', { StreamName: 'orders' }))).toBe(
      `ResourceNotFoundException: Stream orders under account ${ACCOUNT_ID} not found.`,
    );
    await engine.call('CreateStream', { StreamName: 'orders', ShardCount: 2 });
    engine.settle();
    expect(engine.call('DescribeStreamSummary', { StreamARN: ARN }).StreamDescriptionSummary).toMatchObject({
      OpenShardCount: 2,
    });
  });

  test('is rejected while the stream is not ACTIVE, in AWS’s words', () => {
    const engine = caller();
    engine.call('CreateStream', { StreamName: 'orders', ShardCount: 1 });
    expect(refusal(() => engine.call('DeleteStream', { StreamName: 'orders' }))).toBe(
      `ResourceInUseException: Stream orders under account ${ACCOUNT_ID} not ACTIVE, instead in state CREATING`,
    );
  });

  test('is rejected if the stream has consumers, unless their deletion is enforced', () => {
    const engine = caller().withStream(1);
    engine.call('RegisterStreamConsumer', { StreamARN: ARN, ConsumerName: 'app' });
    expect(refusal(() => engine.call('DeleteStream', { StreamName: 'orders' }))).toMatch(/^ResourceInUseException/);
    engine.call('DeleteStream', { StreamName: 'orders', EnforceConsumerDeletion: true });
    expect(engine.summary().consumers).toMatchObject([{ status: 'DELETING' }]);
    engine.settle();
    expect(engine.account.streams).toEqual([]);
  });
});

test('a stream begins empty after one of the same name was deleted in the same millisecond', async () => {
  const at0 = { creating: 0, updating: 0, deleting: 0, registering: 0 };
  const engine = caller({ delaysMs: at0, limits: 'none' });
  const put = () => engine.call('PutRecord', { StreamName: 'orders', PartitionKey: 'a', Data: Buffer.from('x') });
  for (let i = 0; i < 3; i++) {
    await engine.call('CreateStream', { StreamName: 'orders', ShardCount: 1 });
    expect(engine.account.stream({ StreamName: 'orders' }).shards[0]!.store.end).toBe(0);
    await put();
    engine.call('DeleteStream', { StreamName: 'orders' });
    expect(refusal(() => engine.call('DescribeStream', { StreamName: 'orders' }))).toMatch(/^ResourceNotFound/);
  }
});

describe('naming a stream', () => {
  const engine = caller().withStream(1);
  const describeBy = (input: { StreamName?: string; StreamARN?: string }) =>
    refusal(() => engine.call('DescribeStreamSummary', input));

  test('accepts its name, its ARN, or both', () => {
    expect(describeBy({ StreamName: 'orders' })).toBe('accepted');
    expect(describeBy({ StreamARN: ARN })).toBe('accepted');
    expect(describeBy({ StreamName: 'orders', StreamARN: ARN })).toBe('accepted');
  });

  test('is rejected without both, if they disagree, and for another account', () => {
    expect(describeBy({})).toBe('InvalidArgumentException: Either StreamName or StreamARN should be provided.');
    expect(describeBy({ StreamName: 'other', StreamARN: ARN })).toMatch(/^InvalidArgumentException/);
    expect(describeBy({ StreamARN: ARN.replace(ACCOUNT_ID, '111122223333') })).toBe(
      'ResourceNotFoundException: Stream orders under account 111122223333 not found.',
    );
  });
});

describe('listing streams', () => {
  const engine = caller({ limits: 'none', memoryBytes: 2 ** 22 });
  for (let i = 0; i < 120; i++) engine.call('CreateStream', { StreamName: named(i), ShardCount: 1 });

  test('returns at most 100, in the order of their names, and a token for the rest', () => {
    const first = engine.call('ListStreams', { Limit: 5000 });
    expect(first.StreamNames).toEqual(Array.from({ length: 100 }, (_, i) => named(i)));
    expect(first.HasMoreStreams).toBe(true);
    expect(first.StreamSummaries![0]).toEqual({
      StreamName: named(0),
      StreamARN: `arn:aws:kinesis:us-east-1:${ACCOUNT_ID}:stream/${named(0)}`,
      StreamStatus: 'CREATING',
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
      StreamCreationTimestamp: new Date(START_MS),
    });
    const rest = engine.call('ListStreams', { NextToken: first.NextToken });
    expect(rest.StreamNames).toHaveLength(20);
    expect(rest).toMatchObject({ HasMoreStreams: false });
    expect(rest).not.toHaveProperty('NextToken');
  });

  test('continues after a name', () => {
    const { StreamNames } = engine.call('ListStreams', { ExclusiveStartStreamName: named(7), Limit: 2 });
    expect(StreamNames).toEqual([named(8), named(9)]);
  });

  test('rejects tokens of others, damaged ones, and those older than 300 s', () => {
    const { NextToken = '' } = engine.call('ListStreams', { Limit: 1 });
    const ask = (token: string) => refusal(() => engine.call('ListStreams', { NextToken: token }));
    expect(ask('nonsense')).toBe('InvalidArgumentException: Invalid NextToken.');
    expect(ask(NextToken.slice(0, -2))).toBe('InvalidArgumentException: Invalid NextToken.');
    expect(refusal(() => engine.call('ListChannels', { NextToken }))).toMatch(/^InvalidArgumentException: Invalid/);
    engine.clock.advance(300 * SECOND_MS);
    expect(ask(NextToken)).toBe('accepted');
    engine.clock.advance(1);
    expect(ask(NextToken)).toMatch(/^ExpiredNextTokenException: /);
  });
});

describe('a call', () => {
  test('is rejected if its operation is unknown', () => {
    const { account } = caller();
    for (const name of ['MakeTea', 'SubscribeToShard', 'toString', '__proto__']) {
      expect(refusal(() => callOperation(account, name, {}))).toMatch(/^UnknownOperationException: /);
    }
  });

  test('ends before it changes anything if it has DryRun', () => {
    const engine = caller().withStream(1);
    const put = () =>
      engine.call('PutRecord', { StreamName: 'orders', PartitionKey: 'a', Data: new Uint8Array(1), DryRun: true });
    expect(refusal(put)).toMatch(/^DryRunOperationException: /);
    expect(engine.account.stream({ StreamName: 'orders' }).shards[0]!.store.end).toBe(0);
  });

  test('counts towards a rolling rate of calls per second', () => {
    const engine = caller().withStream(1);
    const ask = () => refusal(() => engine.call('DescribeStream', { StreamName: 'orders' }));
    for (let i = 0; i < 10; i++) {
      expect(ask()).toBe('accepted');
      engine.clock.advance(50);
    }
    expect(ask()).toBe(`LimitExceededException: Rate exceeded for stream orders under account ${ACCOUNT_ID}.`);
    engine.clock.advance(500);
    expect(ask()).toBe('accepted');
    expect(ask()).not.toBe('accepted');
  });

  test('counts for its account, or for its stream if AWS documents so', () => {
    const engine = caller().withStream(1).withStream(1, 'other');
    const limits = () => refusal(() => engine.call('DescribeLimits', {}));
    expect([limits(), limits()]).toEqual([
      'accepted',
      `LimitExceededException: Rate exceeded for account ${ACCOUNT_ID}.`,
    ]);
    const list = (stream: string) =>
      refusal(() => engine.call('ListStreamConsumers', { StreamARN: ARN.replace('orders', stream) }));
    const outcomes = [...Array.from({ length: 6 }, () => list('orders')), list('other')];
    expect(outcomes.map((outcome) => outcome === 'accepted')).toEqual([true, true, true, true, true, false, true]);
  });

  test('has no rate limit if limits are off', () => {
    const engine = caller({ limits: 'none' });
    const outcomes = Array.from({ length: 100 }, () => refusal(() => engine.call('DescribeLimits', {})));
    expect(new Set(outcomes)).toEqual(new Set(['accepted']));
  });
});

test('limits of the account include the shards and streams in use', () => {
  const engine = caller({ shardLimit: 200 }).withStream(3).withOnDemandStream('other');
  expect(engine.call('DescribeLimits', {})).toEqual({
    ShardLimit: 200,
    OpenShardCount: 3,
    OnDemandStreamCount: 1,
    OnDemandStreamCountLimit: 50,
    ChannelCount: 0,
    ChannelCountLimit: 50,
  });
});
