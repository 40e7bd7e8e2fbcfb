import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callOperation } from '../../../../engine/account/service/operations.ts';
import { caller, refusal } from '../control/set-up.ts';

/**
 * The same bad inputs to kinesalite, whose messages were recorded from AWS, and to this engine. Both see the JSON that
 * was sent, so that wrong types can be sent at all.
 *
 * Known differences, which no case below touches: kinesalite dates from before ARNs, on-demand streams, 10 MiB records,
 * retention over 168 hours and 50 tags a call, so it demands a StreamName and a ShardCount and has lower limits; it takes
 * fractions for whole numbers; its patterns of numbers hold only one end of the text; and it writes out every record of
 * a PutRecords call that has too many.
 */
const startPeer: (options: object) => Server = createRequire(import.meta.url)('kinesalite');
let peer: Server;

beforeAll(async () => {
  peer = startPeer({ createStreamMs: 0 });
  await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise<void>((resolve) => void peer.close(() => resolve())));

async function askPeer(operation: string, input: object): Promise<string> {
  const { port } = peer.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-amz-json-1.1',
      'X-Amz-Target': `Kinesis_20131202.${operation}`,
      'X-Amz-Date': '20260101T000000Z',
      Authorization: 'AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=f',
    },
    body: JSON.stringify(input),
  });
  const body: { __type?: string; message?: string; Message?: string } = JSON.parse((await response.text()) || '{}');
  return body.__type === undefined ? 'accepted' : `${body.__type}: ${body.message ?? body.Message}`;
}

/** AWS lists problems in the order of a hash table, so they are compared without their order. */
const parts = (message: string): string[] => message.replace('detected: ', 'detected; ').split('; ').sort();

const LONG = 'a'.repeat(129);

describe('the engine, like kinesalite,', () => {
  test.each([
    ['CreateStream', { StreamName: 'a*b', ShardCount: 0 }],
    ['CreateStream', { StreamName: '', ShardCount: 5 }],
    ['CreateStream', { StreamName: LONG, ShardCount: 1 }],
    ['CreateStream', { StreamName: 5, ShardCount: 1 }],
    ['CreateStream', { StreamName: ['a'], ShardCount: 1 }],
    ['CreateStream', { StreamName: { a: 1 }, ShardCount: 1 }],
    ['CreateStream', { StreamName: 'a', ShardCount: 'five' }],
    ['CreateStream', { StreamName: 'a', ShardCount: true }],
    ['CreateStream', { ShardCount: 1 }],
    ['DescribeStream', { StreamName: 'a', Limit: 0 }],
    ['DescribeStream', { StreamName: 'a', Limit: 10_001, ExclusiveStartShardId: '' }],
    ['ListStreams', { Limit: 0, ExclusiveStartStreamName: ';' }],
    ['ListShards', { StreamName: 'a', MaxResults: 0, NextToken: '' }],
    ['ListShards', { StreamName: 'a', StreamCreationTimestamp: 'today' }],
    ['ListTagsForStream', { StreamName: 'a', Limit: 0, ExclusiveStartTagKey: '' }],
    ['ListTagsForStream', { StreamName: 'a', ExclusiveStartTagKey: LONG }],
    ['AddTagsToStream', { StreamName: 'a', Tags: {} }],
    ['AddTagsToStream', { StreamName: 'a', Tags: { [LONG]: 'v', k: 'v'.repeat(257) } }],
    ['AddTagsToStream', { StreamName: 'a', Tags: 'k=v' }],
    ['AddTagsToStream', { StreamName: 'a', Tags: [] }],
    ['AddTagsToStream', { StreamName: 'a', Tags: { k: 1 } }],
    ['RemoveTagsFromStream', { StreamName: 'a', TagKeys: [] }],
    ['RemoveTagsFromStream', { StreamName: 'a', TagKeys: ['', LONG] }],
    ['RemoveTagsFromStream', { StreamName: 'a', TagKeys: 'k' }],
    ['RemoveTagsFromStream', { StreamName: 'a', TagKeys: { k: 1 } }],
    ['RemoveTagsFromStream', { StreamName: 'a' }],
    ['SplitShard', { StreamName: 'a', ShardToSplit: '', NewStartingHashKey: 'x' }],
    ['SplitShard', { StreamName: 'a', ShardToSplit: LONG, NewStartingHashKey: 'y' }],
    ['SplitShard', { StreamName: 'a' }],
    ['MergeShards', { StreamName: 'a', ShardToMerge: ';', AdjacentShardToMerge: '' }],
    ['IncreaseStreamRetentionPeriod', { StreamName: 'a' }],
    ['GetShardIterator', { StreamName: 'a', ShardId: '', ShardIteratorType: 'NEWEST' }],
    ['GetShardIterator', { StreamName: 'a', ShardId: 'a', ShardIteratorType: 'LATEST', StartingSequenceNumber: 'a7b' }],
    ['GetShardIterator', { StreamName: 'a', ShardId: 'a', ShardIteratorType: 'LATEST', Timestamp: true }],
    ['GetRecords', { ShardIterator: '', Limit: 0 }],
    ['GetRecords', { ShardIterator: 'a'.repeat(513), Limit: 10_001 }],
    ['GetRecords', { Limit: 1 }],
    ['PutRecords', { StreamName: 'a', Records: [] }],
    ['PutRecords', { StreamName: 'a', Records: 'a' }],
    ['PutRecords', { StreamName: 'a' }],
    ['DescribeStream', { StreamName: 'nowhere' }],
    ['DeleteStream', { StreamName: 'nowhere' }],
    ['ListShards', { StreamName: 'nowhere' }],
    ['ListTagsForStream', { StreamName: 'nowhere' }],
    ['ListShards', {}],
    ['ListShards', { StreamName: 'a', NextToken: 'a' }],
  ])('rejects %s %j', async (operation, input) => {
    const { account } = caller();
    const theirs = await askPeer(operation, input);
    const ours = refusal(() => callOperation(account, operation, input));
    expect(theirs).not.toBe('accepted');
    expect(parts(ours)).toEqual(parts(theirs));
  });

  test('rejects calls that their stream cannot carry out', async () => {
    await askPeer('CreateStream', { StreamName: 'orders', ShardCount: 3 });
    await expect
      .poll(async () =>
        askPeer('SplitShard', { StreamName: 'orders', ShardToSplit: 'shard-9', NewStartingHashKey: '7' }),
      )
      .toContain('Could not find shard');
    const engine = caller().withStream(3);
    const cases = [
      ['CreateStream', { StreamName: 'orders', ShardCount: 1 }],
      ['CreateStream', { StreamName: 'others', ShardCount: 1 }],
      ['SplitShard', { StreamName: 'orders', ShardToSplit: 'shardId-000000000009', NewStartingHashKey: '7' }],
      ['SplitShard', { StreamName: 'orders', ShardToSplit: 'shardId-000000000000', NewStartingHashKey: '1' }],
      ['SplitShard', { StreamName: 'orders', ShardToSplit: 'shardId-000000000001', NewStartingHashKey: '99' }],
      [
        'MergeShards',
        { StreamName: 'orders', ShardToMerge: 'shardId-000000000000', AdjacentShardToMerge: 'shardId-000000000002' },
      ],
      [
        'MergeShards',
        { StreamName: 'orders', ShardToMerge: 'shardId-000000000000', AdjacentShardToMerge: 'shardId-000000000008' },
      ],
      ['IncreaseStreamRetentionPeriod', { StreamName: 'orders', RetentionPeriodHours: 23 }],
      ['DecreaseStreamRetentionPeriod', { StreamName: 'orders', RetentionPeriodHours: 23 }],
      ['DecreaseStreamRetentionPeriod', { StreamName: 'orders', RetentionPeriodHours: 25 }],
      ['AddTagsToStream', { StreamName: 'orders', Tags: { k: 'a;b' } }],
      ['AddTagsToStream', { StreamName: 'orders', Tags: { k: '50%' } }],
      ['RemoveTagsFromStream', { StreamName: 'orders', TagKeys: ['100%'] }],
    ] as const;
    for (const [operation, input] of cases) {
      const theirs = await askPeer(operation, input);
      expect(refusal(() => callOperation(engine.account, operation, input))).toBe(theirs);
    }
  });
});
