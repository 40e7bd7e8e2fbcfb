import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeGate, judgeRatios } from '../../../reports/gate/judge.ts';
import { logRatios } from '../../../reports/gate/pairs.ts';
import { P50, pairsOf, RULES } from './example-pairs.ts';

const ratio = fc.double({ min: 0.5, max: 2, noNaN: true });
const ratios = fc.array(ratio, { minLength: 1, maxLength: 110 });

describe('a verdict', () => {
  test('does not depend on the unit of the metric', () => {
    fc.assert(
      fc.property(ratios, fc.constantFrom(2 ** -20, 0.5, 1024), (some, factor) => {
        const pairs = pairsOf(some);
        const scaled = pairs.map((pair) => ({
          ...pair,
          baseline: { ...pair.baseline, values: { 'putToGet.p50': 10e6 * factor } },
          candidate: {
            ...pair.candidate,
            values: { 'putToGet.p50': (pair.candidate.values['putToGet.p50'] ?? 0) * factor },
          },
        }));
        expect(judgeGate(scaled, RULES)).toEqual(judgeGate(pairs, RULES));
      }),
    );
  });

  test('has a mirrored interval when the sides are swapped', () => {
    fc.assert(
      fc.property(ratios, (some) => {
        const logs = some.map(Math.log);
        const there = judgeRatios(logs, RULES).first;
        const back = judgeRatios(
          logs.map((log) => -log),
          RULES,
        ).first;
        // The two comparisons may end at different looks. If they end at the same look, the intervals mirror each other.
        fc.pre(there.reading.lookPairs === back.reading.lookPairs && there.reading.medianRatio !== null);
        expect(Math.log1p(back.reading.medianRatio!)).toBeCloseTo(-Math.log1p(there.reading.medianRatio!), 9);
        const mirror = (end: number | null) => (end === null ? null : -Math.log1p(end));
        const close = (a: number | null, b: number | null) =>
          a === null || b === null ? expect(a).toBe(b) : expect(a).toBeCloseTo(b, 9);
        close(
          mirror(there.reading.lowRatio),
          back.reading.highRatio === null ? null : Math.log1p(back.reading.highRatio),
        );
        close(
          mirror(there.reading.highRatio),
          back.reading.lowRatio === null ? null : Math.log1p(back.reading.lowRatio),
        );
      }),
    );
  });

  test('a pair and the same pair with its sides swapped have opposite log-ratios, in both directions of a metric', () => {
    fc.assert(
      fc.property(ratio, fc.boolean(), (one, isBetterHigher) => {
        const [pair] = pairsOf([one]);
        const exchanged = { ...pair!, baseline: pair!.candidate, candidate: pair!.baseline };
        const [there, back] = logRatios([pair!, exchanged], { ...P50, isBetterHigher });
        expect(there! + back!).toBeCloseTo(0, 12);
      }),
    );
  });

  test('a verdict stays the same, whatever pairs come later', () => {
    const quiet = fc
      .tuple(
        fc.double({ min: 0.8, max: 1.2, noNaN: true }),
        fc.array(fc.double({ min: -0.002, max: 0.002, noNaN: true }), { minLength: 20, maxLength: 30 }),
      )
      .map(([centre, noise]) => noise.map((one) => centre + one));
    fc.assert(
      fc.property(quiet, ratios, (some, later) => {
        const { kind } = judgeRatios(some.map(Math.log), RULES);
        fc.pre(kind !== 'open');
        expect(judgeRatios([...some, ...later].map(Math.log), RULES).kind).toBe(kind);
      }),
    );
  });

  test('never becomes milder when every pair becomes worse', () => {
    const severity = { pass: 0, open: 1, inconclusive: 1, invalid: 1, fail: 2 } as const;
    fc.assert(
      fc.property(
        fc.array(ratio, { minLength: 10, maxLength: 10 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (some, by) => {
          const logs = some.map(Math.log);
          const worse = logs.map((log) => log + by);
          const rank = (values: readonly number[]) => severity[judgeRatios([...values, ...values], RULES).kind];
          expect(rank(worse)).toBeGreaterThanOrEqual(rank(logs));
        },
      ),
    );
  });
});
