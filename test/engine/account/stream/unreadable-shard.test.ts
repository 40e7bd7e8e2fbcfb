import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { VirtualClock } from '../../../../engine/account/clock.ts';
import type { StoreDefect } from '../../../../engine/account/store-defect.ts';
import { Engine } from '../../../../engine/engine.ts';
import { HOUR_MS, MINUTE_MS, START_MS, shardId } from '../control/set-up.ts';

let dataDir: string;
let defects: StoreDefect[];
let engine: Engine;

/** Opens two shards whose records were not read yet. The files of the first cannot be opened. */
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'streamgauge-'));
  defects = [];
  const before = await opened();
  before.createStream('orders', { shards: 2 });
  await before.close();
  engine = await opened();
  mkdirSync(folderOfFirst(), { recursive: true });
  rmSync(folderOfFirst(), { recursive: true });
  writeFileSync(folderOfFirst(), '');
});
afterEach(async () => {
  await engine.close();
  rmSync(dataDir, { recursive: true });
});

const opened = () =>
  Engine.open({
    dataDir,
    clock: new VirtualClock(START_MS),
    limits: 'none',
    delaysMs: { creating: 0, updating: 500, deleting: 0, registering: 0 },
    memoryBytes: 2 ** 22,
    onDefect: (defect) => defects.push(defect),
  });

const folderOfFirst = () => {
  const stream = (engine.account.findStream('orders') ?? raise()).state;
  return engine.account.folder.ofShard(stream, stream.shards[0]!);
};
const raise = (): never => {
  throw new Error('there is no stream');
};
const mend = () => rmSync(folderOfFirst());
const openShards = () => engine.account.stream({ StreamName: 'orders' }).openShards.map(({ id }) => id);
const status = () => engine.account.stream({ StreamName: 'orders' }).state.status;
const LAST = String(2n ** 128n - 1n);

test('records of a shard that cannot be opened fail one by one, and are accepted when it can', async () => {
  const put = () =>
    engine.putMany('orders', [
      { partitionKey: 'a', data: 'x', explicitHashKey: '0' },
      { partitionKey: 'b', data: 'y', explicitHashKey: LAST },
    ]);
  expect(await put()).toMatchObject({ FailedRecordCount: 1, Records: [{ ErrorCode: 'InternalFailure' }, {}] });
  await put();
  expect(defects.map(({ code, file }) => [code, file])).toEqual([['UNREADABLE', folderOfFirst()]]);
  mend();
  expect(await put()).toMatchObject({ FailedRecordCount: 0 });
});

test('a split of a shard that cannot be opened waits, and changes nothing before', async () => {
  await engine.reshard('orders', 4);
  engine.advance(10_000);
  expect([status(), openShards()]).toEqual(['UPDATING', [0, 1].map(shardId)]);
  expect(defects.map(({ code }) => code)).toEqual(['UNREADABLE']);
  mend();
  engine.advance(1000);
  expect([status(), openShards()]).toEqual(['ACTIVE', [2, 3, 4, 5].map(shardId)]);
});

test('upkeep continues with the other streams', async () => {
  engine.createStream('views');
  await engine.put('views', { partitionKey: 'k', data: 'x' });
  await engine.split('views', shardId(0));
  engine.account.stream({ StreamName: 'orders' }).state.shards[0]!.closedAtMs = START_MS;
  engine.advance(30 * HOUR_MS + MINUTE_MS);
  expect(engine.account.stream({ StreamName: 'views' }).shards.map(({ id }) => id)).toEqual([1, 2].map(shardId));
  expect(defects.map(({ code }) => code)).toContain('UNREADABLE');
});
