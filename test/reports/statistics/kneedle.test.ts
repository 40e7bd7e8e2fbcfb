import { describe, expect, test } from 'vitest';
import { kneedle } from '../../../reports/statistics/kneedle.ts';

const TEN = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

describe('Kneedle', () => {
  test("finds the knee of the paper's example", () => {
    const xs = TEN.map((i) => i / 9);
    const ys = xs.map((x) => 5 - 1 / (x + 0.1));
    const index = kneedle(xs, ys, { bend: 'concave', direction: 'increasing' })!;
    expect(xs[index]).toBeCloseTo(0.2222, 4);
    expect(ys[index]).toBeCloseTo(1.897, 3);
  });

  test.each([
    ['concave', 'increasing', [0, 60, 80, 85, 90, 95, 96, 97, 98, 99], 2],
    ['concave', 'decreasing', [99, 98, 97, 96, 95, 90, 85, 80, 60, 0], 7],
    ['convex', 'increasing', [1, 2, 3, 4, 5, 10, 15, 20, 40, 100], 7],
    ['convex', 'decreasing', [100, 40, 20, 15, 10, 5, 4, 3, 2, 1], 2],
  ] as const)('finds the knee of a %s %s curve', (bend, direction, ys, knee) => {
    expect(kneedle(TEN, ys, { bend, direction })).toBe(knee);
  });

  test('finds none in three points of a gentle curve', () => {
    expect(kneedle([1, 2, 3], [0.9048, 0.8187, 0.7408], { bend: 'convex', direction: 'decreasing' })).toBeUndefined();
  });

  test.each([
    [0.9, 0.685],
    [0.95, 0.778],
    [0.99, 0.9],
  ])('its knee of M/M/1 moves with the range: measured up to %d it is at %d', (last, knee) => {
    const xs = Array.from({ length: 1001 }, (_, i) => (last * i) / 1000);
    const ys = xs.map((rho) => 1 / (1 - rho));
    expect(xs[kneedle(xs, ys, { bend: 'convex', direction: 'increasing' })!]).toBeCloseTo(knee, 2);
  });
});
