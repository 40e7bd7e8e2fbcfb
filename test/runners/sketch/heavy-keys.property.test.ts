import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashKey } from '../../../engine/routing/hash-key.ts';
import { HeavyKeys, hexOf } from '../../../runners/sketch/heavy-keys.ts';

const CAPACITY = 8;

function hashOf(key: number): Uint32Array {
  const bytes = Buffer.from(`key-${key}`);
  const hash = new Uint32Array(4);
  hashKey(bytes, 0, bytes.length, hash);
  return hash;
}

/** Keys with very different counts: the square makes small numbers frequent. */
const keys = fc.array(
  fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }).map((u) => Math.floor(40 * u * u)),
  { maxLength: 400 },
);

function counted(sequence: readonly number[], capacity: number) {
  const heavy = new HeavyKeys(capacity);
  for (const key of sequence) heavy.add(hashOf(key), 100 + key);
  const truth = new Map<string, number>();
  for (const key of sequence) truth.set(hexOf(hashOf(key)), (truth.get(hexOf(hashOf(key))) ?? 0) + 1);
  return { heavy, truth };
}

test('the true count of every key is within the bounds that heavy keys state', () => {
  fc.assert(
    fc.property(keys, (sequence) => {
      const { heavy, truth } = counted(sequence, CAPACITY);
      const listed = new Map(heavy.heaviest().map(({ hash, records }) => [hexOf(hash), records]));
      for (const [name, count] of truth) {
        const records = listed.get(name) ?? 0;
        expect(records).toBeLessThanOrEqual(count);
        expect(count).toBeLessThanOrEqual(records + heavy.recordsMissedMax);
      }
      expect(heavy.recordsMissedMax).toBeLessThanOrEqual((2 * sequence.length) / CAPACITY);
    }),
  );
});

test('heavy keys are exact while there are no more keys than their capacity', () => {
  fc.assert(
    fc.property(keys, (sequence) => {
      const { heavy, truth } = counted(sequence, 64);
      expect(heavy.recordsMissedMax).toBe(0);
      expect(new Map(heavy.heaviest().map(({ hash, records }) => [hexOf(hash), records]))).toEqual(truth);
      const counts = heavy.heaviest().map(({ records }) => records);
      expect(counts).toEqual([...counts].sort((a, b) => b - a));
    }),
  );
});

test('the mean size of a heavy key is that of its records', () => {
  const { heavy } = counted([3, 3, 5, 3], 4);
  expect(heavy.heaviest().map(({ meanBytes }) => meanBytes)).toEqual([103, 105]);
});
