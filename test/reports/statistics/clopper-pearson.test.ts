import { expect, test } from 'vitest';
import { shareUpperBound } from '../../../reports/statistics/clopper-pearson.ts';

test.each([
  [0, 20, 0.16843],
  [0, 100, 0.03622],
  [1, 20, 0.24873],
  [5, 100, 0.11283],
  [12, 200, 0.10246],
])('a share of %i of %i is bounded by %f, the upper end of the published interval', (hits, trials, high) => {
  expect(shareUpperBound(hits, trials, 0.975)).toBeCloseTo(high, 5);
});

test('a share of 0 of 100 is bounded by 2.951 %, about three over a hundred', () => {
  expect(shareUpperBound(0, 100)).toBeCloseTo(0.02951, 5);
});

test('a share of all trials is bounded by 1', () => {
  expect(shareUpperBound(20, 20)).toBe(1);
});
