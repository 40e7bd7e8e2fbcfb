import { describe, expect, test } from 'vitest';
import { compareKnees } from '../../../reports/compare-capacity/compare-knees.ts';
import { renderCapacityComparison } from '../../../reports/compare-capacity/render-capacity-comparison.ts';
import { exampleKnee, exampleSearch } from '../knee/example-knee.ts';
import { RULES } from '../knee/simulated-target.ts';

const kneeOf = (capacityPerSecond: number, shards: number | null = 4) =>
  exampleKnee([exampleSearch({ capacityPerSecond }, shards)]);
const compare = (before = kneeOf(42_000), after = kneeOf(42_000)) =>
  compareKnees({ path: 'before', result: before }, { path: 'after', result: after });
const text = (comparison: ReturnType<typeof compare>) =>
  renderCapacityComparison(comparison, { colours: false, width: 80 });

describe('the comparison of two knees', () => {
  test('finds an overlap for one target', () => {
    const comparison = compare();
    expect(comparison.rows).toMatchObject([{ shards: 4, outcome: 'overlap' }]);
    expect(comparison.rows[0]!.lowRatio!).toBeLessThan(1);
    expect(comparison.rows[0]!.highRatio!).toBeGreaterThan(1);
    expect(comparison.differences).toEqual([]);
    expect(text(comparison)).toContain('Both have the same inputs.');
    expect(text(comparison)).toContain('The intervals overlap');
  });

  test('finds a lower knee for a slower target, with a range that contains the truth', () => {
    const [row] = compare(kneeOf(42_000), kneeOf(37_800)).rows;
    expect(row!.outcome).toBe('lower');
    expect(row!.lowRatio!).toBeLessThanOrEqual(0.9);
    expect(row!.highRatio!).toBeGreaterThanOrEqual(0.9);
    const shown = text(compare(kneeOf(42_000), kneeOf(37_800)));
    expect(shown).toMatch(/The knee of B is 9\.?\d*% to 1\d\.?\d*% lower than that of A/);
    for (const line of shown.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('lists the inputs that differ', () => {
    const other = { ...kneeOf(42_000, 8), objectives: ['putToGet.p99 < 50ms'], toolVersion: '0.2.0' };
    expect(compare(kneeOf(42_000), other).differences).toEqual([
      { what: 'shards', before: '4', after: '8' },
      { what: 'objectives', before: 'putToGet.p99 < 70ms', after: 'putToGet.p99 < 50ms' },
      { what: 'streamgauge', before: '0.1.0', after: '0.2.0' },
    ]);
  });

  test('compares several shard counts one by one', () => {
    const searches = (factor: number) =>
      [1, 2].map((shards) => exampleSearch({ capacityPerSecond: factor * shards }, shards));
    const comparison = compare(
      exampleKnee([...searches(1000), exampleSearch({ capacityPerSecond: 4000 }, 4)]),
      exampleKnee(searches(2000)),
    );
    expect(comparison.rows.map(({ shards, outcome }) => [shards, outcome])).toEqual([
      [1, 'higher'],
      [2, 'higher'],
      [4, 'unknown'],
    ]);
  });

  test('has no upper end if the generator was the limit', () => {
    const limited = exampleKnee([exampleSearch({ capacityPerSecond: 1e7, generatorPerSecond: 60_000 })]);
    expect(compare(kneeOf(42_000), limited).rows).toMatchObject([{ outcome: 'higher', highRatio: null }]);
    expect(compare(limited, kneeOf(42_000)).rows).toMatchObject([{ outcome: 'lower', lowRatio: null }]);
    expect(compare(limited, kneeOf(90_000)).rows).toMatchObject([{ outcome: 'overlap' }]);
  });

  test('does not compare unfinished searches', () => {
    const { trials } = exampleSearch({ capacityPerSecond: 42_000 });
    const unfinished = exampleSearch({ capacityPerSecond: 42_000 }, 4, { ...RULES, trialsMax: 5 });
    expect(trials.length).toBeGreaterThan(5);
    expect(compare(kneeOf(42_000), exampleKnee([unfinished])).rows).toMatchObject([{ outcome: 'unknown' }]);
  });
});
