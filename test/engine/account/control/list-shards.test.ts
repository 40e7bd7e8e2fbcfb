import { beforeEach, describe, expect, test } from 'vitest';
import { ACCOUNT_ID, ARN, type Caller, caller, HOUR_MS, refusal, SECOND_MS, START_MS, shardId } from './set-up.ts';

const ids = (...indexes: number[]) => indexes.map(shardId);

describe('a shard filter', () => {
  let engine: Caller;
  let splitAt: Date;
  let mergedAt: Date;

  /** 0 and 1; after an hour 0 is split into 2 and 3; after another, 3 and 1 are merged into 4. */
  beforeEach(() => {
    engine = caller().withStream(2);
    const waitAndChange = (change: () => void): Date => {
      engine.clock.advance(HOUR_MS);
      change();
      engine.clock.advance(engine.account.options.delaysMs.updating);
      return new Date(engine.clock.nowMs());
    };
    splitAt = waitAndChange(() => {
      engine.call('SplitShard', { StreamName: 'orders', ShardToSplit: shardId(0), NewStartingHashKey: '1000' });
    });
    mergedAt = waitAndChange(() => {
      engine.call('MergeShards', {
        StreamName: 'orders',
        ShardToMerge: shardId(3),
        AdjacentShardToMerge: shardId(1),
      });
    });
    engine.clock.advance(HOUR_MS);
  });

  const later = (date: Date, byMs: number) => new Date(date.getTime() + byMs);

  test('FROM_TRIM_HORIZON, like no filter, returns every shard that has not expired', () => {
    expect(engine.shardIds()).toEqual(ids(0, 1, 2, 3, 4));
    expect(engine.shardIds({ Type: 'FROM_TRIM_HORIZON' })).toEqual(ids(0, 1, 2, 3, 4));
  });

  test('AT_LATEST returns the open shards', () => {
    expect(engine.shardIds({ Type: 'AT_LATEST' })).toEqual(ids(2, 4));
  });

  test('AFTER_SHARD_ID returns the shards after that id', () => {
    expect(engine.shardIds({ Type: 'AFTER_SHARD_ID', ShardId: shardId(2) })).toEqual(ids(3, 4));
  });

  test('AT_TRIM_HORIZON returns the shards that were open at the trim horizon, which advances', () => {
    expect(engine.shardIds({ Type: 'AT_TRIM_HORIZON' })).toEqual(ids(0, 1));
    engine.clock.advance(splitAt.getTime() + 24 * HOUR_MS + SECOND_MS - engine.clock.nowMs());
    expect(engine.shardIds({ Type: 'AT_TRIM_HORIZON' })).toEqual(ids(1, 2, 3));
  });

  test('AT_TIMESTAMP returns the shards open at that time, and parents and children if they changed at that time', () => {
    expect(engine.shardIds({ Type: 'AT_TIMESTAMP', Timestamp: later(splitAt, -1) })).toEqual(ids(0, 1));
    expect(engine.shardIds({ Type: 'AT_TIMESTAMP', Timestamp: splitAt })).toEqual(ids(0, 1, 2, 3));
    expect(engine.shardIds({ Type: 'AT_TIMESTAMP', Timestamp: later(splitAt, 1) })).toEqual(ids(1, 2, 3));
    expect(engine.shardIds({ Type: 'AT_TIMESTAMP', Timestamp: later(mergedAt, 1) })).toEqual(ids(2, 4));
  });

  test('FROM_TIMESTAMP returns the shards open at that time, and all later ones', () => {
    expect(engine.shardIds({ Type: 'FROM_TIMESTAMP', Timestamp: later(splitAt, 1) })).toEqual(ids(1, 2, 3, 4));
    expect(engine.shardIds({ Type: 'FROM_TIMESTAMP', Timestamp: later(mergedAt, 1) })).toEqual(ids(2, 4));
  });

  test('a time before the horizon means the horizon', () => {
    expect(engine.shardIds({ Type: 'AT_TIMESTAMP', Timestamp: new Date(0) })).toEqual(ids(0, 1));
    expect(engine.shardIds({ Type: 'FROM_TIMESTAMP', Timestamp: new Date(0) })).toEqual(ids(0, 1, 2, 3, 4));
  });

  test('rejects a missing member and a superfluous one', () => {
    const ask = (filter: Parameters<typeof engine.shardIds>[0]) => refusal(() => engine.shardIds(filter));
    expect(ask({ Type: 'AT_TIMESTAMP' })).toMatch(
      /^InvalidArgumentException: ShardFilter AT_TIMESTAMP needs a Timestamp/,
    );
    expect(ask({ Type: 'AFTER_SHARD_ID' })).toMatch(/^InvalidArgumentException/);
    expect(ask({ Type: 'AT_LATEST', ShardId: shardId(0) })).toMatch(/^InvalidArgumentException/);
    expect(ask({ Type: 'AT_LATEST', Timestamp: splitAt })).toMatch(/^InvalidArgumentException/);
  });
});

describe('a page of shards', () => {
  test('follows the one before by its token, with the same filter, even if the stream changes meanwhile', () => {
    const engine = caller().withStream(5);
    const first = engine.call('ListShards', {
      StreamName: 'orders',
      MaxResults: 2,
      ShardFilter: { Type: 'AT_LATEST' },
    });
    expect(first.Shards?.map(({ ShardId }) => ShardId)).toEqual(ids(0, 1));
    engine.call('SplitShard', {
      StreamName: 'orders',
      ShardToSplit: shardId(2),
      NewStartingHashKey: String(2n ** 127n),
    });
    engine.settle();
    const second = engine.call('ListShards', { NextToken: first.NextToken, MaxResults: 2 });
    expect(second.Shards?.map(({ ShardId }) => ShardId)).toEqual(ids(3, 4));
    const third = engine.call('ListShards', { NextToken: second.NextToken });
    expect(third.Shards?.map(({ ShardId }) => ShardId)).toEqual(ids(5, 6));
    expect(third).not.toHaveProperty('NextToken');
  });

  test('has at most 1,000 shards in ListShards and 100 in DescribeStream', () => {
    const engine = caller({ memoryBytes: 2 ** 28 }).withStream(1001);
    const first = engine.call('ListShards', { StreamName: 'orders', MaxResults: 10_000 });
    expect(first.Shards).toHaveLength(1000);
    expect(engine.call('ListShards', { NextToken: first.NextToken }).Shards).toHaveLength(1);
    const { StreamDescription } = engine.call('DescribeStream', { StreamName: 'orders', Limit: 101 });
    expect(StreamDescription?.Shards).toHaveLength(100);
    expect(StreamDescription?.HasMoreShards).toBe(true);
    const rest = engine.call('DescribeStream', { StreamName: 'orders', ExclusiveStartShardId: shardId(950) });
    expect(rest.StreamDescription?.Shards).toHaveLength(50);
    expect(rest.StreamDescription?.HasMoreShards).toBe(false);
  });

  test('a token excludes a stream name and a filter, in AWS’s words, and expires', () => {
    const engine = caller().withStream(3);
    const { NextToken } = engine.call('ListShards', { StreamName: 'orders', MaxResults: 1 });
    const ask = (more: object) => refusal(() => engine.call('ListShards', { NextToken, ...more }));
    expect(ask({ StreamName: 'orders' })).toBe(
      'InvalidArgumentException: NextToken and StreamName cannot be provided together.',
    );
    expect(ask({ ShardFilter: { Type: 'AT_LATEST' } })).toBe(
      'InvalidArgumentException: NextToken and ShardFilter cannot be provided together.',
    );
    expect(ask({ StreamARN: ARN })).toMatch(/^InvalidArgumentException/);
    engine.clock.advance(300 * SECOND_MS + 1);
    expect(ask({})).toMatch(/^ExpiredNextTokenException/);
  });

  test('a token of a deleted stream is invalid for a new stream of the same name', async () => {
    const engine = caller().withStream(3);
    const { NextToken } = engine.call('ListShards', { StreamName: 'orders', MaxResults: 1 });
    engine.call('DeleteStream', { StreamName: 'orders' });
    engine.settle();
    await engine.call('CreateStream', { StreamName: 'orders', ShardCount: 3 });
    engine.settle();
    expect(engine.shardIds()).toHaveLength(3);
    expect(refusal(() => engine.call('ListShards', { NextToken }))).toMatch(/^ResourceNotFoundException/);
  });
});

test('a creation timestamp distinguishes a stream from an earlier one of the same name', () => {
  const engine = caller().withStream(1);
  const ask = (ms: number) =>
    refusal(() => engine.call('ListShards', { StreamName: 'orders', StreamCreationTimestamp: new Date(ms) }));
  expect(ask(START_MS)).toBe('accepted');
  expect(ask(START_MS - SECOND_MS)).toBe(
    `ResourceNotFoundException: Stream orders under account ${ACCOUNT_ID} not found.`,
  );
});

test('a stream that is CREATING is in use', () => {
  const engine = caller();
  engine.call('CreateStream', { StreamName: 'orders', ShardCount: 1 });
  expect(refusal(() => engine.shardIds())).toMatch(/^ResourceInUseException: .* instead in state CREATING$/);
});
