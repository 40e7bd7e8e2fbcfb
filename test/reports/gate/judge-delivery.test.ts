import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CONFIRM_ERROR_RATIO,
  DELIVERY_ERROR_RATIO,
  FIRST_ERROR_RATIO,
  judgeReadings,
} from '../../../reports/gate/judge.ts';
import { type DeliveryFinding, judgeDelivery, type PairDelivery } from '../../../reports/gate/judge-delivery.ts';
import { noiseOf, simulateGates } from '../../../reports/gate/simulate.ts';
import { calibrationOf } from './example-calibration.ts';
import { normals, P50, pairsOf, RULES } from './example-pairs.ts';

const DELIVERY_RULES = {
  firstPairs: RULES.firstPairs,
  confirmPairs: RULES.confirmPairs,
  firstErrorRatio: FIRST_ERROR_RATIO,
  confirmErrorRatio: CONFIRM_ERROR_RATIO,
};
const PAIRS_MAX = RULES.firstPairs + RULES.confirmPairs;
/** The share of a block that is undelivered. */
type Noise = () => number;

/** Runs whole gates that are judged after each pair. Their metrics have little noise, so that delivery decides. */
function shares(baseline: Noise, candidate: Noise, runs: number) {
  const metric = normals(17);
  const found = { pass: 0, fail: 0, inconclusive: 0, invalid: 0, open: 0 };
  for (let run = 0; run < runs; run++) {
    const ratios: number[] = [];
    const deliveries: PairDelivery[] = [];
    let kind: keyof typeof found = 'open';
    while (kind === 'open') {
      ratios.push(0.01 * metric());
      deliveries.push({ baselineRatio: baseline(), candidateRatio: candidate() });
      ({ kind } = judgeReadings(ratios, deliveries, RULES, ratios.length === PAIRS_MAX));
    }
    found[kind] += 1;
  }
  return { pass: found.pass / runs, fail: found.fail / runs, inconclusive: found.inconclusive / runs };
}

/** About `size` is undelivered in a share `chance` of the blocks, and nothing in the others. */
function bursts(seed: number, chance: number, size: number): Noise {
  const normal = normals(seed);
  // Half the sum of two squared normal deviates is exponential.
  const uniform = () => Math.exp(-(normal() ** 2 + normal() ** 2) / 2);
  return () => (uniform() < chance ? Math.min(0.4, size * (0.1 + uniform())) : 0);
}

function around(seed: number, mean: number, deviation: number): Noise {
  const normal = normals(seed);
  return () => Math.max(0, mean + deviation * normal());
}

describe('equal sides that leave records undelivered', () => {
  test.each([
    ['in every block', (seed: number) => around(seed, 0.02, 0.004)],
    ['in every block, with much noise', (seed: number) => around(seed, 0.05, 0.03)],
    ['in one block of two', (seed: number) => bursts(seed, 0.5, 0.02)],
    ['in one block of five', (seed: number) => bursts(seed, 0.2, 0.1)],
    ['in one block of twenty', (seed: number) => bursts(seed, 0.05, 0.001)],
    ['in one block of fifty', (seed: number) => bursts(seed, 0.02, 0.3)],
  ])('equal sides that leave records undelivered %s fail at most as often as the rules allow', (_, noise) => {
    const { fail } = shares(noise(1), noise(2), 2000);
    // Four standard errors of 2,000 runs above the bound.
    expect(fail).toBeLessThanOrEqual(DELIVERY_ERROR_RATIO + 4 * Math.sqrt(DELIVERY_ERROR_RATIO / 2000));
    expect(fail).toBeLessThanOrEqual(0.01);
  });

  test('equal sides that leave records undelivered in every block pass in 90 % of cases', () => {
    expect(shares(around(3, 0.02, 0.004), around(4, 0.02, 0.004), 500).pass).toBeGreaterThanOrEqual(0.9);
  });

  test('do not raise the rate of false alarms of a gate over recorded noise', () => {
    const normal = normals(8);
    const burst = bursts(9, 0.3, 0.05);
    const recorded = pairsOf(Array.from({ length: 60 }, () => Math.exp(0.01 * normal()))).map((pair) => ({
      ...pair,
      baseline: { ...pair.baseline, undeliveredRecords: Math.round(2000 * burst()) },
      candidate: { ...pair.candidate, undeliveredRecords: Math.round(2000 * burst()) },
    }));
    const noise = noiseOf(calibrationOf(recorded), P50);
    expect(noise.some(({ delivery }) => delivery.candidateRatio > 0)).toBe(true);
    const { failed, runs } = simulateGates(noise, RULES, { effectRatio: 0, runs: 500 });
    expect(failed / runs).toBeLessThanOrEqual(0.01);
  });
});

describe('a candidate that delivers less', () => {
  test.each([
    ['a tenth less than a baseline that delivers everything', () => 0, around(5, 0.1, 0.02), 1],
    ['records in one block of two, the baseline all', () => 0, bursts(6, 0.5, 0.01), 0.95],
    ['3 % less than a baseline that leaves 2 %', around(7, 0.02, 0.01), around(8, 0.05, 0.01), 1],
    ['twice as many as a noisy baseline', around(9, 0.02, 0.01), around(10, 0.04, 0.015), 0.9],
  ])('a candidate that delivers less (%s) fails, and almost never passes', (_, baseline, candidate, failRatioMin) => {
    const { fail, pass } = shares(baseline, candidate, 300);
    expect(fail).toBeGreaterThanOrEqual(failRatioMin);
    expect(pass).toBeLessThanOrEqual(0.05);
  });
});

describe('a finding on delivery', () => {
  const share = fc.constantFrom(0, 0.001, 0.01, 0.05, 0.2, 0.6, 1);
  const delivery = fc.record({ baselineRatio: share, candidateRatio: share });
  const judged = (deliveries: readonly PairDelivery[], ended = false) =>
    judgeDelivery(deliveries, DELIVERY_RULES, ended);
  const AGAINST: readonly DeliveryFinding[] = ['worse', 'candidate-fails', 'unclear'];

  test('is never against a candidate that delivers at least as much in every pair', () => {
    const better = delivery.map(({ baselineRatio, candidateRatio }) => ({
      baselineRatio: Math.max(baselineRatio, candidateRatio),
      candidateRatio: Math.min(baselineRatio, candidateRatio),
    }));
    fc.assert(
      fc.property(fc.array(better, { maxLength: 110 }), fc.boolean(), (deliveries, ended) => {
        expect(AGAINST).not.toContain(judged(deliveries, ended));
      }),
    );
  });

  test('is never equal if only the candidate left records undelivered', () => {
    const only = share.map((candidateRatio) => ({ baselineRatio: 0, candidateRatio }));
    fc.assert(
      fc.property(fc.array(only, { maxLength: 110 }), fc.boolean(), (deliveries, ended) => {
        fc.pre(deliveries.some(({ candidateRatio }) => candidateRatio > 0));
        expect(AGAINST).toContain(judged(deliveries, ended));
      }),
    );
  });

  test('is never against both sides when they are swapped', () => {
    fc.assert(
      fc.property(fc.array(delivery, { maxLength: 110 }), (deliveries) => {
        const swapped = deliveries.map(({ baselineRatio, candidateRatio }) => ({
          baselineRatio: candidateRatio,
          candidateRatio: baselineRatio,
        }));
        const findings = [judged(deliveries), judged(swapped)];
        expect(findings.filter((finding) => finding === 'worse' || finding === 'candidate-fails').length).toBeLessThan(
          2,
        );
      }),
    );
  });
});
