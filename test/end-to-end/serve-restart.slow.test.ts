import { mkdir, mkdtemp, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ServeProcess, startServe } from './serve-process.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'streamgauge-restart-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Placed {
  readonly ShardId: string;
  readonly SequenceNumber: string;
}
interface Shards {
  readonly Shards: readonly { readonly ShardId: string; readonly ParentShardId?: string }[];
}
interface Got {
  readonly Records: readonly { readonly SequenceNumber: string; readonly Data: string }[];
  readonly NextShardIterator?: string;
  readonly MillisBehindLatest: number;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Every record of a stream as shard, sequence number and text, shard by shard. */
async function readAll({ call }: ServeProcess): Promise<string[]> {
  const { Shards } = await call<Shards>('ListShards', { StreamName: 'orders' });
  const records: string[] = [];
  for (const { ShardId } of Shards) {
    const from = { StreamName: 'orders', ShardId, ShardIteratorType: 'TRIM_HORIZON' };
    let { ShardIterator: iterator } = await call<{ ShardIterator: string | undefined }>('GetShardIterator', from);
    while (iterator !== undefined) {
      const got: Got = await call<Got>('GetRecords', { ShardIterator: iterator });
      for (const { SequenceNumber, Data } of got.Records) records.push(`${ShardId} ${SequenceNumber} ${Data}`);
      iterator = got.Records.length === 0 && got.MillisBehindLatest === 0 ? undefined : got.NextShardIterator;
    }
  }
  return records;
}

/** Puts until the server is gone. Returns what was acknowledged, each as readAll gives it. */
async function putUntilGone(serve: ServeProcess, writer: number, acknowledged: string[]): Promise<void> {
  for (let i = 0; ; i++) {
    const texts = Array.from({ length: 20 }, (_, j) => `${writer}:${i * 20 + j}`);
    const Records = texts.map((text) => ({ PartitionKey: `key-${text}`, Data: base64(text) }));
    try {
      const response = await serve.call<{ readonly Records: readonly Placed[] }>('PutRecords', {
        StreamName: 'orders',
        Records,
      });
      for (const [j, { ShardId, SequenceNumber }] of response.Records.entries()) {
        acknowledged.push(`${ShardId} ${SequenceNumber} ${base64(texts[j]!)}`);
      }
    } catch {
      return;
    }
  }
}

describe('serve with a data directory', () => {
  test('has every acknowledged record in order after kill -9 under load, and continues', async () => {
    const options = ['--data-dir', folder, '--durability', 'every-put', '--limits', 'none', '--memory', '16MiB'];
    const acknowledged: string[] = [];
    for (let life = 0; life < 3; life++) {
      const serve = await startServe('--stream', 'orders:2', ...options);
      const writers = [0, 1, 2, 3].map((writer) => putUntilGone(serve, writer, acknowledged));
      const before = acknowledged.length;
      while (acknowledged.length < before + 2000) await new Promise((resolve) => setTimeout(resolve, 5));
      await serve.kill();
      await Promise.all(writers);
    }
    const serve = await startServe(...options);
    const stored = await readAll(serve);
    const places = new Set(stored);
    expect(places.size).toBe(stored.length);
    expect(acknowledged.filter((record) => !places.has(record))).toEqual([]);
    expect(stored).toEqual([...stored].sort());
    expect(await serve.stop()).toBe(0);
  }, 60_000);

  test('keeps streams, settings, shards and records over a normal restart, for every durability', async () => {
    const options = ['--data-dir', folder, '--durability', 'none', '--delay', '0s'];
    const first = await startServe('--stream', 'orders:1', ...options);
    await first.call('PutRecord', { StreamName: 'orders', PartitionKey: 'k', Data: base64('before') });
    await first.call('AddTagsToStream', { StreamName: 'orders', Tags: { team: 'checkout' } });
    await first.call('IncreaseStreamRetentionPeriod', { StreamName: 'orders', RetentionPeriodHours: 48 });
    await first.call('SplitShard', {
      StreamName: 'orders',
      ShardToSplit: 'shardId-000000000000',
      NewStartingHashKey: String(2n ** 127n),
    });
    await first.call('PutRecord', { StreamName: 'orders', PartitionKey: 'k', Data: base64('after') });
    const records = await readAll(first);
    const description = await first.call('DescribeStream', { StreamName: 'orders' });
    expect(await first.stop()).toBe(0);

    const second = await startServe(...options);
    expect(await readAll(second)).toEqual(records);
    expect(await second.call('DescribeStream', { StreamName: 'orders' })).toEqual(description);
    expect(await second.call('ListTagsForStream', { StreamName: 'orders' })).toMatchObject({
      Tags: [{ Key: 'team', Value: 'checkout' }],
    });
    const next = await second.call<Placed>('PutRecord', { StreamName: 'orders', PartitionKey: 'k', Data: base64('x') });
    const last = records
      .filter((record) => record.startsWith(next.ShardId))
      .at(-1)!
      .split(' ')[1]!;
    expect(BigInt(next.SequenceNumber)).toBeGreaterThan(BigInt(last));
    await second.stop();
  });

  test('survives a full disk, and reports at its end what it could not write', async () => {
    const serve = await startServe('--data-dir', folder, '--stream', 'orders:1', '--delay', '20ms');
    await serve.call('CreateStream', { StreamName: 'clicks', ShardCount: 1 });
    // A folder has the name of the file that the account is written to.
    await mkdir(join(folder, 'account.json.new'));
    await expect(serve.call('CreateStream', { StreamName: 'views', ShardCount: 1 })).rejects.toThrow(
      'InternalFailureException',
    );
    await expect
      .poll(() => serve.call('DescribeStreamSummary', { StreamName: 'views' }))
      .toMatchObject({
        StreamDescriptionSummary: { StreamStatus: 'ACTIVE' },
      });
    expect(await serve.stop()).toBe(3);
    expect(serve.errors()).toMatch(/WRITE_FAILED file=\S+ EISDIR/);
    expect(serve.errors()).toMatch(/^RUNNER_SERVE_FAILED the last records could not be written: EISDIR.*--data-dir/m);
    await rmdir(join(folder, 'account.json.new'));
    const again = await startServe('--data-dir', folder);
    await again.call('DescribeStreamSummary', { StreamName: 'clicks' });
    expect(await again.stop()).toBe(0);
  });

  test('is rejected while another process holds the folder', async () => {
    const serve = await startServe('--data-dir', folder);
    await expect(startServe('--data-dir', folder)).rejects.toThrow(/serve ended with 3: .*RUNNER_SERVE_FAILED/);
    await serve.stop();
  });
});
