import { describe, expect, test } from 'vitest';
import { hashKey } from '../../../../engine/routing/hash-key.ts';
import { loadOfSketch } from '../../../../runners/plan/input/load-of-sketch.ts';
import { hashRatioOf, hexOf } from '../../../../runners/sketch/heavy-keys.ts';
import { SketchBuilder } from '../../../../runners/sketch/sketch-builder.ts';

const START = 1_767_225_600;

function hashOf(key: string): Uint32Array {
  const bytes = Buffer.from(key);
  const hash = new Uint32Array(4);
  hashKey(bytes, 0, bytes.length, hash);
  return hash;
}

/** @param keyOf key of record i, of which ten come each second */
function sketched(records: number, keyOf: (i: number) => string, keepKeys = false) {
  const builder = new SketchBuilder({ source: 'test', keepKeys });
  for (let i = 0; i < records; i += 1) {
    const key = keyOf(i);
    builder.add(START + Math.floor(i / 10), hashOf(key), key.length, 100, () => key);
  }
  return builder.finish();
}

const load = (sketch: ReturnType<typeof sketched>, options = {}) =>
  loadOfSketch(sketch, { name: 'test', consumers: [], ...options });

/** Shares by shard of records whose keys are known. */
function sharesOf(records: number, keyOf: (i: number) => string, shards: number): number[] {
  const shares = new Array<number>(shards).fill(0);
  for (let i = 0; i < records; i += 1) shares[Math.floor(hashRatioOf(hashOf(keyOf(i))) * shards)]! += 1 / records;
  return shares;
}

describe('a load from a sketch', () => {
  test('has the rates of its seconds, and the shares of its keys', () => {
    const keyOf = (i: number) => `k${i % 7}`;
    const { rates, records, bytes, durationNs, keys } = load(sketched(700, keyOf));
    expect([records, bytes, durationNs, rates.stepNs]).toEqual([700, 700 * 102, 70e9, 1e9]);
    expect([...rates.recordsOfStep]).toEqual(Array(70).fill(10));
    for (const shards of [1, 3, 8]) {
      const expected = sharesOf(700, keyOf, shards);
      for (const [shard, share] of keys.recordShares(shards).entries()) expect(share).toBeCloseTo(expected[shard]!, 9);
    }
    const names = Array.from({ length: 7 }, (_, i) => hexOf(hashOf(`k${i}`)));
    expect(keys.heaviest.map(({ name }) => name).sort()).toEqual(names.sort());
  });

  test('has shares near the exact ones if most keys are not listed', () => {
    const keyOf = (i: number) => (i % 10 === 0 ? 'hot' : `user-${i}`);
    const { keys, notes } = load(sketched(20_000, keyOf));
    expect(notes.join('\n')).toContain('lists 1,024 keys');
    for (const shards of [4, 6, 100]) {
      const expected = sharesOf(20_000, keyOf, shards);
      for (const [shard, share] of keys.recordShares(shards).entries()) {
        expect(Math.abs(share - expected[shard]!)).toBeLessThan(0.0005);
      }
    }
  });

  test('names keys that were kept', () => {
    expect(load(sketched(10, () => 'hot', true)).keys.heaviest[0]).toMatchObject({ name: 'hot', recordShare: 1 });
  });

  test('has more keys if it is scaled, or busier ones', () => {
    const sketch = sketched(100, () => 'hot');
    const more = load(sketch, { scale: 50 });
    expect([more.records, more.keys.distinctKeys, more.keys.heaviest[0]!.recordShare]).toEqual([5000, 50, 0.02]);
    expect(Math.max(...more.keys.recordShares(4))).toBeLessThan(0.5);
    const busier = load(sketch, { scale: 50, copyKeys: 'same' });
    expect([busier.records, busier.keys.distinctKeys]).toEqual([5000, 1]);
    expect(Math.max(...busier.keys.recordShares(4))).toBe(1);
  });

  test('notes that a part of the keys has its peak at another time than the load', () => {
    // In second 50 all records have one key, which has 1 of 100 otherwise.
    const keyOf = (i: number) => (Math.floor(i / 1000) === 50 ? 'late' : `k${i % 100}`);
    const builder = new SketchBuilder({ source: 'test' });
    for (let i = 0; i < 100_000; i += 1) {
      const key = keyOf(i);
      builder.add(START + Math.floor(i / 1000), hashOf(key), key.length, 10, () => key);
    }
    expect(load(builder.finish()).notes.join('\n')).toContain('has its peak at another time than the load');
    expect(load(sketched(1000, (i) => `k${i % 7}`)).notes.join('\n')).not.toContain('has its peak');
  });
});
