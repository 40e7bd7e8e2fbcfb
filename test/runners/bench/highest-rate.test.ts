import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { highestRate } from '../../../runners/bench/highest-rate.ts';

const SEARCH = { startPerSecond: 1000, stepRatio: 1.5, resolutionRatio: 1.1, triesMax: 60 };

describe('the search of the highest rate that holds', () => {
  test('ends within its resolution below the capacity and never above it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 10, max: 1e7, noNaN: true }), async (capacity) => {
        const found = await highestRate(SEARCH, async (perSecond) => perSecond <= capacity);
        expect(found).toBeLessThanOrEqual(capacity);
        // Rates are whole numbers, which matters for the smallest of them.
        expect(found).toBeGreaterThanOrEqual(capacity / SEARCH.resolutionRatio - 1);
      }),
    );
  });

  test('returns undefined if nothing holds', async () => {
    const tried: number[] = [];
    const nothing = async (perSecond: number) => tried.push(perSecond) === 0;
    expect(await highestRate({ ...SEARCH, triesMax: 3 }, nothing)).toBeUndefined();
    expect(tried).toEqual([1000, 667, 444]);
  });

  test('stops after its last try and returns the highest rate that held', async () => {
    expect(await highestRate({ ...SEARCH, triesMax: 3 }, async () => true)).toBe(2250);
  });
});
