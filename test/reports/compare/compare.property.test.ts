import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareSides } from '../../../reports/compare/compare.ts';
import type { Result } from '../../../reports/result/result.ts';
import { exampleRun, scaled } from './example-runs.ts';

/** Tolerance of a ratio of two values, each known to a slot that is never wider than 1/1024 of it. */
const RATIO_PRECISION = 2.1 / 1024;

const compare = (a: Result, b: Result) =>
  compareSides([[{ path: 'a', result: a }], [{ path: 'b', result: b }]]).pairs[0]!;
/** Parameters instead of results, so that a counterexample is readable. */
const runs = fc.record({
  seed: fc.nat(1e6),
  tail: fc.double({ min: 0, max: 20, noNaN: true }),
  seconds: fc.integer({ min: 1, max: 12 }),
});
const resultOf = ({ seed, tail, seconds }: { seed: number; tail: number; seconds: number }): Result =>
  exampleRun(seed, { tail }, { recordsPerSecond: 100, steadySeconds: seconds });

test('comparing a result with itself gives ratios of 1, no shift and no difference', () => {
  fc.assert(
    fc.property(runs, (run) => {
      const result = resultOf(run);
      const { spans, rates, findings } = compare(result, structuredCopy(result));
      expect(findings).toEqual([]);
      for (const { metrics, shift, distance } of spans) {
        for (const { change } of metrics) {
          if (change === null) continue;
          expect(change).toMatchObject({ ratio: 1, effect: 'same' });
          if (change.interval === null) continue;
          expect(change.interval.lower).toBeLessThanOrEqual(1);
          expect(change.interval.upper).toBeGreaterThanOrEqual(1);
        }
        for (const { shiftNs } of shift) expect(shiftNs).toBe(0);
        expect(distance).toMatchObject({ distanceNs: 0, logDistance: 0 });
      }
      for (const { ratio } of rates) expect([1, null]).toContain(ratio);
    }),
    { numRuns: 15 },
  );
});

test('multiplying every latency by k gives ratios of k and a distance of k - 1 of the mean', () => {
  fc.assert(
    fc.property(runs, fc.double({ min: 0.25, max: 4, noNaN: true }), (run, factor) => {
      const result = resultOf(run);
      for (const { span, metrics, shift, distance } of compare(result, scaled(result, factor)).spans) {
        const isWithin = (ratio: number) => Math.abs(ratio / factor - 1) <= RATIO_PRECISION;
        for (const { name, change } of metrics) {
          expect(change === null || isWithin(change.ratio), `${span} ${name}: ${change?.ratio} for ${factor}`).toBe(
            true,
          );
        }
        for (const { aNs, bNs } of shift) expect(isWithin(bNs / aNs)).toBe(true);
        expect(Math.abs(distance!.overMeanRatio! - Math.abs(factor - 1))).toBeLessThanOrEqual(
          RATIO_PRECISION * 2 * factor,
        );
      }
    }),
    { numRuns: 15 },
  );
});

test('swapping the sides inverts every ratio', () => {
  fc.assert(
    fc.property(runs, runs, (first, second) => {
      const [a, b] = [resultOf(first), resultOf(second)];
      const other: Result = { ...b, scenario: a.scenario };
      const [forth, back] = [compare(a, other), compare(other, a)];
      for (const [index, { metrics, distance }] of forth.spans.entries()) {
        for (const [position, { change }] of metrics.entries()) {
          const turned = back.spans[index]!.metrics[position]!.change;
          if (change === null || turned === null) expect(turned).toBe(change);
          else expect(change.ratio * turned.ratio).toBeCloseTo(1, 9);
        }
        expect(back.spans[index]!.distance?.distanceNs).toBeCloseTo(distance!.distanceNs, 3);
      }
    }),
    { numRuns: 10 },
  );
});

/** Returns new objects with the same content, as if read from another file. */
function structuredCopy(result: Result): Result {
  return scaled(result, 1);
}
