import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  composeSequence,
  decomposeOldSequence,
  decomposeSequence,
  secondOf,
} from '../../../../engine/account/identifiers/sequence-layout.ts';
import { canFollow, SequenceBlock, SequenceNumbers } from '../../../../engine/account/identifiers/sequence-number.ts';
import type { ShardState } from '../../../../engine/account/stream/stream-state.ts';

const WHERE = { shardId: 'shardId-000000000007', streamName: 'orders', accountId: '000000000000' };
const CREATED_MS = 1_767_225_600_123;
const SECOND = 1_767_225_600;
const shardAt = (index: number, sequenceSecond: number): ShardState => ({
  index,
  parentIndex: undefined,
  adjacentParentIndex: undefined,
  startingHashKey: '0',
  endingHashKey: '1',
  createdAtMs: CREATED_MS,
  sequenceSecond,
  closedAtMs: undefined,
  endSequenceNumber: undefined,
  encryptedPlaces: [],
});
const numbers = new SequenceNumbers(shardAt(7, SECOND));
/** Places near each other, and places that differ in the digits that neighbours share. */
const place = fc.oneof(fc.nat(5000), fc.nat(2 ** 27), fc.maxSafeNat());
const second = fc.oneof(
  fc.integer({ min: SECOND, max: SECOND + 3 }),
  fc.nat(2 ** 30),
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
);

describe('the layout of sequence numbers', () => {
  test.each([
    ['49600871682957036442365024926191073437251060580128653314', 1572297165, 0, 0n, 1572297165],
    ['49600871682979337187563555549332609155523708941634633746', 1572297165, 1, 0n, 1572297165],
    ['49600871683001637932762086172474144873796357303140614178', 1572297165, 2, 0n, 1572297165],
    ['49600902273357540915989931256901506243878407835297513618', 1572382897, 9, 0xa0n, 1572383214],
    ['49600902273357540915989931256902715169698037101720764562', 1572382897, 9, 0xa1n, 1572383427],
    ['49600883331171471519674795588238531498465399900093808706', 1572329810, 4, 0x1c0c4ea4n, 1572383427],
  ])('reads and writes %s of the AWS CLI reference', (text, createdSecond, shardIndex, order, putSecond) => {
    const parts = { createdSecond, shardIndex, order, putSecond };
    expect(decomposeSequence(text)).toEqual(parts);
    expect(String(composeSequence(parts))).toBe(text);
    const written = new SequenceNumbers(shardAt(shardIndex, createdSecond)).numberAt(Number(order), putSecond);
    expect(written).toBe(text);
  });

  test('rejects texts that are not of the layout', () => {
    const text = numbers.numberAt(5, SECOND);
    for (const other of ['', '0', '4', `${text}0`, `-${text.slice(1)}`, text.replace(/.$/, '1'), '9'.repeat(56)]) {
      expect(decomposeSequence(other)).toBeUndefined();
    }
  });

  test('keeps seconds within their 8 digits', () => {
    expect([-5, 0, 1999, 1e15].map(secondOf)).toEqual([0, 0, 1, 2 ** 32 - 1]);
  });

  test('has starting numbers of order 0 and ending numbers behind every record', () => {
    const closed = new SequenceNumbers({ ...shardAt(17, SECOND), closedAtMs: CREATED_MS + 60_000 });
    expect(decomposeSequence(closed.starting)).toEqual({
      createdSecond: SECOND,
      shardIndex: 17,
      order: 0n,
      putSecond: SECOND,
    });
    expect(decomposeSequence(closed.ending)).toEqual({
      createdSecond: SECOND,
      shardIndex: 17,
      order: 0x7fff_ffff_ffff_ffffn,
      putSecond: SECOND + 60,
    });
    expect(closed.ending > closed.numberAt(Number.MAX_SAFE_INTEGER, 2 ** 32 - 1)).toBe(true);
  });
});

test('a sequence number is the composition of its parts, in any order of places and seconds', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(place, second), { minLength: 1 }), (pairs) => {
      for (const [at, putSecond] of pairs) {
        const parts = { createdSecond: SECOND, shardIndex: 7, order: BigInt(at), putSecond };
        expect(numbers.numberAt(at, putSecond)).toBe(String(composeSequence(parts)));
        expect(decomposeSequence(numbers.numberAt(at, putSecond))).toEqual(parts);
      }
    }),
  );
});

test('numbers that are written together equal those that are written one by one', () => {
  const other = new SequenceNumbers(shardAt(23, SECOND + 5));
  const pair = fc.tuple(place, second, fc.constantFrom(numbers, other));
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 300, size: 'max' }), (items) => {
      const block = new SequenceBlock();
      const entries: { SequenceNumber?: string | undefined }[] = [];
      for (const [at, putSecond, of] of items) {
        const entry = {};
        block.add(entry, of, at, putSecond);
        entries.push(entry);
      }
      block.flush();
      expect(entries.map(({ SequenceNumber }) => SequenceNumber)).toEqual(
        items.map(([at, s, of]) => of.numberAt(at, s)),
      );
    }),
    { numRuns: 30 },
  );
});

test('a sequence number contains its place, and rises with it for any seconds', () => {
  fc.assert(
    fc.property(place, place, second, second, (one, other, oneSecond, otherSecond) => {
      expect(numbers.placeOf(numbers.numberAt(one, oneSecond), WHERE)).toBe(one);
      if (one !== other)
        expect(numbers.numberAt(one, oneSecond) < numbers.numberAt(other, otherSecond)).toBe(one < other);
    }),
  );
});

describe('a sequence number of an earlier version', () => {
  const oldNumber = (at: number, createdMs = CREATED_MS, index = 7) =>
    `49${createdMs}${String(index).padStart(6, '0')}${String(at).padStart(16, '0')}0000000000000000002`;

  test('contains its place, and is below every number of the present layout', () => {
    fc.assert(
      fc.property(place, place, (one, other) => {
        expect(numbers.placeOf(oldNumber(one), WHERE)).toBe(one);
        expect(oldNumber(one) < numbers.numberAt(other, 0)).toBe(true);
        expect(canFollow(oldNumber(one), numbers, other, SECOND)).toBe(true);
      }),
    );
  });

  test('is rejected by another shard, with the shard that it names', () => {
    expect(decomposeOldSequence(oldNumber(5))).toEqual({ createdMs: CREATED_MS, shardIndex: 7, place: 5 });
    expect(() => numbers.placeOf(oldNumber(5, CREATED_MS, 3), WHERE)).toThrow(/It encodes shardId-000000000003/);
    expect(() => numbers.placeOf(oldNumber(5, CREATED_MS + 1), WHERE)).toThrow(/did not come from this stream/);
  });
});

describe('a number that a put must come after', () => {
  test.each([
    ['the newest record', numbers.numberAt(99, SECOND), true],
    ['a place that the shard does not have yet', numbers.numberAt(100, SECOND), false],
    ['a place far above', numbers.numberAt(Number.MAX_SAFE_INTEGER, SECOND), false],
    ['a parent, which was created before', new SequenceNumbers(shardAt(9, SECOND - 1)).numberAt(1e9, SECOND), true],
    ['a shard that was created later', new SequenceNumbers(shardAt(9, SECOND + 1)).numberAt(1, SECOND), false],
    ['a second that has not come', numbers.numberAt(5, SECOND + 11), false],
    ['a text that is no sequence number', '12', false],
  ])('is accepted or rejected if it belongs to %s', (_what, text, isAccepted) => {
    expect(canFollow(text, numbers, 100, SECOND + 10)).toBe(isAccepted);
  });
});
