import { describe, expect, test } from 'vitest';
import { judgeGate } from '../../../reports/gate/judge.ts';
import { orderOf } from '../../../reports/gate/pairs.ts';
import { around, blockOf, pairsOf, RULES } from './example-pairs.ts';

describe('a gate', () => {
  test('asks for more pairs before its first look', () => {
    const state = judgeGate(pairsOf(around(1.2, 0.01, 9)), RULES);
    expect(state).toMatchObject({ kind: 'open', reason: 'MORE_PAIRS' });
    expect(state.first.reading).toMatchObject({ pairs: 9, lookPairs: 0, medianRatio: null });
  });

  test('confirms an alarm with fresh pairs before it fails', () => {
    const tenSlower = around(1.1, 0.01, 10);
    const alarmed = judgeGate(pairsOf(tenSlower), RULES);
    expect(alarmed.kind).toBe('open');
    expect(alarmed.first.finding).toBe('worse');
    expect(alarmed.confirmation).toMatchObject({ finding: 'open', usedPairs: 0 });
    const confirmed = judgeGate(pairsOf([...tenSlower, ...around(1.1, 0.01, 10)]), RULES);
    expect(confirmed).toMatchObject({ kind: 'fail', reason: 'WORSE_CONFIRMED' });
    expect(confirmed.confirmation!.reading.medianRatio).toBeCloseTo(0.1, 2);
  });

  test('passes when fresh pairs do not confirm an alarm, and says so', () => {
    const state = judgeGate(pairsOf([...around(1.1, 0.01, 10), ...around(1, 0.01, 10)]), RULES);
    expect(state).toMatchObject({ kind: 'pass', reason: 'ALARM_NOT_CONFIRMED' });
  });

  test('passes equals at the first look when they are quiet', () => {
    const state = judgeGate(pairsOf(around(1, 0.01, 10)), RULES);
    expect(state).toMatchObject({ kind: 'pass', reason: 'WITHIN_TOLERANCE' });
    expect(state.first.reading.highRatio).toBeLessThan(0.05);
  });

  test('passes what is worse by less than the floor, however sure that is', () => {
    const state = judgeGate(pairsOf(around(1.01, 0.001, 10)), RULES);
    expect(state.kind).toBe('pass');
    expect(state.first.reading.lowRatio).toBeGreaterThan(0);
  });

  test('passes a candidate that is better', () => {
    expect(judgeGate(pairsOf(around(0.8, 0.01, 10)), RULES).kind).toBe('pass');
  });

  test('does not pass noisy equals early: pairs wider than the tolerance leave it open', () => {
    expect(judgeGate(pairsOf(around(1, 0.2, 10)), RULES).kind).toBe('open');
  });

  test('is inconclusive when no more pairs come, and never a pass', () => {
    const noisy = pairsOf(around(1.03, 0.3, 12));
    expect(judgeGate(noisy, RULES).kind).toBe('open');
    expect(judgeGate(noisy, RULES, true)).toMatchObject({ kind: 'inconclusive', reason: 'TOO_FEW_PAIRS' });
  });

  test('is inconclusive without a single pair', () => {
    expect(judgeGate([], RULES, true)).toMatchObject({ kind: 'inconclusive', reason: 'TOO_FEW_PAIRS' });
  });

  test('a pair without a value counts for nothing', () => {
    const pairs = pairsOf(around(1, 0.01, 10));
    const without = pairs.with(0, { ...pairs[0]!, candidate: blockOf({ 'putToGet.p50': null }) });
    expect(judgeGate(without, RULES).first.reading.pairs).toBe(9);
  });

  test('takes fewer as worse where more is better', () => {
    const rules = { ...RULES, metric: { name: 'achieved.rate', isBetterHigher: true } };
    const slower = pairsOf(around(1, 0.01, 20)).map((pair) => ({
      ...pair,
      candidate: blockOf({ ...pair.candidate.values, 'achieved.rate': 900 }),
    }));
    expect(judgeGate(slower, rules)).toMatchObject({ kind: 'fail', reason: 'WORSE_CONFIRMED' });
  });
});

describe('lost records', () => {
  const losing = (pairs: ReturnType<typeof pairsOf>, at: readonly number[], side: 'baseline' | 'candidate') =>
    pairs.map((pair, index) => (at.includes(index) ? { ...pair, [side]: { ...pair[side], lostRecords: 3 } } : pair));
  const equal = pairsOf(around(1, 0.01, 12));

  test('of the candidate in two pairs fail the gate, whatever the metric says', () => {
    expect(judgeGate(losing(equal, [2, 7], 'candidate'), RULES)).toMatchObject({
      kind: 'fail',
      reason: 'RECORDS_LOST',
    });
  });

  test('in one pair neither fail nor pass it', () => {
    const once = losing(equal, [2], 'candidate');
    expect(judgeGate(once, RULES).kind).toBe('open');
    expect(judgeGate(once, RULES, true)).toMatchObject({ kind: 'inconclusive', reason: 'LOST_ONCE' });
  });

  test('of the baseline too say nothing against the candidate', () => {
    expect(judgeGate(losing(losing(equal, [2, 7], 'candidate'), [4], 'baseline'), RULES).kind).toBe('pass');
  });
});

test('pairs stand in the order ABBA BAAB, so that a steady drift takes turns', () => {
  const orders = Array.from({ length: 8 }, (_, index) => (orderOf(index) === 'baseline-first' ? 'AB' : 'BA'));
  expect(orders.join(' ')).toBe('AB BA BA AB AB BA BA AB');
});
