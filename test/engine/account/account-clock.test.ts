import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { VirtualClock } from '../../../engine/account/clock.ts';
import { Engine } from '../../../engine/engine.ts';
import { DAY_MS, START_MS } from './control/set-up.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'streamgauge-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const opened = (startMs: number) =>
  Engine.open({ dataDir, clock: new VirtualClock(startMs), limits: 'aws', memoryBytes: 2 ** 22 });
const put = (engine: Engine) => engine.put('orders', { partitionKey: 'k', data: 'x' });

test('a virtual clock continues at the time of the last one in its folder', async () => {
  const first = await opened(START_MS);
  first.advance(30 * DAY_MS);
  first.createStream('orders');
  await put(first);
  first.advance(DAY_MS / 2);
  await first.close();
  const second = await opened(START_MS + 1000);
  expect(second.account.clock.nowMs()).toBe(START_MS + 30.5 * DAY_MS);
  await put(second);
  let records = 0;
  for await (const { arrivedAt } of second.read('orders')) {
    records += 1;
    expect(arrivedAt.getTime()).toBeLessThanOrEqual(START_MS + 30.5 * DAY_MS);
  }
  expect(records).toBe(2);
  await second.close();
});

test('a virtual clock that is later than the one in its folder keeps its time', async () => {
  await (await opened(START_MS)).close();
  const second = await opened(START_MS + DAY_MS);
  expect(second.account.clock.nowMs()).toBe(START_MS + DAY_MS);
  await second.close();
});
