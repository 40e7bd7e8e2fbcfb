import { describe, expect, test } from 'vitest';
import { nestedMean } from '../../../reports/statistics/kalibera-jones.ts';
import { runsNeeded } from '../../../reports/statistics/runs-needed.ts';
import { welch } from '../../../reports/statistics/welch.ts';

/** The example of the paper. */
const RUNS = [
  [
    [9, 5],
    [8, 3],
  ],
  [
    [10, 6],
    [7, 11],
  ],
  [
    [1, 12],
    [2, 4],
  ],
];
const OLD = [10.2, 9.8, 10.1, 10.0, 9.9, 10.3, 9.7, 10.0, 10.1, 9.9];
const RECENT = [10.6, 10.3, 10.5, 10.7, 10.2, 10.6, 10.4, 10.5, 10.8, 10.4];

describe('the mean of nested repetitions', () => {
  test('the mean of three nested levels equals the published one', () => {
    const { mean, reach } = nestedMean(RUNS);
    expect(mean).toBe(6.5);
    expect(reach).toBeCloseTo(4.688707, 5);
  });
});

describe('the ratio of two means', () => {
  test('the ratio of two means shows equivalence within 10 %', () => {
    const logs = (values: readonly number[]) => values.map(Math.log);
    const { difference, degrees, lower, upper } = welch(logs(RECENT), logs(OLD), 0.9);
    expect(Math.exp(difference)).toBeCloseTo(1.050015, 6);
    expect(degrees).toBeCloseTo(17.957, 3);
    expect(Math.exp(lower)).toBeCloseTo(1.035592, 5);
    expect(Math.exp(upper)).toBeCloseTo(1.064638, 5);
  });
});

test.each([
  [0.02, 0.02, 16],
  [0.02, 0.05, 3],
  [0.05, 0.02, 99],
  [0.1, 0.02, 393],
  [0.1, 0.05, 63],
  [0.2, 0.02, 1570],
  [0.2, 0.1, 63],
])('a variation of %d lets a change of %d show in %d runs per side', (variation, effect, runs) => {
  expect(runsNeeded(variation, effect)).toBe(runs);
});
