import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../../engine/account/clock.ts';
import { callOperation } from '../../../../engine/account/service/operations.ts';
import { Engine } from '../../../../engine/engine.ts';
import {
  ACCOUNT_ID,
  ARN,
  type Caller,
  caller,
  DAY_MS,
  HOUR_MS,
  refusal,
  SECOND_MS,
  START_MS,
  shardId,
} from './set-up.ts';

const HASH_KEYS = 2n ** 128n;

const split = (engine: Caller, shard: number, NewStartingHashKey: string | bigint) =>
  engine.call('SplitShard', {
    StreamName: 'orders',
    ShardToSplit: shardId(shard),
    NewStartingHashKey: String(NewStartingHashKey),
  });
const merge = (engine: Caller, shard: number, adjacent: number) =>
  engine.call('MergeShards', {
    StreamName: 'orders',
    ShardToMerge: shardId(shard),
    AdjacentShardToMerge: shardId(adjacent),
  });
const scale = (engine: Caller, TargetShardCount: number) =>
  engine.call('UpdateShardCount', { StreamName: 'orders', TargetShardCount, ScalingType: 'UNIFORM_SCALING' });

const described = (engine: Caller, index: number) =>
  engine.call('ListShards', { StreamName: 'orders' }).Shards?.find(({ ShardId }) => ShardId === shardId(index));

describe('splitting and merging', () => {
  test('a split closes the parent and opens two children when UPDATING ends', () => {
    const engine = caller().withStream(1);
    split(engine, 0, HASH_KEYS / 4n);
    expect(engine.summary().status).toBe('UPDATING');
    expect(engine.openShardIds()).toEqual([shardId(0)]);
    engine.settle();
    expect(engine.summary().status).toBe('ACTIVE');
    expect(engine.openShardIds()).toEqual([shardId(1), shardId(2)]);
    expect(described(engine, 0)?.SequenceNumberRange?.EndingSequenceNumber).toMatch(/^\d{56}$/);
    expect(described(engine, 2)).toEqual({
      ShardId: shardId(2),
      ParentShardId: shardId(0),
      HashKeyRange: { StartingHashKey: String(HASH_KEYS / 4n), EndingHashKey: String(HASH_KEYS - 1n) },
      SequenceNumberRange: { StartingSequenceNumber: expect.stringMatching(/^\d{56}$/) },
    });
  });

  test('a merge accepts its shards in either order, and the child shows the order', () => {
    const engine = caller().withStream(3);
    merge(engine, 1, 0);
    engine.settle();
    expect(engine.openShardIds()).toEqual([shardId(3), shardId(2)]);
    expect(described(engine, 3)).toMatchObject({ ParentShardId: shardId(1), AdjacentParentShardId: shardId(0) });
  });

  test('a stream accepts one change at a time', () => {
    const engine = caller().withStream(2);
    split(engine, 0, 99n);
    expect(refusal(() => merge(engine, 0, 1))).toBe(
      `ResourceInUseException: Stream orders under account ${ACCOUNT_ID} not ACTIVE, instead in state UPDATING`,
    );
  });

  test('closed shards, unknown ones, and those of on-demand streams are rejected', () => {
    const engine = caller().withStream(1);
    split(engine, 0, 99n);
    engine.settle();
    const closed = `InvalidArgumentException: Shard ${shardId(0)} in stream orders under account ${ACCOUNT_ID} has already been merged or split, and thus is not eligible for merging or splitting.`;
    expect(refusal(() => split(engine, 0, 200n))).toBe(closed);
    expect(refusal(() => split(engine, 7, 200n))).toBe(
      `ResourceNotFoundException: Could not find shard ${shardId(7)} in stream orders under account ${ACCOUNT_ID}.`,
    );
    const onDemand = caller().withOnDemandStream();
    expect(refusal(() => split(onDemand, 0, 99n))).toBe(
      `ValidationException: Request is invalid. Stream orders under account ${ACCOUNT_ID} is in On-Demand mode.`,
    );
    expect(refusal(() => scale(onDemand, 5))).toMatch(/^ValidationException/);
  });

  test.each(['0', 'shardId-0', 'anything-0', 'x-000'])(
    'resolves the short shard id %s, and returns the full one',
    (short) => {
      const engine = caller().withStream(1);
      const input = { StreamName: 'orders', ShardToSplit: short, NewStartingHashKey: '1' };
      expect(refusal(() => engine.call('SplitShard', input))).toContain(`on shard ${shardId(0)} in stream orders`);
      const missing = { ...input, ShardToSplit: short.replace(/0+$/, '7') };
      expect(refusal(() => engine.call('SplitShard', missing))).toContain(`Could not find shard ${shardId(7)} in`);
      const from = { StreamName: 'orders', ShardId: short, ShardIteratorType: 'LATEST' } as const;
      expect(refusal(() => engine.call('GetShardIterator', from))).toBe('accepted');
      const after = { StreamName: 'orders', ExclusiveStartShardId: short };
      expect(engine.call('ListShards', after).Shards).toEqual([]);
      expect(engine.call('DescribeStream', after).StreamDescription!.Shards).toEqual([]);
      const filter = { Type: 'AFTER_SHARD_ID', ShardId: short } as const;
      expect(engine.call('ListShards', { StreamName: 'orders', ShardFilter: filter }).Shards).toEqual([]);
    },
  );

  test.each([
    ['GetShardIterator', { ShardId: 'shardId-3', ShardIteratorType: 'LATEST' }],
    ['SplitShard', { ShardToSplit: '3', NewStartingHashKey: '7' }],
    ['MergeShards', { ShardToMerge: '3', AdjacentShardToMerge: '4' }],
  ])('%s about a shard of an unknown stream names the shard and the stream', (operation, input) => {
    const { account } = caller();
    const expected = `ResourceNotFoundException: Could not find shard ${shardId(3)} in stream nowhere under account ${ACCOUNT_ID}.`;
    for (const stream of [{ StreamName: 'nowhere' }, { StreamARN: ARN.replace('orders', 'nowhere') }])
      expect(refusal(() => callOperation(account, operation, { ...stream, ...input }))).toBe(expected);
  });

  test('a text that names no shard stays as it is in the message', () => {
    const engine = caller().withStream(1);
    const input = { StreamName: 'orders', ShardId: 'shard-x', ShardIteratorType: 'LATEST' } as const;
    expect(refusal(() => engine.call('GetShardIterator', input))).toBe(
      `ResourceNotFoundException: Could not find shard shard-x in stream orders under account ${ACCOUNT_ID}.`,
    );
  });

  test('a split over the shard limit is rejected', () => {
    const engine = caller({ shardLimit: 2 }).withStream(2);
    expect(refusal(() => split(engine, 0, 99n))).toMatch(/^LimitExceededException: .* requests?: 1\./);
  });
});

describe('scaling to a number of shards', () => {
  test('follows the steps of AWS: 4 shards become 3 through 4 + 5 and 7 + 8', () => {
    const engine = caller().withStream(4);
    const output = scale(engine, 3);
    expect(output).toMatchObject({ StreamName: 'orders', CurrentShardCount: 4, TargetShardCount: 3 });
    expect(engine.summary().status).toBe('UPDATING');
    engine.settle();
    expect(engine.openShardIds()).toEqual([shardId(6), shardId(9), shardId(10)]);
    expect(described(engine, 9)).toMatchObject({ ParentShardId: shardId(5), AdjacentParentShardId: shardId(7) });
  });

  test('splits every shard in the middle to double, regardless of rounding, and merges pairs to halve', () => {
    const engine = caller().withStream(3);
    scale(engine, 6);
    engine.settle();
    expect(engine.openShardIds()).toEqual([3, 4, 5, 6, 7, 8].map(shardId));
    scale(engine, 3);
    engine.settle();
    expect(engine.openShardIds()).toEqual([9, 10, 11].map(shardId));
  });

  test('accepts half to twice the open shards, and at most the limit of the account', () => {
    const engine = caller({ shardLimit: 9 }).withStream(5);
    expect(refusal(() => scale(engine, 11))).toBe(
      'LimitExceededException: UpdateShardCount cannot scale up over double your current open shard count. Current open shard count: 5 Target shard count: 11',
    );
    expect(refusal(() => scale(engine, 2))).toMatch(
      /^LimitExceededException: UpdateShardCount cannot scale down below half/,
    );
    expect(refusal(() => scale(engine, 10))).toMatch(
      /^LimitExceededException: This request would exceed the shard limit/,
    );
    expect(refusal(() => scale(engine, 3))).toBe('accepted');
  });

  test('is possible ten times in a rolling period of 24 hours', () => {
    const engine = caller().withStream(2);
    for (let i = 0; i < 10; i++) {
      scale(engine, i % 2 === 0 ? 3 : 2);
      engine.clock.advance(HOUR_MS);
    }
    expect(refusal(() => scale(engine, 3))).toMatch(/^LimitExceededException: UpdateShardCount can be called 10 times/);
    engine.clock.advance(DAY_MS - 10 * HOUR_MS);
    expect(refusal(() => scale(engine, 3))).toBe('accepted');
  });

  test('makes even shards without gaps from any shards, with rising ids, each with its parents', () => {
    const cuts = fc.array(fc.bigInt(2n, HASH_KEYS - 2n), { maxLength: 6 });
    fc.assert(
      fc.property(cuts, fc.integer({ min: 1, max: 24 }), (at, wanted) => {
        const engine = caller({ limits: 'none', shardLimit: 1000, memoryBytes: 2 ** 22 }).withStream(2);
        for (const key of at) {
          const stream = engine.account.stream({ StreamName: 'orders' });
          const { state } = stream.openShards.find((shard) => BigInt(shard.state.endingHashKey) >= key)!;
          if (refusal(() => split(engine, state.index, key)) === 'accepted') engine.settle();
        }
        const { openShardCount } = engine.summary();
        const target = Math.min(openShardCount * 2, Math.max(Math.ceil(openShardCount / 2), wanted));
        scale(engine, target);
        engine.settle();
        const reshaped = engine.account.stream({ StreamName: 'orders' });
        const { shards, openShards } = reshaped;
        expect(openShards).toHaveLength(target);
        const even = HASH_KEYS / BigInt(target);
        let next = 0n;
        for (const { state } of openShards) {
          expect(BigInt(state.startingHashKey)).toBe(next);
          next = BigInt(state.endingHashKey) + 1n;
          const width = next - BigInt(state.startingHashKey);
          expect(width * 100n > even * 99n && width * 99n < even * 100n).toBe(true);
        }
        expect(next).toBe(HASH_KEYS);
        expect(shards.map(({ state }) => state.index)).toEqual(shards.map((_, index) => index));
        for (const { state, isOpen } of shards) {
          expect(isOpen || reshaped.childrenOf(shards[state.index]!).length > 0).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });
});

test('a change survives a restart before its end', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'streamgauge-'));
  try {
    const slow = { creating: 0, updating: SECOND_MS, deleting: SECOND_MS, registering: SECOND_MS };
    const options = { dataDir, clock: new VirtualClock(START_MS), delaysMs: slow, memoryBytes: 2 ** 24 };
    const before = await Engine.open({ ...options, streams: { orders: 4, gone: 1 } });
    await before.put('orders', { partitionKey: 'a', data: 'kept' });
    await before.call('RegisterStreamConsumer', { StreamARN: ARN, ConsumerName: 'app' });
    await before.call('DeleteStream', { StreamName: 'gone' });
    await before.reshard('orders', 3);
    await before.close();
    before.advance(DAY_MS / 2);
    const after = await Engine.open(options);
    const { state } = after.account.stream({ StreamName: 'orders' });
    expect(state.status).toBe('UPDATING');
    after.advance(SECOND_MS);
    expect(state).toMatchObject({ status: 'ACTIVE', pendingReshapes: [], consumers: [{ status: 'ACTIVE' }] });
    const { openShards } = after.account.stream({ StreamName: 'orders' });
    expect(openShards.map(({ id }) => id)).toEqual([6, 9, 10].map(shardId));
    expect(after.account.findStream('gone')).toBeUndefined();
    const read: string[] = [];
    for await (const { data } of after.read('orders')) read.push(data.toString());
    expect(read).toEqual(['kept']);
    await after.close();
  } finally {
    rmSync(dataDir, { recursive: true });
  }
});
