import { describe, expect, test } from 'vitest';
import { noiseOfMetric, pairsToDiscard } from '../../../reports/gate/calibration.ts';
import { judgeRatios } from '../../../reports/gate/judge.ts';
import { rulesFor } from '../../../reports/gate/plan.ts';
import { noiseOf, simulateGates } from '../../../reports/gate/simulate.ts';
import { calibrationOf } from './example-calibration.ts';
import { delivered, normals, P50, pairsOf, RULES } from './example-pairs.ts';

/** Independent pairs of the given shape: what the procedure does where its one assumption holds. */
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
    // Student's t with two degrees of freedom: no variance, wild pairs now and then.
    [
      'heavy-tailed',
      (seed) => {
        const normal = normals(seed);
        return () => normal() / Math.sqrt((normal() ** 2 + normal() ** 2) / 2);
      },
    ],
  ];

  test.each(shapes)('equals under %s noise of 5 % raise at most 1 % of alarms', (_, shape) => {
    const noise = shape(5);
    expect(shares(() => 0.05 * noise(), 0, 2000).fail).toBeLessThanOrEqual(0.01);
  });

  test.each(shapes)(
    '5 % slower under %s noise of 3 % is found nine times in ten, and passed once in twenty',
    (_, shape) => {
      const noise = shape(6);
      const { fail, pass } = shares(() => 0.03 * noise(), Math.log(1.05), 1000);
      expect(fail).toBeGreaterThanOrEqual(0.9);
      expect(pass).toBeLessThanOrEqual(0.05);
    },
  );

  test('5 % slower is passed at most once in twenty where noise drowns it', () => {
    const noise = normals(7);
    expect(shares(() => 0.2 * noise(), Math.log(1.05), 1000).pass).toBeLessThanOrEqual(0.05);
  });

  test('a drift that goes on for the whole gate raises no alarm: the order of pairs turns it against itself', () => {
    const ratios = Array.from({ length: 100 }, (_, index) => (index % 4 === 0 || index % 4 === 3 ? 0.04 : -0.04));
    expect(judgeRatios(ratios, RULES).kind).not.toBe('fail');
  });
});

describe('simulated gates', () => {
  const noise = Array.from({ length: 48 }, normals(9)).map((value) => 0.02 * value);
  const simulate = (effectRatio: number, seed = 1) =>
    simulateGates(delivered(noise), RULES, { effectRatio, runs: 200, seed });

  test('come out the same for the same seed', () => expect(simulate(0.03)).toEqual(simulate(0.03)));

  test('count every run once', () => {
    const { failed, passed, inconclusive, runs } = simulate(0.03);
    expect(failed + passed + inconclusive).toBe(runs);
  });

  test('of equals pass, and those of a clear worsening fail', () => {
    expect(simulate(0).failed).toBe(0);
    expect(simulate(0.1).failed).toBe(200);
  });

  test('keep the order of pairs: a difference between first and second block is not taken for one between sides', () => {
    // 4 % slower whenever it comes second, in the order AB BA BA AB.
    const placed = Array.from({ length: 48 }, (_, index) => (index % 4 === 0 || index % 4 === 3 ? 0.04 : -0.04));
    expect(simulateGates(delivered(placed), RULES, { effectRatio: 0, runs: 200 }).failed).toBe(0);
  });
});

describe('a calibration', () => {
  const normal = normals(3);
  const calibration = calibrationOf(pairsOf(Array.from({ length: 80 }, () => Math.exp(0.01 * normal()))));

  test('leaves out discarded pairs in whole rounds of the order', () => {
    expect(noiseOf(calibration, P50)).toHaveLength(76);
    expect(noiseOf({ ...calibration, discardPairs: 5 }, P50)).toHaveLength(72);
  });

  test('finds the smallest change that it can tell, and tolerances that it can hold', () => {
    const noise = noiseOfMetric(calibration, P50, 100);
    expect(noise.pairRatio).toBeGreaterThan(0.006);
    expect(noise.pairRatio).toBeLessThan(0.014);
    expect(Math.abs(noise.lag1)).toBeLessThan(0.3);
    expect(noise.detectableRatio).toBeGreaterThan(0.001);
    expect(noise.detectableRatio).toBeLessThan(0.03);
    const five = noise.gates.find(({ toleranceRatio }) => toleranceRatio === 0.05)!;
    expect(five).toMatchObject({ falseAlarmRatio: 0, powerRatio: 1 });
    // One run against one: a third of normal noise lies beyond one standard deviation, half of that on the worse side.
    const one = noise.gates.find(({ toleranceRatio }) => toleranceRatio === 0.01)!;
    expect(one.onePairFalseAlarmRatio).toBeGreaterThan(0.05);
  });

  test('of too few pairs simulates nothing', () => {
    const few = noiseOfMetric(calibrationOf(pairsOf([1, 1.01, 0.99])), P50, 100);
    expect(few).toMatchObject({ gates: [], detectableRatio: null });
  });

  test('discards what comes before the series settles, and one pair at least', () => {
    const settled = pairsOf(Array.from({ length: 32 }, () => Math.exp(0.002 * normal())));
    expect(pairsToDiscard(settled, P50)).toBeLessThanOrEqual(4);
    expect(pairsToDiscard(settled, P50)).toBeGreaterThanOrEqual(1);
    const cold = settled.map((pair, index) =>
      index >= 3 ? pair : { ...pair, baseline: { ...pair.baseline, values: { 'putToGet.p50': 40e6 } } },
    );
    expect(pairsToDiscard(cold, P50)).toBe(3);
  });

  test('a gate of fewer pairs finds less', () => {
    const wide = Array.from({ length: 80 }, normals(4)).map((value) => 0.05 * value);
    const of = (plannedPairs: number) =>
      simulateGates(delivered(wide), rulesFor({ metric: P50, toleranceRatio: 0.05, floorRatio: 0.025, plannedPairs }), {
        effectRatio: 0.05,
        runs: 300,
      }).failed;
    expect(of(20)).toBeLessThan(of(100));
  });
});
