import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordCommand,
} from '@aws-sdk/client-kinesis';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../engine/account/clock.ts';
import { KinesisError } from '../../engine/account/errors.ts';
import { Engine, type EngineStreamSettings } from '../../engine/engine.ts';
import { startTestEngine } from '../../engine/test-engine.ts';

const SHARD_0 = 'shardId-000000000000';
const textOf = ({ data }: { readonly data: Uint8Array }) => Buffer.from(data).toString();

async function textsOf(engine: Engine, stream = 'orders'): Promise<string[]> {
  const texts: string[] = [];
  for await (const record of engine.read(stream)) texts.push(textOf(record));
  return texts;
}

async function follow(engine: Engine): Promise<string[]> {
  const texts: string[] = [];
  for await (const record of engine.read('orders', { follow: true })) texts.push(textOf(record));
  return texts;
}

const soon = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('an engine in a program', () => {
  test('stores records and returns them, without a network', async () => {
    const engine = await Engine.open({ streams: { orders: 2 } });
    const { ShardId, SequenceNumber } = await engine.put('orders', { partitionKey: 'a', data: 'one' });
    await engine.putMany('orders', [
      { partitionKey: 'a', data: 'two' },
      { partitionKey: 'a', data: Buffer.from('three') },
    ]);
    const records = [];
    for await (const record of engine.read('orders')) records.push(record);
    expect(records.map(textOf)).toEqual(['one', 'two', 'three']);
    expect(records[0]).toMatchObject({ shardId: ShardId, sequenceNumber: SequenceNumber, partitionKey: 'a' });
    await engine.close();
  });

  test('follows new records until its signal stops it', async () => {
    const engine = await Engine.open({ streams: { orders: 1 } });
    const stop = new AbortController();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const record of engine.read('orders', { from: 'latest', follow: true, signal: stop.signal })) {
        seen.push(textOf(record));
        if (seen.length === 3) stop.abort();
      }
    })();
    await engine.put('orders', { partitionKey: 'k', data: 'a' });
    await engine.put('orders', { partitionKey: 'k', data: 'b' });
    await engine.put('orders', { partitionKey: 'k', data: 'c' });
    await reading;
    expect(seen).toEqual(['a', 'b', 'c']);
    await engine.close();
  });

  test.each([
    ['in memory', undefined],
    ['on disk', 'a folder'],
  ])('stops following when its engine is closed, with records %s', async (_where, folder) => {
    const dataDir = folder === undefined ? undefined : await mkdtemp(join(tmpdir(), 'streamgauge-'));
    const engine = await Engine.open({ streams: { orders: 2 }, dataDir });
    await engine.put('orders', { partitionKey: 'k', data: 'a' });
    const reading = follow(engine);
    await soon();
    await engine.close();
    expect(await reading).toEqual(['a']);
    expect(await follow(engine)).toEqual([]);
    if (dataDir !== undefined) await rm(dataDir, { recursive: true });
  });

  test('creates a stream with the given settings, ACTIVE at once', async () => {
    const engine = await Engine.open();
    engine.createStream('orders', {
      shards: 3,
      retentionHours: 48,
      maxRecordKib: 2048,
      consumers: ['billing'],
      tags: { team: 'shop' },
    });
    engine.createStream('views', { mode: 'on-demand', region: 'eu-west-1' });
    const { StreamDescriptionSummary: orders } = await engine.call('DescribeStreamSummary', { StreamName: 'orders' });
    expect(orders).toMatchObject({
      StreamStatus: 'ACTIVE',
      OpenShardCount: 3,
      RetentionPeriodHours: 48,
      MaxRecordSizeInKiB: 2048,
      ConsumerCount: 1,
    });
    const views = engine.accounts.all.find(({ options }) => options.region === 'eu-west-1')?.findStream('views');
    expect(views?.state).toMatchObject({ status: 'ACTIVE', mode: 'ON_DEMAND' });
    expect(views?.openShards).toHaveLength(4);
    await engine.close();
  });

  test.each<[string, string, EngineStreamSettings & { shardLimit?: number }]>([
    ['ValidationException', 'a b', {}],
    ['ValidationException', 'orders', { shards: 0 }],
    ['InvalidArgumentException', 'orders', { retentionHours: 23 }],
    ['InvalidArgumentException', 'orders', { tags: { 'aws:team': 'shop' } }],
    ['ResourceInUseException', 'orders', { consumers: ['billing', 'billing'] }],
    ['LimitExceededException', 'orders', { shards: 10_000, shardLimit: 1 }],
  ])(
    'rejects settings of a stream with a %s, as the operation does',
    async (code, name, {
      shardLimit,
      ...settings
    }: {
      readonly shardLimit?: number;
    }) => {
      const engine = await Engine.open(shardLimit === undefined ? {} : { shardLimit });
      expect(() => engine.createStream(name, settings)).toThrow(expect.objectContaining({ code }));
      expect(engine.account.streams).toEqual([]);
      await engine.close();
    },
  );

  test('fails to follow a stream that is deleted', async () => {
    const engine = await Engine.open({ streams: { orders: 2 } });
    const reading = follow(engine);
    await soon();
    await engine.call('DeleteStream', { StreamName: 'orders' });
    engine.createStream('orders');
    await expect(reading).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
    await engine.close();
  });

  test('splits, merges and rescales, and readers see every record in the order of its key', async () => {
    const engine = await Engine.open({ streams: { orders: 1 } });
    const expected: string[] = [];
    const putSome = async () => {
      for (let i = 0; i < 20; i++) {
        expected.push(`${expected.length}`);
        await engine.put('orders', { partitionKey: 'one key', data: expected.at(-1)! });
      }
    };
    await putSome();
    await engine.split('orders', SHARD_0);
    await putSome();
    await engine.merge('orders', 'shardId-000000000001', 'shardId-000000000002');
    await putSome();
    await engine.reshard('orders', 2);
    await putSome();
    expect(await textsOf(engine)).toEqual(expected);
    await engine.close();
  });

  test('advances its clock by a day at once', async () => {
    const engine = await Engine.open({ streams: { orders: 1 }, clock: new VirtualClock() });
    await engine.put('orders', { partitionKey: 'k', data: 'of yesterday' });
    engine.advance(24 * 3_600_000 + 1);
    await engine.put('orders', { partitionKey: 'k', data: 'of today' });
    await engine.call('GetShardIterator', {
      StreamName: 'orders',
      ShardId: SHARD_0,
      ShardIteratorType: 'TRIM_HORIZON',
    });
    engine.account.stream({ StreamName: 'orders' }).shard(SHARD_0).trim();
    expect(await textsOf(engine)).toEqual(['of today']);
    await engine.close();
  });

  test('reports errors in AWS’s words', async () => {
    const engine = await Engine.open();
    const error = await engine.put('orders', { partitionKey: 'k', data: 'x' }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(KinesisError);
    expect(error).toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'Stream orders under account 000000000000 not found.',
    });
    expect(() => engine.advance(1)).toThrow('VirtualClock');
    await engine.close();
  });
});

test('a test engine has an endpoint for the AWS SDK, and closes with its block', async () => {
  let endpoint: string;
  {
    await using started = await startTestEngine({ streams: { orders: 1 } });
    endpoint = started.endpoint;
    const client = new KinesisClient(started.clientConfig);
    const { SequenceNumber } = await client.send(
      new PutRecordCommand({ StreamName: 'orders', PartitionKey: 'k', Data: Buffer.from('hello') }),
    );
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({ StreamName: 'orders', ShardId: SHARD_0, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    const { Records } = await client.send(new GetRecordsCommand({ ShardIterator }));
    expect(Records).toMatchObject([{ SequenceNumber, PartitionKey: 'k' }]);
    expect(Buffer.from(Records![0]!.Data!).toString()).toBe('hello');
    await client.send(new CreateStreamCommand({ StreamName: 'another', ShardCount: 1 }));
    client.destroy();
  }
  await expect(fetch(`${endpoint}/health`)).rejects.toThrow('fetch failed');
});
