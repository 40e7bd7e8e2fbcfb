import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Histogram } from '../../../reports/histogram/histogram.ts';

const counted = fc.uniqueArray(fc.record({ slot: fc.nat(33_000), count: fc.integer({ min: 1, max: 1000 }) }), {
  maxLength: 60,
  selector: ({ slot }) => slot,
});

test('adding sorted slots at once equals adding them one by one', () => {
  fc.assert(
    fc.property(fc.array(counted, { maxLength: 8 }), fc.boolean(), (batches, isSealed) => {
      const inOrder = new Histogram();
      const oneByOne = new Histogram();
      for (const batch of batches) {
        const sorted = batch.toSorted((a, b) => a.slot - b.slot);
        // The arrays are longer than the count, because only the first slots must be added.
        const slots = Uint16Array.from([...sorted.map(({ slot }) => slot), 1, 2]);
        const counts = Float64Array.from([...sorted.map(({ count }) => count), 7, 7]);
        inOrder.addSlots(slots, counts, sorted.length);
        for (const { slot, count } of batch) oneByOne.addSlot(slot, count);
        if (isSealed) inOrder.seal();
      }
      expect(inOrder.count).toBe(oneByOne.count);
      expect(inOrder.equals(oneByOne)).toBe(true);
    }),
  );
});

test('a clone does not change when its original changes', () => {
  const first = new Histogram();
  first.addSlots(Uint16Array.of(5, 9), Float64Array.of(1, 1), 2);
  const clone = first.clone();
  first.addSlots(Uint16Array.of(5), Float64Array.of(1), 1);
  clone.addSlots(Uint16Array.of(9), Float64Array.of(10), 1);
  expect([first.count, clone.count]).toEqual([3, 12]);
  expect(first.percentileNs(100)).toBe(9);
  expect(clone.percentileNs(10)).toBe(9);
});
