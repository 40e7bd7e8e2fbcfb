import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeOf, SequenceNumbers } from '../../../engine/kinesis/sequence-number.ts';

const WHERE = { shardId: 'shardId-000000000007', streamName: 'orders', accountId: '000000000000' };
const numbers = new SequenceNumbers({
  index: 7,
  parentIndex: undefined,
  adjacentParentIndex: undefined,
  startingHashKey: '0',
  endingHashKey: '1',
  createdAtMs: 1_767_225_600_000,
  closedAtMs: undefined,
  endSequenceNumber: undefined,
});
/** Places near each other, and places that differ in the digits that neighbours share. */
const place = fc.oneof(fc.nat(5000), fc.maxSafeNat());

test('a sequence number is its parts one after the other, in whatever order places come', () => {
  fc.assert(
    fc.property(fc.array(place, { minLength: 1 }), (places) => {
      for (const at of places) {
        expect(numbers.of(at)).toBe(`491767225600000000007${String(at).padStart(16, '0')}0000000000000000002`);
      }
    }),
  );
});

test('a sequence number gives its place back, and rises with it', () => {
  fc.assert(
    fc.property(place, place, (one, other) => {
      expect(placeOf(numbers.of(one), numbers.prefix, WHERE)).toBe(one);
      expect(numbers.of(one) < numbers.of(other)).toBe(one < other);
    }),
  );
});
