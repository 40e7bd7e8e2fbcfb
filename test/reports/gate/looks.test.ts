import { describe, expect, test } from 'vitest';
import { FIRST_LOOK_PAIRS, planLooks } from '../../../reports/gate/looks.ts';
import { normals } from './example-pairs.ts';

describe('looks', () => {
  test('begin at ten pairs and end at the planned number', () => {
    const looks = planLooks(60, 0.025);
    expect(looks[0]!.pairs).toBe(FIRST_LOOK_PAIRS);
    expect(looks.at(-1)!.pairs).toBe(60);
  });

  test('a single look is the sign test: 9 of 10 pairs spend 11/1024', () => {
    expect(planLooks(10, 0.025)).toEqual([{ pairs: 10, needed: 9, spentRatio: 11 / 1024 }]);
  });

  test('a look that may spend too little rules out nothing', () => {
    expect(planLooks(10, 1 / 2048)[0]!.needed).toBe(Number.POSITIVE_INFINITY);
  });

  test.each([10, 17, 60, 100, 200])('looks of %i pairs never spend more error than their share allows', (pairs) => {
    for (const look of planLooks(pairs, 0.025)) {
      expect(look.spentRatio).toBeLessThanOrEqual(0.025 * (look.pairs / pairs) + 1e-12);
    }
  });

  test('an early end adds a last look, and does not change the earlier looks of the plan', () => {
    const plan = planLooks(60, 0.025);
    const ended = planLooks(60, 0.025, 40);
    expect(ended.at(-1)!.pairs).toBe(40);
    expect(ended.slice(0, -1)).toEqual(plan.filter(({ pairs }) => pairs < 40));
    expect(ended.at(-1)!.spentRatio).toBeLessThanOrEqual(0.025);
  });

  test('the stated error is the one that simulated coins spend', () => {
    const looks = planLooks(60, 0.05);
    const coin = normals(11);
    const runs = 20_000;
    let excluded = 0;
    for (let run = 0; run < runs; run++) {
      let above = 0;
      let pairs = 0;
      for (const look of looks) {
        for (; pairs < look.pairs; pairs++) above += coin() > 0 ? 1 : 0;
        if (above < look.needed) continue;
        excluded += 1;
        break;
      }
    }
    // Four standard errors of 20,000 runs.
    const expected = looks.at(-1)!.spentRatio;
    expect(Math.abs(excluded / runs - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / runs));
  });
});
