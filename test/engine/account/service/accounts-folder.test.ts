import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadAccountFile, saveAccountFile } from '../../../../engine/account/store/account-file.ts';
import { Engine } from '../../../../engine/engine.ts';

/** A data directory that holds several regions and accounts. */

const EUROPE = { accountId: '000000000000', region: 'eu-west-1' };
const TEAM = { accountId: '222222222222', region: 'us-east-1' };

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'streamgauge-accounts-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const open = (options: object = {}) => Engine.open({ dataDir, durability: 'interval', limits: 'none', ...options });
const call = (engine: Engine, place: typeof EUROPE, operation: string, input: object) =>
  engine.accounts.serviceIn(place).call(operation, input);

async function putIn(engine: Engine, place: typeof EUROPE, text: string): Promise<void> {
  await call(engine, place, 'CreateStream', { StreamName: 'orders', ShardCount: 1 });
  await call(engine, place, 'PutRecord', { StreamName: 'orders', PartitionKey: 'k', Data: Buffer.from(text) });
}

async function textsIn(engine: Engine, place: typeof EUROPE): Promise<string[]> {
  const { ShardIterator } = (await call(engine, place, 'GetShardIterator', {
    StreamName: 'orders',
    ShardId: 'shardId-000000000000',
    ShardIteratorType: 'TRIM_HORIZON',
  })) as { ShardIterator: string };
  const { Records } = (await call(engine, place, 'GetRecords', { ShardIterator })) as {
    Records: { Data: Uint8Array }[];
  };
  return Records.map(({ Data }) => Buffer.from(Data).toString());
}

describe('a data directory', () => {
  test('separates regions and accounts across a restart', async () => {
    const first = await open({ streams: { orders: 1 } });
    await first.put('orders', { partitionKey: 'k', data: 'home' });
    await putIn(first, EUROPE, 'europe');
    await putIn(first, TEAM, 'team');
    await first.close();
    const second = await open();
    const home = { accountId: '000000000000', region: 'us-east-1' };
    expect(await Promise.all([home, EUROPE, TEAM].map((place) => textsIn(second, place)))).toEqual([
      ['home'],
      ['europe'],
      ['team'],
    ]);
    await second.close();
  });

  test('contains nothing of a region that was only read', async () => {
    const engine = await open();
    await call(engine, EUROPE, 'ListStreams', {});
    await engine.close();
    expect((await readdir(dataDir)).filter((name) => name === 'accounts')).toEqual([]);
  });

  test('belongs to the home region if a version without regions wrote it', async () => {
    const first = await open({ streams: { orders: 1 } });
    await first.put('orders', { partitionKey: 'k', data: 'old' });
    await first.close();
    const { place: _none, ...saved } = loadAccountFile(dataDir) as { place: object };
    saveAccountFile(dataDir, saved);
    const second = await open({ region: 'eu-west-1' });
    expect(second.account.arnOf('orders')).toBe('arn:aws:kinesis:eu-west-1:000000000000:stream/orders');
    expect(await textsIn(second, EUROPE)).toEqual(['old']);
    await second.close();
  });

  test('keeps its streams in their region when it is opened with another home region', async () => {
    const first = await open({ streams: { orders: 1 } });
    await first.put('orders', { partitionKey: 'k', data: 'us' });
    await first.close();
    const second = await open({ region: 'eu-west-1', streams: { orders: 1 } });
    await second.put('orders', { partitionKey: 'k', data: 'eu' });
    await second.close();
    const third = await open();
    expect([
      await textsIn(third, { accountId: '000000000000', region: 'us-east-1' }),
      await textsIn(third, EUROPE),
    ]).toEqual([['us'], ['eu']]);
    await third.close();
  });

  test('is rejected if the file of one region is damaged, and is unlocked afterwards', async () => {
    const first = await open();
    await putIn(first, EUROPE, 'europe');
    await first.close();
    const { writeFile } = await import('node:fs/promises');
    const file = join(dataDir, 'accounts', EUROPE.accountId, EUROPE.region, 'account.json');
    await writeFile(file, 'x');
    await expect(open()).rejects.toThrow(file);
    await rm(file);
    await (await open()).close();
  });
});
