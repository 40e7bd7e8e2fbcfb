import { describe, expect, test } from 'vitest';
import { Caller } from './control/set-up.ts';

/** The limits of an account that AWS raises on request. */

function refusal(run: () => unknown): string {
  try {
    run();
    return 'accepted';
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

const overBy = (limit: number, count: number, more: number): string =>
  `LimitExceededException: This request would exceed the shard limit for the account 000000000000 in us-east-1. Current shard count for the account: ${count}. Limit: ${limit}. Number of additional shards that would have resulted from this request: ${more}. Refer to the AWS Service Limits page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to request higher limits.`;

describe.each([500, 1000, 6000, 20_000])('a shard limit of %i', (shardLimit) => {
  const memoryBytes = 2 ** 20;

  test('appears in DescribeLimits, and rejects the first shard above it', () => {
    const engine = new Caller({ shardLimit, memoryBytes, limits: 'none' });
    const half = shardLimit / 2;
    engine.withStream(half, 'one').withStream(half - 1, 'two');
    expect(engine.call('DescribeLimits', {})).toMatchObject({ ShardLimit: shardLimit, OpenShardCount: shardLimit - 1 });
    const create = (ShardCount: number) => () => engine.call('CreateStream', { StreamName: 'three', ShardCount });
    expect(refusal(create(2))).toBe(overBy(shardLimit, shardLimit - 1, 2));
    expect(refusal(create(1))).toBe('accepted');
  });
});

describe('a full account', () => {
  const full = () => new Caller({ shardLimit: 4, limits: 'none' }).withOnDemandStream('other').withStream(4);

  test('rejects a split', () => {
    const split = { StreamName: 'orders', ShardToSplit: 'shardId-000000000000', NewStartingHashKey: '5' };
    expect(refusal(() => full().call('SplitShard', split))).toBe(overBy(4, 4, 1));
  });

  test('rejects a larger shard count', () => {
    const update = { StreamName: 'orders', TargetShardCount: 8, ScalingType: 'UNIFORM_SCALING' } as const;
    expect(refusal(() => full().call('UpdateShardCount', update))).toBe(overBy(4, 4, 4));
  });

  test('rejects that an on-demand stream becomes provisioned, because its shards begin to count', () => {
    const update = {
      StreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/other',
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
    } as const;
    expect(refusal(() => full().call('UpdateStreamMode', update))).toBe(overBy(4, 4, 4));
  });

  test('accepts an on-demand stream and a merge', () => {
    const engine = full();
    const onDemand = { StreamName: 'more', StreamModeDetails: { StreamMode: 'ON_DEMAND' } } as const;
    expect(refusal(() => engine.call('CreateStream', onDemand))).toBe('accepted');
    const merge = {
      StreamName: 'orders',
      ShardToMerge: 'shardId-000000000000',
      AdjacentShardToMerge: 'shardId-000000000001',
    };
    expect(refusal(() => engine.call('MergeShards', merge))).toBe('accepted');
  });
});

test('a limit of on-demand streams appears in DescribeLimits, and rejects the first stream above it', () => {
  const engine = new Caller({ onDemandStreamLimit: 2 }).withOnDemandStream('one').withOnDemandStream('two');
  expect(engine.call('DescribeLimits', {})).toMatchObject({ OnDemandStreamCount: 2, OnDemandStreamCountLimit: 2 });
  expect(refusal(() => engine.withOnDemandStream('three'))).toBe(
    'LimitExceededException: This request would exceed the on-demand stream limit for the account 000000000000. Current count: 2. Limit: 2.',
  );
});
