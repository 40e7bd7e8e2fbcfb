import { describe, expect, test } from 'vitest';
import {
  cheapestRepetitions,
  fiellerRatio,
  nestedMean,
  varianceLevels,
} from '../../../reports/statistics/kalibera-jones.ts';
import { runsNeeded } from '../../../reports/statistics/runs-needed.ts';
import { welch } from '../../../reports/statistics/welch.ts';

/** The paper's example. */
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

function expectClose(values: readonly number[], expected: readonly number[]): void {
  expect(values).toHaveLength(expected.length);
  for (const [index, value] of values.entries()) expect(value).toBeCloseTo(expected[index]!, 4);
}

describe('levels of repetition, as the authors publish them', () => {
  test('three levels', () => {
    const { squaredS, squaredT } = varianceLevels(RUNS);
    expectClose(squaredS, [3.5625, 2.583333, 16.5]);
    expectClose(squaredT, [2.270833, -5.666667, 16.5]);
    const { mean, reach } = nestedMean(RUNS);
    expect(mean).toBe(6.5);
    expect(reach).toBeCloseTo(4.688707, 5);
  });

  test('the same as two levels', () => {
    const { squaredS, squaredT } = varianceLevels(RUNS.map((run) => run.flat()));
    expectClose(squaredS, [3.5625, 12.722222]);
    expectClose(squaredT, [0.381944, 12.722222]);
  });

  test('the cheapest numbers of repetitions', () => {
    const levels = varianceLevels([
      [
        [3, 4, 3],
        [1.2, 3.1, 3],
      ],
      [
        [0.2, 1, 1.5],
        [1, 2, 3],
      ],
    ]);
    expectClose(levels.squaredT, [0.774722, 0.262778, 0.726667]);
    expectClose(cheapestRepetitions(levels, [100, 20, 3]), [1.3023, 4.2937]);
    expect(cheapestRepetitions(varianceLevels(RUNS), [100, 20, 3])[0]).toBe(1);
  });
});

describe('the ratio of two means', () => {
  test('has the interval of Fieller', () => {
    const { ratio, interval } = fiellerRatio(nestedMean(OLD), nestedMean(RECENT));
    expect(ratio).toBeCloseTo(1.05, 9);
    expect(interval?.lower).toBeCloseTo(1.031239, 5);
    expect(interval?.upper).toBeCloseTo(1.069119, 5);
    const { t, twoSidedP } = welch(RECENT, OLD);
    expect(t).toBeCloseTo(6.123724, 5);
    expect(twoSidedP).toBeCloseTo(8.756e-6, 8);
  });

  test('has none when the old mean may be 0', () => {
    expect(fiellerRatio({ mean: 1, reach: 1.2 }, { mean: 2, reach: 0.1 }).interval).toBeNull();
  });

  test('on logarithms shows equivalence within 10 %', () => {
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
])('a variation of %d shows a change of %d in %d runs a side', (variation, effect, runs) => {
  expect(runsNeeded(variation, effect)).toBe(runs);
});
