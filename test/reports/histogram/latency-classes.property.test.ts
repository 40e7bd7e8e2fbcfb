import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CLASS_COUNT, classHighestNs, classLowestNs, classOfSlot } from '../../../reports/histogram/latency-classes.ts';
import { HIGHEST_NS, slotOf } from '../../../reports/histogram/slots.ts';

describe('latency classes', () => {
  test('latency classes cover everything from 0 to beyond one hour without gaps', () => {
    for (let index = 1; index < CLASS_COUNT; index++) {
      expect(classLowestNs(index)).toBe(classHighestNs(index - 1) + 1);
    }
    expect(classLowestNs(0)).toBe(0);
    expect(classHighestNs(CLASS_COUNT - 1)).toBeGreaterThan(HIGHEST_NS);
  });

  test('latency classes from 1,024 ns on divide each octave into eight of equal width', () => {
    for (let index = 8; index < CLASS_COUNT; index++) {
      const octave = 2 ** (10 + Math.floor((index - 8) / 8));
      expect(classLowestNs(index)).toBe(octave + ((index - 8) % 8) * (octave / 8));
    }
  });

  test('a latency lies between the bounds of its class', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: HIGHEST_NS }), (ns) => {
        const index = classOfSlot(slotOf(ns));
        expect(ns).toBeGreaterThanOrEqual(classLowestNs(index));
        expect(ns).toBeLessThanOrEqual(classHighestNs(index));
      }),
    );
  });
});
