import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { busiestWindow } from '../../../../runners/plan/verify/busiest-window.ts';
import { cellKeys } from '../../../../runners/plan/verify/cell-keys.ts';
import { windowRecords } from '../../../../runners/plan/verify/window-records.ts';
import { writeRecording } from '../../../../runners/plan/verify/write-recording.ts';
import { emptyFolder } from '../../commands/cli-command.ts';
import { hashRatioOf, keysOf, madeLoad } from '../hand-made-load.ts';

describe('the busiest minute', () => {
  test('is the one with most records', () => {
    const load = madeLoad({
      ratesPerSecond: [...new Array(100).fill(10), ...new Array(60).fill(50), ...new Array(40).fill(1)],
    });
    expect(busiestWindow(load)).toEqual({ fromNs: 100e9, toNs: 160e9 });
  });

  test('is all of a shorter load', () => {
    expect(busiestWindow(madeLoad({ ratesPerSecond: [1, 2, 3] }))).toEqual({ fromNs: 0, toNs: 3e9 });
  });

  test('lies in the busiest step of a load that is known by hours', () => {
    const load = madeLoad({ ratesPerSecond: [1, 5, 2], stepSeconds: 3600 });
    expect(busiestWindow(load)).toEqual({ fromNs: 3600e9, toNs: 3660e9 });
  });

  test('is shorter if its bytes would not fit a recording', () => {
    const { fromNs, toNs } = busiestWindow(madeLoad({ ratesPerSecond: new Array(60).fill(10_000), recordBytes: 1000 }));
    expect(toNs - fromNs).toBeCloseTo(18e9, -6);
  });
});

describe('records drawn from rates', () => {
  const load = madeLoad({ ratesPerSecond: [100, 0, 300], keys: keysOf({ a: 0.8, b: 0.2 }) });
  const drawn = [...windowRecords(load, { fromNs: 0, toNs: 3e9 }, [4, 3], 1)].length;

  test('are as many as the rates expect, within chance', () => {
    expect(Math.abs(drawn - 400)).toBeLessThan(4 * Math.sqrt(400));
  });

  test('come in the order of time, in the shares of the keys', () => {
    let last = 0;
    let ofA = 0;
    for (const { dueAtNs, hashRatio } of windowRecords(load, { fromNs: 0, toNs: 3e9 }, [4, 3], 1)) {
      expect(dueAtNs).toBeGreaterThanOrEqual(last);
      expect(dueAtNs >= 1e9 && dueAtNs < 2e9).toBe(false);
      last = dueAtNs;
      if (Math.floor(hashRatio * 4) === Math.floor(hashRatioOf('a') * 4)) ofA += 1;
    }
    expect(ofA / drawn).toBeGreaterThan(0.72);
    expect(ofA / drawn).toBeLessThan(0.88);
  });
});

describe('a key for a hash key', () => {
  test('lies on the same shard for each count', () => {
    const keyOf = cellKeys([7, 6]);
    for (let i = 0; i < 500; i++) {
      const wanted = (i + 0.5) / 500;
      const found = hashRatioOf(keyOf(wanted));
      for (const count of [7, 6]) expect(Math.floor(found * count)).toBe(Math.floor(wanted * count));
    }
  });

  test('is the same for hash keys of the same shards', () => {
    const keyOf = cellKeys([2]);
    expect(keyOf(0.1)).toBe(keyOf(0.4));
    expect(keyOf(0.1)).not.toBe(keyOf(0.6));
  });
});

test('a recording has lines as long as the records, and times from its first record', async () => {
  const file = join(emptyFolder(), 'minute.ndjson');
  const records = [
    { dueAtNs: 5e9, hashRatio: 0.1, bytes: 100 },
    { dueAtNs: 5e9 + 2500, hashRatio: 0.9, bytes: 1 },
  ];
  await writeRecording(file, records, () => 'k1');
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => line.length)).toEqual([98, lines[1]!.length]);
  expect(lines.map((line) => JSON.parse(line).t)).toEqual([0, 3]);
  expect(JSON.parse(lines[0]!).k).toBe('k1');
});

test('a minute without records is rejected', async () => {
  const file = join(emptyFolder(), 'minute.ndjson');
  await expect(writeRecording(file, [], () => 'k')).rejects.toThrow(/has no record, so there is nothing to verify/);
});
