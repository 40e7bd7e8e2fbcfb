import fc from 'fast-check';
import { build } from 'hdr-histogram-js';
import { describe, expect, test } from 'vitest';
import {
  HIGHEST_NS,
  SLOT_COUNT,
  slotHighestNs,
  slotLowestNs,
  slotMedianNs,
  slotOf,
} from '../../../reports/histogram/slots.ts';

const reference = build({
  lowestDiscernibleValue: 1,
  highestTrackableValue: HIGHEST_NS,
  numberOfSignificantValueDigits: 3,
  useWebAssembly: false,
}) as unknown as {
  countsArrayIndex(value: number): number;
  lowestEquivalentValue(value: number): number;
  highestEquivalentValue(value: number): number;
  medianEquivalentValue(value: number): number;
  sizeOfEquivalentValueRange(value: number): number;
  countsArrayLength: number;
};

const widthNs = (slot: number): number => slotHighestNs(slot) - slotLowestNs(slot) + 1;

/** Values whose octaves, not whose values, are equally likely. */
const valueNs = fc
  .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: -3, max: 3 }))
  .map(([share, off]) => Math.min(HIGHEST_NS, Math.max(0, Math.floor(HIGHEST_NS ** share) + off)));

describe('slots', () => {
  test('there are as many slots as HdrHistogram has for one hour in nanoseconds with three digits', () => {
    expect(SLOT_COUNT).toBe(33_792);
    expect(reference.countsArrayLength).toBe(SLOT_COUNT);
  });

  test('a value falls into the same slot as in HdrHistogram', () => {
    fc.assert(
      fc.property(valueNs, (value) => {
        const slot = slotOf(value);
        expect(slot).toBe(reference.countsArrayIndex(value));
        expect(slotLowestNs(slot)).toBe(reference.lowestEquivalentValue(value));
        expect(slotHighestNs(slot)).toBe(reference.highestEquivalentValue(value));
        expect(slotMedianNs(slot)).toBe(reference.medianEquivalentValue(value));
        expect(widthNs(slot)).toBe(reference.sizeOfEquivalentValueRange(value));
      }),
      { numRuns: 5_000 },
    );
  });

  test('slots follow each other without gap or overlap', () => {
    for (let slot = 1; slot < SLOT_COUNT; slot++) {
      if (slotLowestNs(slot) !== slotHighestNs(slot - 1) + 1) expect.fail(`between ${slot - 1} and ${slot}`);
      if (slotOf(slotLowestNs(slot)) !== slot || slotOf(slotHighestNs(slot)) !== slot) expect.fail(`slot ${slot}`);
    }
  });

  test('powers of two and their neighbours fall into the right slots', () => {
    for (let bits = 0; bits <= 41; bits++) {
      for (const value of [2 ** bits - 1, 2 ** bits, 2 ** bits + 1]) {
        expect(slotOf(value), String(value)).toBe(reference.countsArrayIndex(value));
      }
    }
  });

  test('fractions of a nanosecond are cut off', () => {
    fc.assert(
      fc.property(valueNs, fc.double({ min: 0, max: 0.999, noNaN: true }), (value, fraction) => {
        fc.pre(value + fraction < Math.floor(value) + 1);
        expect(slotOf(value + fraction)).toBe(slotOf(value));
      }),
    );
  });

  test.each([
    [1, 1],
    [1025, 1],
    [2047, 1],
    [2048, 2],
    [2500, 2],
    [8191, 4],
    [8192, 8],
    [10_000, 8],
  ])('the class of %d is %d wide', (value, width) => {
    expect(widthNs(slotOf(value))).toBe(width);
  });

  test.each([
    [10_007, 10_000],
    [10_009, 10_008],
  ])('the class of %d begins at %d', (value, lowest) => {
    expect(slotLowestNs(slotOf(value))).toBe(lowest);
  });

  test.each([
    [8180, 8183],
    [8191, 8191],
    [8193, 8199],
    [9995, 9999],
    [10_007, 10_007],
    [10_008, 10_015],
  ])('the class of %d ends at %d', (value, highest) => {
    expect(slotHighestNs(slotOf(value))).toBe(highest);
  });

  test.each([
    [4000, 4001],
    [8000, 8002],
    [10_007, 10_004],
  ])('the class of %d has its middle at %d', (value, median) => {
    expect(slotMedianNs(slotOf(value))).toBe(median);
  });
});
