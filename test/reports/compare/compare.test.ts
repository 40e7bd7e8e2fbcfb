import { describe, expect, test } from 'vitest';
import { compareSides } from '../../../reports/compare/compare.ts';
import type { Comparison, SpanComparison } from '../../../reports/compare/comparison.ts';
import { effectOf } from '../../../reports/compare/comparison.ts';
import type { Result } from '../../../reports/result/result.ts';
import { exampleResult } from '../example-result.ts';
import { exampleRun } from './example-runs.ts';

function compare(a: readonly Result[], b: readonly Result[], floorRatio = 0.02): Comparison {
  const side = (label: string, results: readonly Result[]) =>
    results.map((result, index) => ({ path: `${label}${index}`, result }));
  return compareSides([side('a', a), side('b', b)], { floorRatio });
}

const putToGet = ({ pairs }: Comparison): SpanComparison => pairs[0]!.spans.find(({ span }) => span === 'putToGet')!;
const metric = (span: SpanComparison, name: string) => span.metrics.find((candidate) => candidate.name === name)!;

describe('the comparison of two runs', () => {
  const comparison = compare([exampleRun(1)], [exampleRun(2, { scale: 1.12 })]);
  const span = putToGet(comparison);

  test('has a count, mean, percentiles and max for every span, and a change for the headline', () => {
    expect(comparison.pairs[0]!.spans.map(({ span: name }) => name)).toEqual([
      'sendDelay',
      'ackLatency',
      'residence',
      'putToGet',
      'uncorrected',
    ]);
    expect(span).toMatchObject({ countA: 4800, countB: 4800, basis: 'seconds' });
    expect(span.metrics.map(({ name }) => name)).toEqual([
      'mean',
      'p50',
      'p75',
      'p90',
      'p95',
      'p99',
      'p99.9',
      'p99.99',
      'max',
    ]);
  });

  test('finds a slowdown of 12%, and its interval contains it', () => {
    const { change } = metric(span, 'p50');
    expect(change?.effect).toBe('slower');
    expect(change?.ratio).toBeCloseTo(1.12, 1);
    expect(change!.interval!.lower).toBeLessThan(1.12);
    expect(change!.interval!.upper).toBeGreaterThan(1.12);
    expect(comparison.pairs[0]!.sentence).toMatch(
      /^B is 1\d(\.\d)?% slower at p99 \(\d.* to \d.*%\), 1\d(\.\d)?% slower at the median/,
    );
  });

  test('has intervals of values at least as wide as those from independent records', () => {
    for (const { a, b } of span.metrics) {
      for (const estimate of [a, b]) {
        if (estimate?.interval == null) continue;
        expect(estimate.interval.lowerNs ?? 0).toBeLessThanOrEqual(estimate.valueNs);
        expect(estimate.interval.upperNs ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(estimate.valueNs);
      }
    }
  });

  test('omits a percentile with too few records, and has no interval for a maximum', () => {
    expect(metric(span, 'p99.99')).toMatchObject({ a: null, b: null, change: null });
    expect(metric(span, 'p99.9').a).toMatchObject({ marked: true });
    expect(metric(span, 'max')).toMatchObject({ a: { interval: null }, change: { interval: null, effect: 'unknown' } });
  });

  test('is the same for the same seed of the resampling', () => {
    expect(compare([exampleRun(1)], [exampleRun(2, { scale: 1.12 })])).toEqual(comparison);
  });

  test('shows rates and ledger side by side', () => {
    const rates = compare([exampleRun(1)], [exampleRun(1, {}, { lostByDashboard: 3 })]).pairs[0]!.rates;
    expect(rates).toContainEqual({ name: 'lost', unit: 'records', a: 0, b: 3, ratio: null });
    expect(rates).toContainEqual(expect.objectContaining({ name: 'achieved', a: 200, b: 200, ratio: 1 }));
  });

  test('shows the expected cost of runs on AWS', () => {
    const on = (usd: number): Result => ({ ...exampleRun(1), expectedCost: { usd, lines: [], prices: 'us-east-1' } });
    const rowOf = (a: Result, b: Result) => compare([a], [b]).pairs[0]!.rates.find(({ unit }) => unit === 'USD');
    expect(rowOf(on(0.1), on(0.15))).toMatchObject({ name: 'expected cost', a: 0.1, b: 0.15 });
    expect(rowOf(exampleRun(1), on(0.15))).toMatchObject({ a: null, b: 0.15, ratio: null });
  });

  test('has intervals from records if there are few seconds, and reports it', () => {
    const short = { steadySeconds: 4 };
    expect(putToGet(compare([exampleRun(1, {}, short)], [exampleRun(2, {}, short)]))).toMatchObject({
      basis: 'records',
      shift: expect.arrayContaining([expect.objectContaining({ percentile: 50, interval: null })]),
    });
  });

  test('has a wider interval than records would give if seconds depend on each other', () => {
    const swinging = (seed: number) => (second: number, index: number) =>
      20 + (index % 50) / 10 + 5 * (Math.floor((second + seed) / 4) % 2);
    const [a, b] = [1, 3].map((seed) => exampleResult({ steadySeconds: 24, latencyMs: swinging(seed) }));
    const steady = exampleResult({ steadySeconds: 24, latencyMs: (_, index) => 20 + (index % 100) / 10 });
    const widthOf = (span: SpanComparison) => {
      const { interval } = metric(span, 'p50').change!;
      return interval!.upper - interval!.lower;
    };
    expect(widthOf(putToGet(compare([a!], [b!])))).toBeGreaterThan(5 * widthOf(putToGet(compare([steady], [steady]))));
  });
});

describe('more than two sides', () => {
  test('are each compared with the first', () => {
    const sides = [1, 2, 3].map((seed) => [{ path: `${seed}`, result: exampleRun(seed) }]);
    const { base, pairs } = compareSides(sides);
    expect([base, ...pairs.map(({ side }) => side)].map(({ label }) => label)).toEqual(['A', 'B', 'C']);
    expect(pairs[1]!.sentence).toMatch(/^C is|A and C show/);
  });
});

describe('the comparison of several runs per side', () => {
  const runs = (seeds: readonly number[], scale = 1) => seeds.map((seed) => exampleRun(seed, { scale }));

  test('uses medians over runs and an interval by Hodges and Lehmann', () => {
    const span = putToGet(compare(runs([1, 2, 3, 4]), runs([5, 6, 7, 8], 1.1)));
    expect(span.basis).toBe('runs');
    const { change, runsNeeded } = metric(span, 'p50');
    expect(change?.effect).toBe('slower');
    expect(change?.ratio).toBeCloseTo(1.1, 1);
    expect(runsNeeded).toBeGreaterThan(0);
  });

  test('has a wide interval for two runs per side', () => {
    const change = (a: Result[], b: Result[]) => metric(putToGet(compare(a, b)), 'p50').change!;
    const [two, four] = [change(runs([1, 2]), runs([5, 6], 1.1)), change(runs([1, 2, 3, 4]), runs([5, 6, 7, 8], 1.1))];
    const width = ({ interval }: typeof two) => interval!.upper - interval!.lower;
    expect(width(two)).toBeGreaterThan(width(four));
  });

  test('uses medians of rates and sums of counts, without a ratio of sums over different numbers of runs', () => {
    const { rates } = compare(runs([1]), runs([5, 6])).pairs[0]!;
    const sent = rates.find(({ name }) => name === 'sent')!;
    expect(sent).toEqual({ name: 'sent', unit: 'records', a: 2800, b: 5600, ratio: null });
    expect(rates).toContainEqual(expect.objectContaining({ name: 'achieved', a: 200, b: 200, ratio: 1 }));
  });

  test('has no interval and an unknown effect for one run on a side', () => {
    const span = putToGet(compare(runs([1]), runs([5, 6], 1.1)));
    expect(span.basis).toBe('none');
    expect(metric(span, 'p50').change).toMatchObject({ interval: null, effect: 'unknown' });
  });
});

test.each([
  [1.1, { lower: 1.05, upper: 1.15 }, 'slower'],
  [0.9, { lower: 0.85, upper: 0.95 }, 'faster'],
  [1.1, { lower: 0.99, upper: 1.2 }, 'same'],
  [1.019, { lower: 1.018, upper: 1.02 }, 'same'],
  [1.1, null, 'unknown'],
  [1.01, null, 'same'],
] as const)('a ratio of %d within %j is %s', (ratio, interval, effect) => {
  expect(effectOf(ratio, interval, 0.02)).toBe(effect);
});
