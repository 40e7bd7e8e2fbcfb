import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type ChangePoint,
  type ChangePointOptions,
  findChangePoints,
  magnitudeRatio,
  pooledTTest,
  sampleOf,
} from '../../../reports/statistics/change-points.ts';

const indices = (values: readonly number[], options: Partial<ChangePointOptions> = {}) =>
  findChangePoints(values, options).map(({ index }) => index);

const p = (left: readonly number[], right: readonly number[]) => pooledTTest(sampleOf(left), sampleOf(right));

describe("the tests of Hunter's authors", () => {
  test('a series that is halved in the middle has the published change point', () => {
    const values = [
      1.02, 0.95, 0.99, 1, 1.12, 1, 1.01, 0.98, 1.01, 0.96, 0.5, 0.51, 0.48, 0.48, 0.55, 0.5, 0.49, 0.51, 0.5, 0.49,
    ];
    const changes = findChangePoints(values, { windowLength: 10, pValue: 0.0001 });
    expect(changes).toHaveLength(1);
    const { index, before, after, pValue } = changes[0]!;
    expect(index).toBe(10);
    expect(before).toBeCloseTo(1.004, 12);
    expect(after).toBeCloseTo(0.501, 12);
    expect(pValue / 1.4271728389900107e-17).toBeCloseTo(1, 6);
  });

  test('a series that is halved five values before its end has the published change point', () => {
    expect(indices([1.02, 0.95, 0.99, 1, 1.12, 0.9, 0.5, 0.51, 0.48, 0.48, 0.55])).toEqual([6]);
  });

  test('a drop of 12 % is a change point, except with a minimum magnitude of 20 %', () => {
    const values = [2.02, 2.03, 2.01, 2.04, 1.82, 1.85, 1.79, 1.81, 1.8, 1.76, 1.78];
    const [change] = findChangePoints(values);
    expect(change).toMatchObject({ index: 4, before: 2.025 });
    expect(change!.after).toBeCloseTo(1.8014, 4);
    expect(magnitudeRatio(change!)).toBeCloseTo(0.1241, 4);
    expect(indices(values, { minMagnitudeRatio: 0.2 })).toEqual([]);
  });

  test('the t-test uses standard deviations of the population', () => {
    const before = [1, 1.02, 1.05, 0.95, 0.98];
    expect(p(before, [0.8, 0.82, 0.85, 0.79, 0.77])).toBeCloseTo(8.868e-6, 9);
    expect(p(before, before)).toBe(1);
  });

  test('the samples of Apache Otava have the published change points', () => {
    expect(indices([154023, 138455, 143112, 149190, 132098, 151344, 155145, 148889, 149466, 148209])).toEqual([]);
    const [change] = findChangePoints([10.43, 10.23, 10.29, 10.91, 10.34, 10.69, 9.23, 9.11, 9.13, 9.03]);
    expect(change!.index).toBe(6);
    expect(change!.after / change!.before - 1).toBeCloseTo(-0.129, 3);
  });
});

interface OtavaCase extends ChangePointOptions {
  readonly values: readonly number[];
  readonly changes: readonly ChangePoint[];
}

test('finds the same change points as Apache Otava in 60 made-up series', () => {
  const cases: OtavaCase[] = JSON.parse(readFileSync(join(import.meta.dirname, 'otava-series.json'), 'utf8'));
  expect(cases).toHaveLength(60);
  for (const { values, changes, ...options } of cases) {
    const found = findChangePoints(values, options);
    expect(found.map(({ index }) => index)).toEqual(changes.map(({ index }) => index));
    for (const [at, change] of found.entries()) {
      const expected = changes[at]!;
      expect(change.before).toBeCloseTo(expected.before, 8);
      expect(change.after).toBeCloseTo(expected.after, 8);
      expect(Math.log(change.pValue / expected.pValue)).toBeCloseTo(0, 5);
    }
  }
});

describe('unusual series', () => {
  test('a series that is too short has no change points', () => {
    for (const values of [[], [1], [1, 2], [1, 2, 4]]) expect(indices(values)).toEqual([]);
  });

  test('a series without noise has a change point at each step', () => {
    expect(indices([5, 5, 5, 5, 6, 6, 6, 6])).toEqual([4]);
    expect(indices(new Array<number>(60).fill(0.1))).toEqual([]);
  });

  test('a step from 0 counts as a change of 100 %', () => {
    const [change] = findChangePoints([0, 0, 0, 0, 0, 0, 3, 4, 3, 4, 3, 4], { minMagnitudeRatio: 0.5 });
    expect(change!.index).toBe(6);
    expect(magnitudeRatio(change!)).toBe(1);
  });
});
