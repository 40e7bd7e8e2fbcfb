import { expect, test } from 'vitest';
import { clopperPearson, shareUpperBound } from '../../../reports/statistics/clopper-pearson.ts';

test.each([
  [0, 20, 0, 0.16843],
  [0, 100, 0, 0.03622],
  [1, 20, 0.00127, 0.24873],
  [5, 100, 0.01643, 0.11283],
  [12, 200, 0.03138, 0.10246],
])('%i of %i lie between %f and %f', (hits, trials, low, high) => {
  const { lowRatio, highRatio } = clopperPearson(hits, trials);
  expect(lowRatio).toBeCloseTo(low, 5);
  expect(highRatio).toBeCloseTo(high, 5);
});

test('0 of 100 is under 2.951 %: about three over a hundred', () => {
  expect(shareUpperBound(0, 100)).toBeCloseTo(0.02951, 5);
});

test('all of them have no upper bound but 1, and the mirrored lower one', () => {
  expect(shareUpperBound(20, 20)).toBe(1);
  expect(clopperPearson(20, 20).highRatio).toBe(1);
  expect(clopperPearson(20, 20).lowRatio).toBeCloseTo(1 - 0.16843, 5);
});
