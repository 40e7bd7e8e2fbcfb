import { describe, expect, test } from 'vitest';
import { Histogram } from '../../../reports/histogram/histogram.ts';
import { expandedInterval, type Resampled, resampleBlocks } from '../../../reports/statistics/block-bootstrap.ts';

const PERCENTILES = [50, 99];

function pieceOf(...values: readonly number[]): Histogram {
  const piece = new Histogram();
  for (const value of values) piece.record(value);
  return piece.compact();
}

/** Resamples pieces of one value each, so that the mean of a resample shows which pieces are in it. */
function resample(values: readonly number[], seed = 1): Resampled {
  const pieces = values.map((value) => pieceOf(value));
  return resampleBlocks(pieces, { percentiles: PERCENTILES, seed, resamples: 500 })!;
}

const spreadOf = (values: Float64Array) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
};

describe('resampling by blocks', () => {
  const alternating = Array.from({ length: 64 }, (_, index) => (index % 2 === 0 ? 100 : 200));
  const lasting = Array.from({ length: 64 }, (_, index) => (Math.floor(index / 8) % 2 === 0 ? 100 : 200));

  test('repeats its draws with the same seed, and only with it', () => {
    expect(resample(lasting, 3)).toEqual(resample(lasting, 3));
    expect(resample(lasting, 3).meansNs).not.toEqual(resample(lasting, 4).meansNs);
  });

  test('has means around the measured one', () => {
    const { meansNs } = resample(lasting);
    expect(meansNs.reduce((sum, value) => sum + value, 0) / meansNs.length).toBeCloseTo(150, -1);
  });

  test('counts slow seconds in a row as fewer events than separate ones', () => {
    expect(spreadOf(resample(lasting).meansNs)).toBeGreaterThan(3 * spreadOf(resample(alternating).meansNs));
    expect(resample(lasting).blockCount).toBeLessThan(resample(alternating).blockCount);
  });

  test('has at least four blocks, even if the seconds depend strongly on each other', () => {
    const rising = Array.from({ length: 20 }, (_, index) => 100 + index);
    expect(resample(rising)).toMatchObject({ blockCount: 4, isTooShort: true });
    expect(resample(alternating)).toMatchObject({ isTooShort: false });
  });

  test('computes percentiles by the rule of the histogram', () => {
    const pieces = Array.from({ length: 12 }, () => pieceOf(10, 20, 30, 40));
    const { percentilesNs, meansNs } = resampleBlocks(pieces, { percentiles: PERCENTILES, seed: 1, resamples: 3 })!;
    expect(percentilesNs.map((values) => [...values])).toEqual([
      [20, 20, 20],
      [40, 40, 40],
    ]);
    expect([...meansNs]).toEqual([25, 25, 25]);
  });

  test('accepts empty pieces, and needs enough pieces', () => {
    const pieces = [pieceOf(7), ...Array.from({ length: 20 }, () => new Histogram())];
    const { meansNs } = resampleBlocks(pieces, { percentiles: PERCENTILES, seed: 1, resamples: 50 })!;
    expect(new Set(meansNs)).toEqual(new Set([7]));
    expect(resampleBlocks(pieces.slice(0, 7), { percentiles: PERCENTILES, seed: 1 })).toBeNull();
    expect(resampleBlocks(pieces.slice(1), { percentiles: PERCENTILES, seed: 1 })).toBeNull();
  });
});

test('the interval becomes wider with fewer blocks, and with many blocks approaches the plain one', () => {
  const values = Float64Array.from({ length: 1001 }, (_, index) => index);
  expect(expandedInterval(values, 1e9)).toEqual({ lower: 25, upper: 975 });
  const [few, more] = [expandedInterval(values, 5), expandedInterval(values, 20)];
  expect(few.lower).toBeLessThan(more.lower);
  expect(more.lower).toBeLessThan(25);
  expect(few.upper).toBeGreaterThan(more.upper);
});
