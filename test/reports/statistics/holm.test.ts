import { expect, test } from 'vitest';
import { holmAdjusted } from '../../../reports/statistics/holm.ts';

/** Fifteen p-values of a study of myocardial infarction, from Benjamini and Hochberg, 1995. */
const PUBLISHED = [
  0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
];

test('Holm rejects three of the published p-values', () => {
  const adjusted = holmAdjusted(PUBLISHED);
  const expected = [0.0015, 0.0056, 0.0247, 0.114, 0.2211, 0.278, 0.278, 0.278, 0.3213];
  for (const [index, p] of expected.entries()) expect(adjusted[index]).toBeCloseTo(p, 6);
  expect(adjusted.slice(9)).toEqual([1, 1, 1, 1, 1, 1]);
  expect(adjusted.filter((p) => p <= 0.05)).toHaveLength(3);
});

test('adjusted p-values keep the order of their input', () => {
  const adjusted = holmAdjusted([0.03, 0.005, 0.04, 0.01]);
  for (const [index, p] of [0.06, 0.02, 0.06, 0.03].entries()) expect(adjusted[index]).toBeCloseTo(p, 10);
});

test('no test at all', () => expect(holmAdjusted([])).toEqual([]));
