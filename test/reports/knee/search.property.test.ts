import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kneeOf } from '../../../reports/knee/knee.ts';
import { replaySearch } from '../../../reports/knee/search.ts';
import { RULES, searchOn } from './simulated-target.ts';

const capacities = fc.double({ min: 200, max: 5e6, noNaN: true });
const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });

describe('a search for the knee', () => {
  test('ends within its bound of trials for any noise', () => {
    const noises = fc.double({ min: 0, max: 0.2, noNaN: true });
    const invalids = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(capacities, noises, invalids, seeds, (capacityPerSecond, growthNoiseRatio, invalidRatio, seed) => {
        const { trials } = searchOn({ capacityPerSecond, growthNoiseRatio, invalidRatio }, { ...RULES, seed });
        expect(trials.length).toBeLessThanOrEqual(RULES.trialsMax);
      }),
    );
  });

  test('finds the capacity within 2% with noise up to 0.05% and late generators, and never claims more with twice the noise', () => {
    const noises = fc.double({ min: 0, max: 0.001, noNaN: true });
    const invalids = fc.double({ min: 0, max: 0.2, noNaN: true });
    fc.assert(
      fc.property(capacities, noises, invalids, seeds, (capacityPerSecond, growthNoiseRatio, invalidRatio, seed) => {
        const rules = { ...RULES, seed };
        const { trials } = searchOn({ capacityPerSecond, growthNoiseRatio, invalidRatio }, rules);
        const { sustainablePerSecond, kind } = kneeOf(rules, trials);
        fc.pre(kind === 'found');
        expect(sustainablePerSecond!).toBeLessThanOrEqual(capacityPerSecond);
        if (growthNoiseRatio > 0.0005) return;
        expect(sustainablePerSecond!).toBeGreaterThanOrEqual(0.98 * capacityPerSecond);
      }),
      { numRuns: 300 },
    );
  });

  test('requests the same trials if it is repeated', () => {
    fc.assert(
      fc.property(capacities, seeds, (capacityPerSecond, seed) => {
        const rules = { ...RULES, seed };
        const { trials } = searchOn({ capacityPerSecond, growthNoiseRatio: 0.001 }, rules);
        for (const [index, trial] of trials.entries()) {
          const step = replaySearch(rules, trials.slice(0, index));
          expect(step).toEqual({ kind: 'next', request: trial.request });
        }
      }),
      { numRuns: 20 },
    );
  });

  test('never claims the rate of a trial that was not sustainable', () => {
    const noises = fc.double({ min: 0, max: 0.05, noNaN: true });
    fc.assert(
      fc.property(capacities, noises, seeds, (capacityPerSecond, growthNoiseRatio, seed) => {
        const rules = { ...RULES, seed };
        const { trials } = searchOn({ capacityPerSecond, growthNoiseRatio }, rules);
        const { sustainablePerSecond, unsustainablePerSecond } = kneeOf(rules, trials);
        if (sustainablePerSecond === null || unsustainablePerSecond === null) return;
        expect(sustainablePerSecond).toBeLessThanOrEqual(unsustainablePerSecond);
      }),
    );
  });
});
