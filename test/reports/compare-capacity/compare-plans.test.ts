import { describe, expect, test } from 'vitest';
import { comparePlans } from '../../../reports/compare-capacity/compare-plans.ts';
import { renderCapacityComparison } from '../../../reports/compare-capacity/render-capacity-comparison.ts';
import { madePlan } from '../../runners/plan/made-plan.ts';

const planOf = (rate: number) =>
  madePlan({ ratesPerSecond: [rate, rate, rate], consumers: [{ name: 'c', kind: 'fan-out' }] });

describe('the comparison of two plans', () => {
  const comparison = comparePlans({ path: 'small', plan: planOf(3200) }, { path: 'large', plan: planOf(6400) });

  test('shows the recommended counts, the prices and the differences of the load', () => {
    const [small, large] = comparison.sides;
    expect(large.recommended.shards!).toBeGreaterThan(small.recommended.shards!);
    expect(large.monthlyUsd!).toBeGreaterThan(small.monthlyUsd!);
    expect(comparison.differences.map(({ what }) => what)).toContain('mean rate');
    expect(comparison.counts.length).toBeGreaterThan(0);
  });

  test('fits both plans side by side into 80 columns', () => {
    const text = renderCapacityComparison(comparison, { colours: false, width: 80 });
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(text).toMatch(/recommended shards +\d+ +\d+/);
    expect(text).toMatch(/mean rate +3,200\/s -> 6,400\/s/);
  });

  test('lists no differences for the same inputs', () => {
    const same = comparePlans({ path: 'a', plan: planOf(3200) }, { path: 'b', plan: planOf(3200) });
    expect(same.differences).toEqual([]);
  });
});
