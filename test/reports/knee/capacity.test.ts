import { describe, expect, test } from 'vitest';
import { capacityCurve, demandCurve, fitCapacity } from '../../../reports/knee/capacity.ts';
import { fitSentences } from '../../../reports/knee/capacity-text.ts';
import { uslThroughput } from '../../../reports/statistics/usl.ts';
import { exampleSearch } from './example-knee.ts';

const LAW = { contentionRatio: 0.03, coherencyRatio: 0.002, perWorker: 1000 };
const searchOf = (shards: number, capacityPerSecond = uslThroughput(LAW, shards)) =>
  exampleSearch({ capacityPerSecond }, shards);

describe('a capacity curve', () => {
  const searches = [1, 2, 3, 4, 6, 8].map((shards) => searchOf(shards));

  test('maps shards to the highest sustainable rate', () => {
    const curve = capacityCurve(searches);
    expect(curve.map(({ shards }) => shards)).toEqual([1, 2, 3, 4, 6, 8]);
    for (const { shards, sustainablePerSecond, isLowerBound } of curve) {
      expect(isLowerBound).toBe(false);
      expect(sustainablePerSecond / uslThroughput(LAW, shards)).toBeGreaterThan(0.985);
      expect(sustainablePerSecond).toBeLessThanOrEqual(uslThroughput(LAW, shards));
    }
  });

  test('inverts to the fewest shards for a rate, without counts that sustain no more', () => {
    const steps = demandCurve([
      { shards: 1, sustainablePerSecond: 900, isLowerBound: false },
      { shards: 2, sustainablePerSecond: 1700, isLowerBound: false },
      { shards: 3, sustainablePerSecond: 1600, isLowerBound: false },
      { shards: 4, sustainablePerSecond: 3000, isLowerBound: false },
    ]);
    expect(steps).toEqual([
      { shards: 1, upToPerSecond: 900 },
      { shards: 2, upToPerSecond: 1700 },
      { shards: 4, upToPerSecond: 3000 },
    ]);
  });

  test('is fitted by the Universal Scalability Law up to twice the largest count', () => {
    const capacityFit = fitCapacity(capacityCurve(searches));
    if (capacityFit.kind !== 'fitted') throw new Error(capacityFit.why);
    expect(capacityFit.reachShards).toBe(16);
    expect(capacityFit.fit.contentionRatio).toBeCloseTo(0.03, 1);
    expect(capacityFit.fit.perWorker / 1000).toBeGreaterThan(0.97);
    expect(fitSentences(capacityFit).at(-1)).toMatch(/At 16 shards it expects .*It does not reach further/);
  });

  test('is not fitted with fewer than six counts, or if the generator was the limit', () => {
    expect(fitSentences(fitCapacity(capacityCurve(searches.slice(0, 4))))).toEqual([
      'No USL fit: it needs knees of 6 shard counts, there are 4.',
    ]);
    const limited = exampleSearch({ capacityPerSecond: 1e7, generatorPerSecond: 20_000 }, 16);
    const curve = capacityCurve([...searches.slice(0, 5), limited]);
    expect(curve.at(-1)?.isLowerBound).toBe(true);
    expect(fitSentences(fitCapacity(curve))).toEqual([
      'No USL fit: it needs knees of 6 shard counts, there are 5; at 1 of them the target was not the limit.',
    ]);
  });
});
