import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DivergenceForm, PairDistances } from '../../../reports/statistics/e-divisive.ts';

function qBySplit(values: readonly number[], form: DivergenceForm): number[] {
  const distances = new PairDistances(values);
  return values.slice(1).map((_, at) => distances.q(0, at + 1, values.length, form));
}

/** Computes the divergence directly from its formula. */
function slowQ(before: readonly number[], after: readonly number[]): number {
  const mean = (numbers: readonly number[]) => numbers.reduce((sum, n) => sum + n, 0) / Math.max(1, numbers.length);
  const pairs = (values: readonly number[]) =>
    values.flatMap((x, i) => values.slice(i + 1).map((y) => Math.abs(x - y)));
  const between = before.flatMap((x) => after.map((y) => Math.abs(x - y)));
  const e = 2 * mean(between) - mean(pairs(before)) - mean(pairs(after));
  return ((before.length * after.length) / (before.length + after.length)) * e;
}

describe('the divergence of two samples', () => {
  const values = [1, 1, 2, 1, 5, 6, 5, 5];

  test('the divergence over pairs has the published values of the U-form', () => {
    const expected = [2.3333, 5.6, 7, 14, 7.875, 4.2, 1.75];
    for (const [at, q] of qBySplit(values, 'u').entries()) expect(q).toBeCloseTo(expected[at]!, 4);
  });

  test('the divergence over all combinations has the published values of the V-form', () => {
    const expected = [2.6429, 6.1667, 8.1667, 14.5, 8.9667, 4.8333, 2.0714];
    for (const [at, q] of qBySplit(values, 'v').entries()) expect(q).toBeCloseTo(expected[at]!, 4);
  });

  test('the divergence is 30 in both forms if nothing varies within the samples', () => {
    const distances = new PairDistances([10, 10, 10, 20, 20, 20]);
    for (const form of ['u', 'v'] as const) expect(distances.q(0, 3, 6, form)).toBe(30);
  });

  test('the divergence equals the formula for any part of a series', () => {
    const stretch = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 30 }).chain((series) =>
      fc.tuple(
        fc.constant(series),
        fc.uniqueArray(fc.nat(series.length), { minLength: 3, maxLength: 3 }).map((at) => at.sort((a, b) => a - b)),
      ),
    );
    fc.assert(
      fc.property(stretch, ([series, at]) => {
        const [start, index, end] = [at[0]!, at[1]!, at[2]!];
        const expected = slowQ(series.slice(start, index), series.slice(index, end));
        expect(new PairDistances(series).q(start, index, end)).toBeCloseTo(expected, 6);
      }),
    );
  });
});

describe('the best split', () => {
  test('the best split lies where the level changes', () => {
    expect(new PairDistances([1, 1, 2, 1, 5, 6, 5, 5]).bestSplit(0, 8)).toEqual({ index: 4, q: 14 });
  });

  test('the best split is not hidden by a later change back', () => {
    expect(new PairDistances([1, 1, 1, 1, 9, 9, 9, 9, 1, 1, 1, 1]).bestSplit(0, 12)?.index).toBe(4);
  });

  test('the best split needs two values', () => {
    expect(new PairDistances([1]).bestSplit(0, 1)).toBeUndefined();
    expect(new PairDistances([1, 2]).bestSplit(1, 2)).toBeUndefined();
  });
});
