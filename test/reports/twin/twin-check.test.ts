import { describe, expect, test } from 'vitest';
import { Histogram } from '../../../reports/histogram/histogram.ts';
import { renderTwinCheck } from '../../../reports/twin/render-twin-check.ts';
import { type CheckedRun, checkTwin } from '../../../reports/twin/twin-check.ts';
import { lognormalQuantile } from '../../../workloads/quantiles.ts';

const MS = 1e6;

/** A run with lognormal latencies, `factor` times slower. */
function aRun(factor: number, count = 2000): CheckedRun {
  const histogram = new Histogram();
  for (let i = 0; i < count; i += 1) histogram.record(factor * lognormalQuantile(20 * MS, 80 * MS, (i + 0.5) / count));
  return { put: histogram };
}

const runs = (factors: readonly number[]) => factors.map((factor) => aRun(factor));
const EVEN = [1, 1.01, 0.99, 1.005];

describe('the check of a twin', () => {
  test.each<[string, number[], string]>([
    ['that is its target', [1.01, 1, 0.995, 1.01], 'equivalent'],
    ['that is half as fast', [2, 2.02, 1.98, 2], 'different'],
    ['that differs from run to run', [0.8, 1.2, 1.05, 0.9], 'inconclusive'],
  ])('judges a twin %s', (_, factors, verdict) => {
    const check = checkTwin({ target: runs(EVEN), twin: runs(factors), invalidRuns: 0 });
    expect(check.verdict).toBe(verdict);
    expect(check.kinds.map(({ kind }) => kind)).toEqual(['put']);
  });

  test('needs three valid runs of each side', () => {
    expect(checkTwin({ target: runs([1, 1]), twin: runs([1, 1]), invalidRuns: 3 }).verdict).toBe('invalid');
  });

  test('omits percentiles that runs have too few latencies for', () => {
    const few = [1, 1, 1].map((factor) => aRun(factor, 150));
    const { kinds } = checkTwin({ target: few, twin: few, invalidRuns: 0 });
    expect(kinds[0]?.quantiles.map(({ percentile }) => percentile)).toEqual([50, 90]);
  });

  test('prints within 80 columns', () => {
    const check = checkTwin({ target: runs(EVEN), twin: runs(EVEN), invalidRuns: 1 });
    const about = {
      profile: 'profile.json',
      target: '{ kind: noop, delay: 5ms }',
      load: '200/s of 1000 B for 10 s each',
    };
    const text = renderTwinCheck(check, about, { colours: false, width: 80 });
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(text).toContain('EQUIVALENT');
    expect(text).toContain('W1 / mean');
  });
});
