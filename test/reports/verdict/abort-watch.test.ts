import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AbortWatch } from '../../../reports/verdict/abort-watch.ts';
import { parseThreshold } from '../../../reports/verdict/threshold-grammar.ts';
import { shouldAbort } from '../../../reports/verdict/thresholds.ts';
import { exampleMeasurements } from '../example-result.ts';

const THRESHOLDS = [
  'putToGet.p99 < 45ms abort',
  'putToGet.mean < 30ms by consumer fraud abort',
  'putToGet.p99 < 60ms in phase steady over 3s abort',
  'achieved.ratio >= 90% abort',
  'achieved.rate >= 80/s in phase steady abort',
  'throttled.ratio < 10% over 2s abort',
  'dropped == 0 abort',
];

describe('an abort watch', () => {
  test('finds in each second what shouldAbort finds in all seconds so far', () => {
    const seconds = fc.array(
      fc.record({
        ms: fc.integer({ min: 1, max: 80 }),
        accepted: fc.integer({ min: 0, max: 100 }),
        throttled: fc.integer({ min: 0, max: 30 }),
      }),
      { minLength: 30, maxLength: 30 },
    );
    fc.assert(
      fc.property(seconds, fc.constantFrom(...THRESHOLDS), (drawn, text) => {
        const { scenario, series } = exampleMeasurements({
          recordsPerSecond: 100,
          steadySeconds: 28,
          latencyMs: (second) => drawn[second]!.ms,
          acceptedPerSecond: (second) => drawn[second]!.accepted,
          throttledPerSecond: (second) => drawn[second]!.throttled,
        });
        const threshold = parseThreshold(text, scenario);
        const watch = new AbortWatch(scenario, [threshold]);
        for (const [index, second] of series.entries()) {
          const expected = shouldAbort([threshold], { scenario, series: series.slice(0, index + 1) });
          const found = watch.add(second);
          expect(found?.holds).toBe(expected?.holds);
          if (expected?.actual != null) expect(found?.actual).toBeCloseTo(expected.actual, 6);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('ignores thresholds that do not abort', () => {
    const { scenario, series } = exampleMeasurements({ recordsPerSecond: 100 });
    const watch = new AbortWatch(scenario, [parseThreshold('putToGet.p99 < 1ms', scenario)]);
    for (const second of series) expect(watch.add(second)).toBeUndefined();
  });
});
