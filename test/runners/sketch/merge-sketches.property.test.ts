import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashKey } from '../../../engine/routing/hash-key.ts';
import { hexOf } from '../../../runners/sketch/heavy-keys.ts';
import { mergeSketches } from '../../../runners/sketch/merge-sketches.ts';
import { bytesOf, type KeySketch, recordsOf, STEP_RANGES } from '../../../runners/sketch/sketch.ts';
import { SketchBuilder } from '../../../runners/sketch/sketch-builder.ts';
import { sketchOf, sketchText } from '../../../runners/sketch/sketch-file.ts';
import { packNumbers, unpackNumbers } from '../../../runners/sketch/whole-numbers.ts';

const START = 1_767_225_600;

interface Item {
  readonly second: number;
  readonly key: number;
  readonly bytes: number;
}

const hashOf = (key: string): Uint32Array => {
  const bytes = Buffer.from(key);
  const hash = new Uint32Array(4);
  hashKey(bytes, 0, bytes.length, hash);
  return hash;
};

function sketchOfItems(items: readonly Item[], source: string, options = {}): KeySketch {
  const builder = new SketchBuilder({ source, ...options });
  for (const { second, key, bytes } of items) {
    const text = `key-${key}`;
    builder.add(START + second, hashOf(text), text.length, bytes, () => text);
  }
  return builder.finish();
}

const items = fc.array(fc.record({ second: fc.nat(200), key: fc.nat(3000), bytes: fc.nat(5000) }), {
  minLength: 1,
  maxLength: 60,
});

describe('merged sketches', () => {
  test('have the same bytes in any order and grouping', () => {
    fc.assert(
      fc.property(fc.array(items, { minLength: 2, maxLength: 5 }), fc.nat(), (lists, turn) => {
        const parts = lists.map((list, i) => sketchOfItems(list, `part-${i}`, { keepKeys: i % 2 === 0 }));
        const whole = sketchText(mergeSketches(parts));
        const turned = parts.map((_, i) => parts[(i + turn) % parts.length]!);
        expect(sketchText(mergeSketches(turned))).toBe(whole);
        const cut = 1 + (turn % (parts.length - 1));
        const halves = [mergeSketches(parts.slice(cut)), mergeSketches(parts.slice(0, cut))];
        expect(sketchText(mergeSketches(halves))).toBe(whole);
        const saved = parts.map((part) => sketchOf(JSON.parse(sketchText(part)), 'part'));
        expect(sketchText(mergeSketches(saved.reverse()))).toBe(whole);
      }),
      { numRuns: 50 },
    );
  });

  test('are the sketch of the whole if every part lists all of its keys', () => {
    fc.assert(
      fc.property(items, fc.nat(5), (list, by) => {
        const whole = sketchOfItems(list, 'a');
        const left = list.filter((_, i) => i % (by + 2) === 0);
        const right = list.filter((_, i) => i % (by + 2) !== 0);
        const parts = [left, right].filter((part) => part.length > 0).map((part) => sketchOfItems(part, 'a'));
        expect(sketchText({ ...mergeSketches(parts), sources: ['a'] })).toBe(sketchText(whole));
      }),
      { numRuns: 50 },
    );
  });

  test('bound the true count of every key, listed or not', () => {
    // 3,000 keys in each part, of which 1,024 are listed.
    const lists = [1, 2, 3].map((part) =>
      Array.from({ length: 6000 }, (_, i) => ({
        second: i % 50,
        key: i < 3000 ? i : (i * part * 7) % 400,
        bytes: part,
      })),
    );
    const merged = mergeSketches(lists.map((list, i) => sketchOfItems(list, `part-${i}`)));
    const truth = new Map<string, number>();
    for (const { key } of lists.flat()) {
      const md5 = hexOf(hashOf(`key-${key}`));
      truth.set(md5, (truth.get(md5) ?? 0) + 1);
    }
    const listed = new Map(merged.keys.map((key) => [key.md5, key]));
    expect(merged.unlistedRecordsMax).toBeGreaterThan(0);
    for (const [md5, count] of truth) {
      const { recordsMin = 0, recordsMax = merged.unlistedRecordsMax } = listed.get(md5) ?? {};
      expect(recordsMin).toBeLessThanOrEqual(count);
      expect(count).toBeLessThanOrEqual(recordsMax);
    }
    expect(recordsOf(merged)).toBe(18_000);
  });

  test('need steps of one length', () => {
    const parts = [
      sketchOfItems([{ second: 0, key: 1, bytes: 1 }], 'a'),
      sketchOfItems([{ second: 0, key: 1, bytes: 1 }], 'b', { stepSeconds: 60 }),
    ];
    expect(() => mergeSketches(parts)).toThrow(/RUNNER_SKETCH_MISMATCH .*steps of 1 s and of 60 s .*--step/);
  });

  test('may not lie too far apart', () => {
    const parts = [0, 200_000].map((second) => sketchOfItems([{ second, key: 1, bytes: 1 }], `at-${second}`));
    expect(() => mergeSketches(parts)).toThrow(/RUNNER_SKETCH_MISMATCH .*2.31 days.*--step 1m/);
  });
});

describe('a sketch', () => {
  test('counts records and bytes by second and hash range', () => {
    const sketch = sketchOfItems(
      [
        { second: 3, key: 1, bytes: 10 },
        { second: 5, key: 1, bytes: 20 },
      ],
      'a',
    );
    expect([sketch.startSeconds, sketch.steps]).toEqual([START + 3, 3]);
    const range = hashOf('key-1')[0]! >>> 26;
    expect([0, 1, 2].map((step) => sketch.bytesByStep[step * STEP_RANGES + range])).toEqual([15, 0, 25]);
    expect([recordsOf(sketch), bytesOf(sketch)]).toEqual([2, 40]);
    expect([sketch.keySizes.maxNs, sketch.dataSizes.maxNs]).toEqual([5, 20]);
  });

  test('has no key in clear unless keys are kept', () => {
    const list = [{ second: 0, key: 7, bytes: 1 }];
    expect(sketchText(sketchOfItems(list, 'a'))).not.toContain('key-7');
    expect(sketchText(sketchOfItems(list, 'a', { keepKeys: true }))).toContain('"key": "key-7"');
  });

  test('is the same after it was saved and read', () => {
    fc.assert(
      fc.property(items, (list) => {
        const text = sketchText(sketchOfItems(list, 'a', { keepKeys: true }));
        expect(sketchText(sketchOf(JSON.parse(text), 'a'))).toBe(text);
      }),
      { numRuns: 50 },
    );
  });

  test('fails with a code if it has no record', () => {
    expect(() => sketchOfItems([], 'a')).toThrow(/RUNNER_INPUT_EMPTY there is no record/);
  });

  test.each([
    ['other JSON', () => ({}), /not a key sketch/],
    ['a newer version', (file: Record<string, unknown>) => ({ ...file, version: 2 }), /version 2/],
    ['an unknown field', (file: Record<string, unknown>) => ({ ...file, more: 1 }), /more/],
    ['cut numbers', (file: Record<string, unknown>) => ({ ...file, recordsByRange: 'AAAA' }), /recordsByRange/],
    ['another sum', (file: Record<string, unknown>) => ({ ...file, records: 5 }), /its sums disagree/],
  ])('is not read from %s', (_, change, message) => {
    const file: Record<string, unknown> = JSON.parse(sketchText(sketchOfItems([{ second: 0, key: 1, bytes: 1 }], 'a')));
    expect(() => sketchOf(change(file), 'f')).toThrow(message);
    expect(() => sketchOf(change(file), 'f')).toThrow('RUNNER_SKETCH_UNREADABLE');
  });
});

test('whole numbers are the same after they were packed and unpacked', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constant(0), fc.nat(300), fc.maxSafeNat())), (numbers) => {
      const values = Float64Array.from(numbers);
      expect(unpackNumbers(packNumbers(values), values.length)).toEqual(values);
    }),
  );
  expect(unpackNumbers(packNumbers(Float64Array.of(1, 2)), 3)).toBeUndefined();
  expect(unpackNumbers(packNumbers(Float64Array.of(1, 2)), 1)).toBeUndefined();
});
