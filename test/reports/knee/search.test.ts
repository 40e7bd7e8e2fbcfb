import { describe, expect, test } from 'vitest';
import { kneeOf } from '../../../reports/knee/knee.ts';
import { RULES, type SimulatedTarget, searchOn } from './simulated-target.ts';

function kneeOn(target: SimulatedTarget, rules = RULES) {
  const { trials } = searchOn(target, rules);
  return { knee: kneeOf(rules, trials), trials };
}

describe('a search for the knee', () => {
  test('doubles, bisects and confirms: capacity 42,000 within 0.5%', () => {
    const { knee, trials } = kneeOn({ capacityPerSecond: 42_000 });
    expect(knee.kind).toBe('found');
    expect(knee.sustainablePerSecond!).toBeLessThanOrEqual(42_000);
    expect(knee.sustainablePerSecond!).toBeGreaterThan(42_000 * 0.994);
    expect(knee.unsustainablePerSecond!).toBeGreaterThan(42_000);
    expect(knee.limit).toBe('target');
    expect(knee.descent).toEqual({ kind: 'same' });
    const purposes = trials.map(({ request }) => request.purpose);
    expect(purposes.filter((purpose) => purpose === 'explore')).toHaveLength(7);
    expect(purposes.filter((purpose) => purpose === 'confirm')).toHaveLength(1 + 5);
    expect(purposes.at(-1)).toBe('descend');
    expect(trials.length).toBeLessThan(25);
  });

  test('closes a bracket of 100 steps in about seven trials', () => {
    const rules = { ...RULES, startPerSecond: 40_000, resolutionRatio: 0.01 };
    const { trials } = kneeOn({ capacityPerSecond: 42_000 }, rules);
    const bisections = trials.filter(({ request }) => request.purpose === 'bisect').length;
    expect(bisections).toBeGreaterThanOrEqual(6);
    expect(bisections).toBeLessThanOrEqual(9);
  });

  test('is not bounded by a single disturbed trial', () => {
    const { knee, trials } = kneeOn({ capacityPerSecond: 42_000, disturbedTrials: [4] });
    expect(trials[4]!.request.ratePerSecond).toBeLessThan(20_000);
    expect(knee.kind).toBe('found');
    expect(knee.sustainablePerSecond!).toBeGreaterThan(42_000 * 0.99);
    expect(knee.sustainablePerSecond!).toBeLessThanOrEqual(42_000);
  });

  test('goes down if the first rate is not sustainable', () => {
    const { knee } = kneeOn({ capacityPerSecond: 300 });
    expect(knee.kind).toBe('found');
    expect(knee.sustainablePerSecond!).toBeGreaterThan(295);
  });

  test('never blames the target if the generator was the limit', () => {
    const { knee } = kneeOn({ capacityPerSecond: 1e7, generatorPerSecond: 90_000 });
    expect(knee.kind).toBe('above');
    expect(knee.limit).toBe('generator');
    expect(knee.sustainablePerSecond!).toBeGreaterThan(85_000);
    expect(knee.descent).toEqual({ kind: 'not-tried' });
  });

  test('stops immediately if the objective is below the floor of the latency', () => {
    const { knee, trials } = kneeOn({ capacityPerSecond: 1e5, floorNs: 80e6 });
    expect(knee.kind).toBe('never');
    expect(knee.sustainablePerSecond).toBeNull();
    expect(trials.length).toBeLessThan(6);
  });

  test('ends at the highest allowed rate if every rate is sustainable', () => {
    const { knee } = kneeOn({ capacityPerSecond: 1e9 }, { ...RULES, highestPerSecond: 8000 });
    expect(knee).toMatchObject({ kind: 'above', limit: 'none', unsustainablePerSecond: null });
    expect(knee.sustainablePerSecond).toBeCloseTo(0.999 * 8000, 6);
  });

  test('reports a target that sustains less after an overload', () => {
    const { knee } = kneeOn({ capacityPerSecond: 42_000, afterOverloadRatio: 0.7 });
    expect(knee.kind).toBe('found');
    expect(knee.descent).toMatchObject({ kind: 'lower' });
    const { perSecond } = knee.descent as { perSecond: number };
    expect(perSecond).toBeLessThan(42_000 * 0.7);
    expect(perSecond).toBeGreaterThan(42_000 * 0.55);
  });

  test('subtracts the burst capacity that a target may have saved up', () => {
    const rules = { ...RULES, burstNs: 1e9 };
    const { knee } = kneeOn({ capacityPerSecond: 1100 }, rules);
    expect(knee.allowance.burstRatio).toBeCloseTo(1 / 11, 9);
    expect(knee.sustainablePerSecond!).toBeLessThanOrEqual(1000);
    expect(knee.sustainablePerSecond!).toBeGreaterThan(990);
  });

  test('claims the highest sustainable rate so far if it is interrupted', () => {
    const { trials } = searchOn({ capacityPerSecond: 42_000 });
    const knee = kneeOf(RULES, trials.slice(0, 8));
    expect(knee.kind).toBe('unfinished');
    expect(knee.sustainablePerSecond!).toBeGreaterThan(30_000);
    expect(knee.sustainablePerSecond!).toBeLessThan(42_000);
    expect(kneeOf(RULES, [])).toMatchObject({ kind: 'unfinished', sustainablePerSecond: null, limit: 'none' });
  });
});
