import { describe, expect, test } from 'vitest';
import { ARN, type Caller, caller, DAY_MS, HOUR_MS, refusal, SECOND_MS, shardId } from './set-up.ts';

const orders = { StreamName: 'orders' };

describe('retention', () => {
  const change = (engine: Caller, way: 'Increase' | 'Decrease', RetentionPeriodHours: number) =>
    refusal(() => engine.call(`${way}StreamRetentionPeriod`, { ...orders, RetentionPeriodHours }));

  test('rises up to a year and falls again, through UPDATING', () => {
    const engine = caller().withStream(1);
    expect(change(engine, 'Increase', 8760)).toBe('accepted');
    expect(engine.summary()).toMatchObject({ retentionHours: 8760, status: 'UPDATING' });
    expect(change(engine, 'Decrease', 24)).toMatch(/^ResourceInUseException/);
    engine.settle();
    expect(change(engine, 'Decrease', 24)).toBe('accepted');
  });

  test('is rejected out of its bounds or in the wrong direction, in AWS’s words', () => {
    const engine = caller().withStream(1);
    expect(change(engine, 'Increase', 8761)).toBe(
      'InvalidArgumentException: Maximum allowed retention period is 8760 hours. Requested retention period (8761 hours) is too long.',
    );
    expect(change(engine, 'Decrease', 23)).toBe(
      'InvalidArgumentException: Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short.',
    );
    expect(change(engine, 'Decrease', 48)).toMatch(
      /can not be longer than existing .* Use IncreaseRetentionPeriod API/,
    );
    expect(change(engine, 'Increase', 24)).toBe('accepted');
    expect(engine.summary().status).toBe('ACTIVE');
  });

  test('removes old records at once when it is lowered', () => {
    const engine = caller().withStream(1);
    change(engine, 'Increase', 48);
    engine.settle();
    engine.call('PutRecord', { ...orders, PartitionKey: 'a', Data: Buffer.from('old') });
    engine.clock.advance(30 * HOUR_MS);
    const read = () => {
      const at = { ...orders, ShardId: shardId(0), ShardIteratorType: 'TRIM_HORIZON' } as const;
      const { ShardIterator } = engine.call('GetShardIterator', at);
      return engine.call('GetRecords', { ShardIterator }).Records?.length;
    };
    expect(read()).toBe(1);
    change(engine, 'Decrease', 24);
    engine.clock.advance(SECOND_MS);
    expect(read()).toBe(0);
  });

  test.each(['lowered and raised again', 'over'])(
    'does not restore records when it is raised after it was %s',
    (what) => {
      const engine = caller().withStream(1);
      const isLowered = what !== 'over';
      if (isLowered) change(engine, 'Increase', 48);
      engine.settle();
      engine.call('PutRecord', { ...orders, PartitionKey: 'a', Data: Buffer.from('old') });
      engine.clock.advance(30 * HOUR_MS);
      if (isLowered) change(engine, 'Decrease', 24);
      engine.settle();
      change(engine, 'Increase', 72);
      engine.settle();
      const at = { ...orders, ShardId: shardId(0), ShardIteratorType: 'TRIM_HORIZON' } as const;
      const { ShardIterator } = engine.call('GetShardIterator', at);
      expect(engine.call('GetRecords', { ShardIterator }).Records).toEqual([]);
    },
  );
});

describe('tags', () => {
  const CONSUMER_TAGS = { app: 'x' };
  const tagsOf = (engine: Caller, ResourceARN = ARN) => engine.call('ListTagsForResource', { ResourceARN }).Tags;

  test('are the same by the name of a stream and by its ARN', () => {
    const engine = caller().withStream(1);
    engine.call('AddTagsToStream', { ...orders, Tags: { b: '2', a: '1' } });
    engine.call('TagResource', { ResourceARN: ARN, Tags: { c: '', a: 'one' } });
    expect(tagsOf(engine)).toEqual([
      { Key: 'a', Value: 'one' },
      { Key: 'b', Value: '2' },
      { Key: 'c', Value: '' },
    ]);
    engine.call('UntagResource', { ResourceARN: ARN, TagKeys: ['b', 'unknown'] });
    engine.call('RemoveTagsFromStream', { ...orders, TagKeys: ['a'] });
    expect(engine.call('ListTagsForStream', orders)).toEqual({ Tags: [{ Key: 'c', Value: '' }], HasMoreTags: false });
  });

  test('are listed in pages for a stream', () => {
    const engine = caller().withStream(1);
    engine.call('AddTagsToStream', { ...orders, Tags: { a: '1', b: '2', c: '3' } });
    const first = engine.call('ListTagsForStream', { ...orders, Limit: 2 });
    expect(first).toMatchObject({ HasMoreTags: true, Tags: [{ Key: 'a' }, { Key: 'b' }] });
    expect(engine.call('ListTagsForStream', { ...orders, ExclusiveStartTagKey: 'b' })).toMatchObject({
      HasMoreTags: false,
      Tags: [{ Key: 'c' }],
    });
  });

  test('belong to a consumer, apart from those of its stream', () => {
    const engine = caller().withStream(1);
    const { Consumer } = engine.call('RegisterStreamConsumer', {
      StreamARN: ARN,
      ConsumerName: 'app',
      Tags: CONSUMER_TAGS,
    });
    const arn = Consumer!.ConsumerARN!;
    expect(tagsOf(engine, arn)).toEqual([{ Key: 'app', Value: 'x' }]);
    expect(refusal(() => engine.call('TagResource', { ResourceARN: arn, Tags: { b: '2' } }))).toMatch(
      /^ResourceInUseException: Consumer app with creation timestamp \d+ under stream orders and account 000000000000 is not in ACTIVE status\.$/,
    );
    engine.settle();
    engine.call('TagResource', { ResourceARN: arn, Tags: { b: '2' } });
    expect(tagsOf(engine, arn)).toHaveLength(2);
    expect(tagsOf(engine)).toEqual([]);
    expect(refusal(() => tagsOf(engine, `${arn}1`))).toMatch(/^ResourceNotFoundException/);
  });

  test('are at most 50, and consist of letters, digits, spaces and a few signs', () => {
    const engine = caller().withStream(1);
    const add = (Tags: Record<string, string>) => refusal(() => engine.call('AddTagsToStream', { ...orders, Tags }));
    expect(add(Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, 'v'])))).toBe('accepted');
    expect(add({ k0: 'changed' })).toBe('accepted');
    expect(add({ one: 'more' })).toMatch(/^InvalidArgumentException: .* cannot have more than 50 tags/);
    expect(add({ k1: 'a;b' })).toMatch(/^InvalidArgumentException: Some tags contain invalid characters/);
    expect(add({ k1: 'Größe_1.2:/=+-@ 東京' })).toBe('accepted');
  });

  test('are rejected until the stream is ACTIVE', () => {
    const engine = caller();
    engine.call('CreateStream', { ...orders, ShardCount: 1, Tags: { a: '1' } });
    expect(engine.call('ListTagsForStream', orders).Tags).toHaveLength(1);
    const add = () => engine.call('AddTagsToStream', { ...orders, Tags: { b: '2' } });
    expect(refusal(add)).toMatch(/^ResourceInUseException/);
  });
});

describe('encryption', () => {
  const start = (engine: Caller, type: 'KMS' | 'NONE' = 'KMS') =>
    refusal(() =>
      engine.call('StartStreamEncryption', { ...orders, EncryptionType: type, KeyId: 'alias/aws/kinesis' }),
    );
  const stop = (engine: Caller) =>
    refusal(() =>
      engine.call('StopStreamEncryption', { ...orders, EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' }),
    );

  test('marks the stream and the responses of puts', async () => {
    const engine = caller().withStream(1);
    expect(start(engine)).toBe('accepted');
    engine.settle();
    expect(engine.call('DescribeStream', orders).StreamDescription).toMatchObject({
      EncryptionType: 'KMS',
      KeyId: 'alias/aws/kinesis',
    });
    const put = await engine.call('PutRecord', { ...orders, PartitionKey: 'a', Data: Buffer.from('x') });
    expect(put.EncryptionType).toBe('KMS');
    expect(stop(engine)).toBe('accepted');
    expect(engine.call('DescribeStream', orders).StreamDescription).not.toHaveProperty('KeyId');
    engine.settle();
    expect(start(engine, 'NONE')).toMatch(/^InvalidArgumentException/);
  });

  test('can start 25 times in 24 hours, and stop 25 times', () => {
    const engine = caller().withStream(1);
    for (let i = 0; i < 25; i++) {
      expect([start(engine), engine.settle(), stop(engine), engine.settle()]).toMatchObject([
        'accepted',
        undefined,
        'accepted',
        undefined,
      ]);
    }
    expect(start(engine)).toMatch(/^LimitExceededException/);
    expect(stop(engine)).toMatch(/^LimitExceededException/);
    engine.clock.advance(DAY_MS);
    expect(start(engine)).toBe('accepted');
  });
});

test('a change of shard-level metrics returns those before and after it, and ALL means all seven', () => {
  const engine = caller().withStream(1);
  const first = engine.call('EnableEnhancedMonitoring', {
    ...orders,
    ShardLevelMetrics: ['OutgoingBytes', 'IncomingBytes'],
  });
  expect(first).toEqual({
    StreamName: 'orders',
    StreamARN: ARN,
    CurrentShardLevelMetrics: [],
    DesiredShardLevelMetrics: ['IncomingBytes', 'OutgoingBytes'],
  });
  engine.settle();
  const all = engine.call('EnableEnhancedMonitoring', { ...orders, ShardLevelMetrics: ['ALL'] });
  expect(all.CurrentShardLevelMetrics).toHaveLength(2);
  expect(all.DesiredShardLevelMetrics).toHaveLength(7);
  engine.settle();
  const less = engine.call('DisableEnhancedMonitoring', { ...orders, ShardLevelMetrics: ['IncomingBytes'] });
  expect(less.DesiredShardLevelMetrics).toHaveLength(6);
  engine.settle();
  const none = engine.call('DisableEnhancedMonitoring', { ...orders, ShardLevelMetrics: ['ALL'] });
  expect(none.DesiredShardLevelMetrics).toEqual([]);
});

describe('resource policies', () => {
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'kinesis:PutRecord', Resource: ARN },
  });
  const put = (engine: Caller, Policy: string, ResourceARN = ARN) =>
    refusal(() => engine.call('PutResourcePolicy', { ResourceARN, Policy }));

  test('are stored, returned and deleted, and a missing one is returned as empty', () => {
    const engine = caller().withStream(1);
    expect(engine.call('GetResourcePolicy', { ResourceARN: ARN })).toEqual({ Policy: '{}' });
    expect(refusal(() => engine.call('DeleteResourcePolicy', { ResourceARN: ARN }))).toMatch(/^ResourceNotFound/);
    expect(put(engine, policy)).toBe('accepted');
    expect(engine.call('GetResourcePolicy', { ResourceARN: ARN })).toEqual({ Policy: policy });
    engine.call('DeleteResourcePolicy', { ResourceARN: ARN });
    expect(engine.call('GetResourcePolicy', { ResourceARN: ARN })).toEqual({ Policy: '{}' });
  });

  test('belong to a consumer that is ACTIVE, apart from that of its stream', () => {
    const engine = caller().withStream(1);
    const arn = engine.call('RegisterStreamConsumer', { StreamARN: ARN, ConsumerName: 'app' }).Consumer!.ConsumerARN!;
    expect(put(engine, policy, arn)).toMatch(/^ResourceInUseException: Consumer app .* is not in ACTIVE status\.$/);
    engine.settle();
    expect(put(engine, policy, arn)).toBe('accepted');
    expect(engine.call('GetResourcePolicy', { ResourceARN: ARN })).toEqual({ Policy: '{}' });
  });

  test.each(['', 'no JSON', '{}', '[]', 'null', '{"Statement":[]}', '{"Statement":[{"Effect":"Allow","Action":"*"}]}'])(
    'are rejected if they have no valid statement: %s',
    (text) => {
      expect(put(caller().withStream(1), text)).toMatch(/^InvalidArgumentException: Policy/);
    },
  );
});

test('the largest record size changes through UPDATING', async () => {
  const engine = caller().withStream(1);
  const put = async () =>
    engine.call('PutRecord', { ...orders, PartitionKey: 'a', Data: new Uint8Array(2 * 1024 * 1024) });
  await expect(put()).rejects.toThrow();
  engine.call('UpdateMaxRecordSize', { StreamARN: ARN, MaxRecordSizeInKiB: 4096 });
  expect(engine.summary()).toMatchObject({ status: 'UPDATING', maxRecordKib: 4096 });
  engine.settle();
  await expect(put()).resolves.toMatchObject({ ShardId: shardId(0) });
});

describe('modes', () => {
  const switchTo = (engine: Caller, StreamMode: 'ON_DEMAND' | 'PROVISIONED', WarmThroughputMiBps?: number) =>
    refusal(() =>
      engine.call('UpdateStreamMode', { StreamARN: ARN, StreamModeDetails: { StreamMode }, WarmThroughputMiBps }),
    );

  test('a change keeps the shards, and the current mode is no change', () => {
    const engine = caller().withStream(3);
    expect(switchTo(engine, 'PROVISIONED')).toBe('accepted');
    expect(engine.summary().status).toBe('ACTIVE');
    expect(switchTo(engine, 'ON_DEMAND')).toBe('accepted');
    expect(engine.summary().status).toBe('UPDATING');
    engine.settle();
    expect(engine.summary()).toMatchObject({ mode: 'ON_DEMAND', openShardCount: 3 });
  });

  test('a stream can change its mode twice in 24 hours', () => {
    const engine = caller().withStream(3);
    expect(switchTo(engine, 'ON_DEMAND')).toBe('accepted');
    engine.settle();
    expect(switchTo(engine, 'PROVISIONED')).toBe('accepted');
    engine.settle();
    expect(switchTo(engine, 'ON_DEMAND')).toMatch(/^LimitExceededException/);
    engine.clock.advance(DAY_MS);
    expect(switchTo(engine, 'ON_DEMAND')).toBe('accepted');
  });

  test('AUTO distribution needs an on-demand stream, applies at once, and blocks the change to provisioned', async () => {
    const engine = caller().withOnDemandStream();
    const distribute = (RecordDistributionStrategy: 'AUTO' | 'USER_PARTITION_KEY') =>
      refusal(() =>
        engine.call('UpdateStreamRecordDistributionStrategy', { StreamARN: ARN, RecordDistributionStrategy }),
      );
    expect(distribute('AUTO')).toBe('accepted');
    expect(engine.summary().status).toBe('ACTIVE');
    await expect(engine.call('PutRecord', { ...orders, Data: Buffer.from('no key') })).toHaveProperty('ShardId');
    expect(switchTo(engine, 'PROVISIONED')).toMatch(/^InvalidArgumentException/);
    expect(distribute('USER_PARTITION_KEY')).toBe('accepted');
    expect(switchTo(engine, 'PROVISIONED')).toBe('accepted');
    engine.settle();
    expect(distribute('AUTO')).toMatch(/^InvalidArgumentException/);
  });

  test('warm throughput creates shards, with a commitment and in on-demand mode', () => {
    const engine = caller().withStream(3);
    expect(switchTo(engine, 'ON_DEMAND', 9)).toMatch(/^InvalidArgumentException: .*MinimumThroughputBillingCommitment/);
    engine.withCommitment();
    expect(switchTo(engine, 'PROVISIONED', 9)).toMatch(/^ValidationException/);
    expect(switchTo(engine, 'ON_DEMAND', 9)).toBe('accepted');
    engine.settle();
    expect(engine.summary()).toMatchObject({ openShardCount: 9, warmThroughputMibps: 9 });
  });
});

describe('warm throughput', () => {
  const warm = (engine: Caller, WarmThroughputMiBps: number) =>
    engine.call('UpdateStreamWarmThroughput', { StreamARN: ARN, WarmThroughputMiBps });

  test('scales the stream up, and down again to what it needs', () => {
    const engine = caller().withCommitment().withOnDemandStream();
    expect(warm(engine, 10)).toEqual({
      StreamARN: ARN,
      StreamName: 'orders',
      WarmThroughput: { TargetMiBps: 10, CurrentMiBps: 4 },
    });
    engine.settle();
    expect(engine.call('DescribeStreamSummary', orders).StreamDescriptionSummary).toMatchObject({
      OpenShardCount: 10,
      WarmThroughput: { TargetMiBps: 10, CurrentMiBps: 10 },
    });
    warm(engine, 1);
    engine.settle();
    expect(engine.summary().openShardCount).toBe(4);
  });

  test('is at most 10 GiB/s, and is rejected for provisioned streams or without a commitment', () => {
    expect(refusal(() => warm(caller().withCommitment().withOnDemandStream(), 10_241))).toMatch(/^LimitExceeded/);
    expect(refusal(() => warm(caller().withCommitment().withStream(1), 5))).toMatch(/^ValidationException: .*orders/);
    expect(refusal(() => warm(caller().withOnDemandStream(), 5))).toMatch(/^InvalidArgumentException/);
  });

  test('decides the number of shards of a new stream', () => {
    const engine = caller().withCommitment();
    engine.call('CreateStream', { ...orders, WarmThroughputMiBps: 7 });
    expect(engine.summary().openShardCount).toBe(7);
  });
});

describe('the commitment of the account', () => {
  const set = (engine: Caller, Status: 'ENABLED' | 'DISABLED') =>
    engine.call('UpdateAccountSettings', { MinimumThroughputBillingCommitment: { Status } })
      .MinimumThroughputBillingCommitment;
  const commitment = (engine: Caller) => engine.call('DescribeAccountSettings', {}).MinimumThroughputBillingCommitment;

  test('lasts at least a day', () => {
    const engine = caller();
    const at = engine.clock.nowMs();
    expect(commitment(engine)).toEqual({ Status: 'DISABLED' });
    const enabled = { StartedAt: new Date(at), EarliestAllowedEndAt: new Date(at + DAY_MS) };
    expect(set(engine, 'ENABLED')).toEqual({ Status: 'ENABLED', ...enabled });
    engine.clock.advance(HOUR_MS);
    expect(set(engine, 'DISABLED')).toEqual({ Status: 'ENABLED_UNTIL_EARLIEST_ALLOWED_END', ...enabled });
    engine.clock.advance(22 * HOUR_MS);
    expect(set(engine, 'ENABLED')).toEqual({ Status: 'ENABLED', ...enabled });
    set(engine, 'DISABLED');
    engine.clock.advance(HOUR_MS);
    expect(commitment(engine)).toEqual({ Status: 'DISABLED', StartedAt: new Date(at), EndedAt: new Date(at + DAY_MS) });
  });

  test('ends at once when the day is over', () => {
    const engine = caller();
    const at = engine.clock.nowMs();
    set(engine, 'ENABLED');
    engine.clock.advance(3 * DAY_MS);
    expect(set(engine, 'DISABLED')).toEqual({
      Status: 'DISABLED',
      StartedAt: new Date(at),
      EndedAt: new Date(at + 3 * DAY_MS),
    });
  });
});

test('every change is reported to the keeper of the state', () => {
  const engine = caller().withStream(1);
  let changes = 0;
  engine.account.onChange = () => {
    changes += 1;
    return true;
  };
  const changed = (run: () => unknown): boolean => {
    const before = changes;
    run();
    return changes > before;
  };
  expect(changed(() => engine.call('AddTagsToStream', { ...orders, Tags: { a: '1' } }))).toBe(true);
  expect(changed(() => engine.call('IncreaseStreamRetentionPeriod', { ...orders, RetentionPeriodHours: 48 }))).toBe(
    true,
  );
  expect(changed(() => engine.settle())).toBe(true);
  expect(changed(() => engine.withCommitment())).toBe(true);
  expect(changed(() => engine.call('RegisterStreamConsumer', { StreamARN: ARN, ConsumerName: 'app' }))).toBe(true);
  expect(changed(() => engine.call('DescribeStream', orders))).toBe(false);
});
