import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createKeyChooser, createKeyTable, type KeyTable, keyText } from '../../workloads/keys.ts';
import type { KeysSpec } from '../../workloads/scenario.ts';
import { aWorkload } from './a-workload.ts';
import { chiSquare, chiSquareLimit } from './statistics.ts';

const textOf = (table: KeyTable, key: number) =>
  Buffer.from(table.words.buffer, table.offsets[key]! * 4, table.lengths[key]!).toString();
const texts = (table: KeyTable) => Array.from({ length: table.count }, (_, key) => textOf(table, key));
const tableOf = (keys: KeysSpec, replayKeys?: string[]) =>
  createKeyTable(aWorkload({ keys }), replayKeys === undefined ? undefined : { keys: replayKeys });
const counts = (keys: KeysSpec, count: number, draws: number) => {
  const choose = createKeyChooser(aWorkload({ keys }), 99);
  const seen = new Float64Array(count);
  for (let i = 0; i < draws; i += 1) seen[choose(i)]! += 1;
  return seen;
};

describe('the key table', () => {
  test('holds generated keys of one width', () => {
    const table = tableOf({ kind: 'uniform', count: 1235 });
    expect(table.count).toBe(1235);
    expect(textOf(table, 1234)).toBe('key-00001234');
    expect(texts(table)).toEqual(Array.from({ length: 1235 }, (_, key) => keyText(key)));
  });

  test('fills each key up with zeros to a multiple of 8 bytes', () => {
    const table = tableOf({ kind: 'field', field: 'f' }, ['a', 'eight888', 'nine99999', 'ü'.repeat(3)]);
    expect(texts(table)).toEqual(['a', 'eight888', 'nine99999', 'üüü']);
    expect([...table.offsets]).toEqual([0, 2, 4, 8, 10]);
    expect([...table.lengths]).toEqual([1, 8, 9, 6]);
    const bytes = new Uint8Array(table.words.buffer);
    expect([...bytes.subarray(1, 8)]).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(bytes.length).toBe(40);
  });

  test('lies in shared memory', () => {
    const table = tableOf({ kind: 'one', key: 'only' });
    for (const part of [table.words, table.offsets, table.lengths])
      expect(part.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(texts(table)).toEqual(['only']);
  });

  test('holds a key of 256 four-byte characters', () => {
    const key = '😀'.repeat(256);
    expect(texts(tableOf({ kind: 'one', key }))).toEqual([key]);
  });

  test('needs the recording for keys from a field', () => {
    expect(() => tableOf({ kind: 'field', field: 'f' })).toThrow('but no recording');
  });
});

describe('the key chooser', () => {
  test('uniform draws every key equally often', () => {
    const seen = counts({ kind: 'uniform', count: 100 }, 100, 1_000_000);
    expect(chiSquare(seen, new Float64Array(100).fill(10_000))).toBeLessThan(chiSquareLimit(99));
  });

  test('hot gives the hot keys exactly their share and spreads the rest evenly', () => {
    const seen = counts({ kind: 'hot', hotCount: 2, hotShare: 0.8, count: 100 }, 100, 1_000_000);
    const expected = Float64Array.from({ length: 100 }, (_, key) => (key < 2 ? 400_000 : 200_000 / 98));
    expect(chiSquare(seen, expected)).toBeLessThan(chiSquareLimit(99));
  });

  test('the hotspot of YCSB makes a hot key 16 times as frequent as a cold one', () => {
    const seen = counts({ kind: 'hot', hotCount: 20, hotShare: 0.8, count: 100 }, 100, 2_000_000);
    const hot = seen.subarray(0, 20).reduce((sum, n) => sum + n, 0) / 20;
    const cold = seen.subarray(20).reduce((sum, n) => sum + n, 0) / 80;
    expect(hot / cold).toBeCloseTo(16, 0);
  });

  test.each([0, 1])('hot with a share of %d never leaves its keys', (hotShare) => {
    const seen = counts({ kind: 'hot', hotCount: 2, hotShare, count: 10 }, 10, 10_000);
    expect(seen.subarray(0, 2).reduce((sum, n) => sum + n, 0)).toBe(hotShare * 10_000);
  });

  test('sequential draws the keys in turn, and starts again after the last', () => {
    const choose = createKeyChooser(aWorkload({ keys: { kind: 'sequential', count: 3 } }), 1);
    expect([0, 1, 2, 3, 4, 2 ** 40].map(choose)).toEqual([0, 1, 2, 0, 1, 1]);
  });

  test('field takes the key of the replayed record, and starts again after the last', () => {
    const replay = { keyIndexes: new Int32Array(new SharedArrayBuffer(12)) };
    replay.keyIndexes.set([2, 0, 1]);
    const choose = createKeyChooser(aWorkload({ keys: { kind: 'field', field: 'f' } }), 1, replay);
    expect([0, 1, 2, 3].map(choose)).toEqual([2, 0, 1, 2]);
  });

  test.each<KeysSpec>([
    { kind: 'uniform', count: 1000 },
    { kind: 'zipf', exponent: 0.99, count: 1000 },
    { kind: 'zipf', exponent: 0.99, count: 5_000_000 },
    { kind: 'hot', hotCount: 1, hotShare: 0.5, count: 1000 },
  ])('$kind depends only on the place, the seed and the workload', (keys) => {
    const places = Array.from({ length: 200 }, (_, i) => i * 37);
    const draws = (seed: number, name: string, order: number[]) => {
      const choose = createKeyChooser(aWorkload({ keys, name }), seed);
      return new Map(order.map((place) => [place, choose(place)]));
    };
    const forwards = draws(5, 'a', places);
    expect([...draws(5, 'a', places.toReversed())].reverse()).toEqual([...forwards]);
    expect([...draws(6, 'a', places)]).not.toEqual([...forwards]);
    expect([...draws(5, 'b', places)]).not.toEqual([...forwards]);
  });
});

test('the shards of web-clickstream get the shares that its comment states', () => {
  const shares = [0, 0, 0, 0];
  let total = 0;
  for (let key = 0; key < 50_000; key += 1) {
    const weight = (key + 1) ** -0.99;
    const hash = createHash('md5').update(keyText(key)).digest().readUInt32BE(0);
    shares[Math.floor((hash / 2 ** 32) * 4)]! += weight;
    total += weight;
  }
  expect(shares.map((share) => Number(((share / total) * 100).toFixed(1)))).toEqual([22.8, 21.7, 21.2, 34.4]);
});
