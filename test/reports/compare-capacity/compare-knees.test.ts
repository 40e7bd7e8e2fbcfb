import { describe, expect, test } from 'vitest';
import { compareKnees } from '../../../reports/compare-capacity/compare-knees.ts';
import { renderCapacityComparison } from '../../../reports/compare-capacity/render-capacity-comparison.ts';
import { exampleKnee, exampleSearch } from '../knee/example-knee.ts';
import { RULES } from '../knee/simulated-target.ts';

const kneeOf = (capacityPerSecond: number, shards: number | null = 4) =>
  exampleKnee([exampleSearch({ capacityPerSecond }, shards)]);
const compare = (before = kneeOf(42_000), after = kneeOf(42_000)) =>
  compareKnees({ path: 'before', record: before }, { path: 'after', record: after });
const text = (comparison: ReturnType<typeof compare>) =>
  renderCapacityComparison(comparison, { colours: false, width: 80 });

describe('two knees', () => {
  test('of one target overlap', () => {
    const comparison = compare();
    expect(comparison.rows).toMatchObject([{ shards: 4, outcome: 'overlap' }]);
    expect(comparison.rows[0]!.lowRatio!).toBeLessThan(1);
    expect(comparison.rows[0]!.highRatio!).toBeGreaterThan(1);
    expect(comparison.differences).toEqual([]);
    expect(text(comparison)).toContain('Both were made from the same inputs.');
    expect(text(comparison)).toContain('The intervals overlap');
  });

  test('of a slower target are apart, by a range that holds the truth', () => {
    const [row] = compare(kneeOf(42_000), kneeOf(37_800)).rows;
    expect(row!.outcome).toBe('lower');
    expect(row!.lowRatio!).toBeLessThanOrEqual(0.9);
    expect(row!.highRatio!).toBeGreaterThanOrEqual(0.9);
    const shown = text(compare(kneeOf(42_000), kneeOf(37_800)));
    expect(shown).toMatch(/The knee of B is 9\.?\d*% to 1\d\.?\d*% lower than that of A/);
    for (const line of shown.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('of different inputs show what differs', () => {
    const other = { ...kneeOf(42_000, 8), objectives: ['putToGet.p99 < 50ms'], toolVersion: '0.2.0' };
    expect(compare(kneeOf(42_000), other).differences).toEqual([
      { what: 'shards', before: '4', after: '8' },
      { what: 'objectives', before: 'putToGet.p99 < 70ms', after: 'putToGet.p99 < 50ms' },
      { what: 'streamgauge', before: '0.1.0', after: '0.2.0' },
    ]);
  });

  test('of several shard counts are compared count by count', () => {
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

  test('have no upper end where the generator was the limit', () => {
    const limited = exampleKnee([exampleSearch({ capacityPerSecond: 1e7, generatorPerSecond: 60_000 })]);
    expect(compare(kneeOf(42_000), limited).rows).toMatchObject([{ outcome: 'higher', highRatio: null }]);
    expect(compare(limited, kneeOf(42_000)).rows).toMatchObject([{ outcome: 'lower', lowRatio: null }]);
    expect(compare(limited, kneeOf(90_000)).rows).toMatchObject([{ outcome: 'overlap' }]);
  });

  test('that are not finished are not compared', () => {
    const { trials } = exampleSearch({ capacityPerSecond: 42_000 });
    const unfinished = exampleSearch({ capacityPerSecond: 42_000 }, 4, { ...RULES, trialsMax: 5 });
    expect(trials.length).toBeGreaterThan(5);
    expect(compare(kneeOf(42_000), exampleKnee([unfinished])).rows).toMatchObject([{ outcome: 'unknown' }]);
  });
});
