import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { VirtualClock } from '../../../../engine/account/clock.ts';
import type { StoreDefect } from '../../../../engine/account/store-defect.ts';
import { Engine } from '../../../../engine/engine.ts';
import { START_MS, shardId } from '../control/set-up.ts';

const MIB = 1024 * 1024;
const A_SECOND = { creating: 1000, updating: 1000, deleting: 1000, registering: 1000 };

let dataDir: string;
let defects: StoreDefect[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'streamgauge-'));
  defects = [];
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const opened = (delaysMs = A_SECOND) =>
  Engine.open({
    dataDir,
    clock: new VirtualClock(START_MS),
    delaysMs,
    memoryBytes: 4 * MIB,
    onDefect: (defect) => defects.push(defect),
  });

/** Creates a folder with the name of the file that is written next: no account can be saved until it is deleted. */
const spoil = () => mkdirSync(join(dataDir, 'account.json.new'));
const mend = () => rmdirSync(join(dataDir, 'account.json.new'));

const statusOf = async (engine: Engine, name: string) =>
  (await engine.call('DescribeStreamSummary', { StreamName: name })).StreamDescriptionSummary?.StreamStatus;

const codes = () => defects.map(({ code }) => code);

test('a change that the disk cannot store fails its call, is reported once, and still takes effect', async () => {
  const engine = await opened();
  spoil();
  const create = (name: string) => engine.call('CreateStream', { StreamName: name, ShardCount: 1 });
  await expect(create('orders')).rejects.toMatchObject({ code: 'InternalFailureException', status: 500 });
  await expect(create('clicks')).rejects.toMatchObject({ code: 'InternalFailureException' });
  engine.advance(1500);
  expect([await statusOf(engine, 'orders'), await statusOf(engine, 'clicks')]).toEqual(['ACTIVE', 'ACTIVE']);
  expect(codes()).toEqual(['WRITE_FAILED']);
  expect(defects[0]!.message).toContain(`${dataDir} EISDIR`);
  mend();
  engine.advance(1500);
  expect(codes()).toEqual(['WRITE_FAILED', 'WRITE_RECOVERED']);
  await engine.close();
  const again = await opened();
  expect([await statusOf(again, 'orders'), await statusOf(again, 'clicks')]).toEqual(['ACTIVE', 'ACTIVE']);
  await again.close();
});

test('a state and the next one end in time while the disk is full', async () => {
  const engine = await opened();
  engine.createStream('orders', { shards: 1 });
  await engine.split('orders', shardId(0));
  spoil();
  engine.advance(1500);
  expect(await statusOf(engine, 'orders')).toBe('ACTIVE');
  await expect(engine.merge('orders', shardId(1), shardId(2))).rejects.toMatchObject({ status: 500 });
  engine.advance(1500);
  expect((await engine.call('ListShards', { StreamName: 'orders' })).Shards).toHaveLength(4);
  mend();
  await engine.close();
});

test('calls that only read succeed while the disk is full', async () => {
  const engine = await opened();
  engine.createStream('orders');
  spoil();
  await engine.call('AddTagsToStream', { StreamName: 'orders', Tags: { a: 'b' } }).catch(() => {});
  expect(await statusOf(engine, 'orders')).toBe('ACTIVE');
  expect((await engine.call('ListTagsForStream', { StreamName: 'orders' })).Tags).toEqual([{ Key: 'a', Value: 'b' }]);
  mend();
  await engine.close();
});

test('an account that cannot be written when it closes unlocks its folder and reports the failure', async () => {
  const engine = await opened();
  engine.createStream('orders');
  spoil();
  await expect(engine.close()).rejects.toThrow('EISDIR');
  mend();
  const again = await opened();
  expect(await statusOf(again, 'orders')).toBe('ACTIVE');
  await again.close();
});

test('an account that cannot start because of its folder leaves the folder unlocked', async () => {
  spoil();
  await expect(opened()).rejects.toThrow('EISDIR');
  mend();
  await (await opened()).close();
});
