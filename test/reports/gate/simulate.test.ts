import { describe, expect, test } from 'vitest';
import { noiseOfMetric, pairsToDiscard } from '../../../reports/gate/calibration.ts';
import { judgeRatios } from '../../../reports/gate/judge.ts';
import { rulesFor } from '../../../reports/gate/plan.ts';
import { noiseOf, simulateGates } from '../../../reports/gate/simulate.ts';
import { calibrationOf } from './example-calibration.ts';
import { delivered, normals, P50, pairsOf, RULES } from './example-pairs.ts';

/** Runs gates over independent pairs with noise of the given shape. Independence is the only assumption of the procedure. */
function shares(noise: () => number, effect: number, runs: number) {
  const found = { pass: 0, fail: 0, inconclusive: 0, invalid: 0, open: 0 };
  for (let run = 0; run < runs; run++) {
    const ratios: number[] = [];
    let kind: keyof typeof found = 'open';
    while (kind === 'open') {
      ratios.push(effect + noise());
      kind = judgeRatios(ratios, RULES).kind;
    }
    found[kind] += 1;
  }
  return { pass: found.pass / runs, fail: found.fail / runs };
}

describe('error rates of the procedure, seeded', () => {
  const shapes: readonly (readonly [string, (seed: number) => () => number])[] = [
    ['normal', normals],
    // Student's t with two degrees of freedom has no variance, and sometimes extreme values.
    [
      'heavy-tailed',
      (seed) => {
        const normal = normals(seed);
        return () => normal() / Math.sqrt((normal() ** 2 + normal() ** 2) / 2);
      },
    ],
  ];

  test.each(shapes)('equal sides with %s noise of 5 %% fail in at most 1 %% of gates', (_, shape) => {
    const noise = shape(5);
    expect(shares(() => 0.05 * noise(), 0, 2000).fail).toBeLessThanOrEqual(0.01);
  });

  test.each(shapes)(
    'a slowdown of 5 %% with %s noise of 3 %% fails in at least 90 %% of gates and passes in at most 5 %%',
    (_, shape) => {
      const noise = shape(6);
      const { fail, pass } = shares(() => 0.03 * noise(), Math.log(1.05), 1000);
      expect(fail).toBeGreaterThanOrEqual(0.9);
      expect(pass).toBeLessThanOrEqual(0.05);
    },
  );

  test('a slowdown of 5 % passes in at most 5 % of gates, even if noise hides it', () => {
    const noise = normals(7);
    expect(shares(() => 0.2 * noise(), Math.log(1.05), 1000).pass).toBeLessThanOrEqual(0.05);
  });

  test('a drift during the whole gate raises no alarm, because the order of pairs cancels it', () => {
    const ratios = Array.from({ length: 100 }, (_, index) => (index % 4 === 0 || index % 4 === 3 ? 0.04 : -0.04));
    expect(judgeRatios(ratios, RULES).kind).not.toBe('fail');
  });
});

describe('simulated gates', () => {
  const noise = Array.from({ length: 48 }, normals(9)).map((value) => 0.02 * value);
  const simulate = (effectRatio: number, seed = 1) =>
    simulateGates(delivered(noise), RULES, { effectRatio, runs: 200, seed });

  test('have the same result for the same seed', () => expect(simulate(0.03)).toEqual(simulate(0.03)));

  test('count every run once', () => {
    const { failed, passed, inconclusive, runs } = simulate(0.03);
    expect(failed + passed + inconclusive).toBe(runs);
  });

  test('pass equal sides and fail a clear worsening', () => {
    expect(simulate(0).failed).toBe(0);
    expect(simulate(0.1).failed).toBe(200);
  });

  test('keep the order of pairs, so that a difference between first and second block is none between sides', () => {
    // 4 % slower whenever it comes second, in the order AB BA BA AB.
    const placed = Array.from({ length: 48 }, (_, index) => (index % 4 === 0 || index % 4 === 3 ? 0.04 : -0.04));
    expect(simulateGates(delivered(placed), RULES, { effectRatio: 0, runs: 200 }).failed).toBe(0);
  });
});

describe('a calibration', () => {
  const normal = normals(3);
  const calibration = calibrationOf(pairsOf(Array.from({ length: 80 }, () => Math.exp(0.01 * normal()))));

  test('skips discarded pairs in whole periods of the order', () => {
    expect(noiseOf(calibration, P50)).toHaveLength(76);
    expect(noiseOf({ ...calibration, discardPairs: 5 }, P50)).toHaveLength(72);
  });

  test('computes the smallest change that gates find, and their error rates by tolerance', () => {
    const noise = noiseOfMetric(calibration, P50, 100);
    expect(noise.pairRatio).toBeGreaterThan(0.006);
    expect(noise.pairRatio).toBeLessThan(0.014);
    expect(Math.abs(noise.lag1)).toBeLessThan(0.3);
    expect(noise.detectableRatio).toBeGreaterThan(0.001);
    expect(noise.detectableRatio).toBeLessThan(0.03);
    const five = noise.gates.find(({ toleranceRatio }) => toleranceRatio === 0.05)!;
    expect(five).toMatchObject({ falseAlarmRatio: 0, powerRatio: 1 });
    // Comparing two single runs: a third of normal noise is beyond one standard deviation, half of it on the worse side.
    const one = noise.gates.find(({ toleranceRatio }) => toleranceRatio === 0.01)!;
    expect(one.onePairFalseAlarmRatio).toBeGreaterThan(0.05);
  });

  test('simulates nothing with too few pairs', () => {
    const few = noiseOfMetric(calibrationOf(pairsOf([1, 1.01, 0.99])), P50, 100);
    expect(few).toMatchObject({ gates: [], detectableRatio: null });
  });

  test('discards the pairs before the series settles, and at least one', () => {
    const settled = pairsOf(Array.from({ length: 32 }, () => Math.exp(0.002 * normal())));
    expect(pairsToDiscard(settled, P50)).toBeLessThanOrEqual(4);
    expect(pairsToDiscard(settled, P50)).toBeGreaterThanOrEqual(1);
    const cold = settled.map((pair, index) =>
      index >= 3 ? pair : { ...pair, baseline: { ...pair.baseline, values: { 'putToGet.p50': 40e6 } } },
    );
    expect(pairsToDiscard(cold, P50)).toBe(3);
  });

  test('simulated gates with fewer pairs find less', () => {
    const wide = Array.from({ length: 80 }, normals(4)).map((value) => 0.05 * value);
    const failedOf = (plannedPairs: number) =>
      simulateGates(delivered(wide), rulesFor({ metric: P50, toleranceRatio: 0.05, floorRatio: 0.025, plannedPairs }), {
        effectRatio: 0.05,
        runs: 300,
      }).failed;
    expect(failedOf(20)).toBeLessThan(failedOf(100));
  });
});
