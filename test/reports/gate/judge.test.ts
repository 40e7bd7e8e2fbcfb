import { describe, expect, test } from 'vitest';
import { judgeGate } from '../../../reports/gate/judge.ts';
import { orderOf } from '../../../reports/gate/pairs.ts';
import { around, blockOf, pairsOf, RULES } from './example-pairs.ts';

describe('a gate', () => {
  test('needs more pairs before its first look', () => {
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

  test('passes if fresh pairs do not confirm an alarm, with its own reason', () => {
    const state = judgeGate(pairsOf([...around(1.1, 0.01, 10), ...around(1, 0.01, 10)]), RULES);
    expect(state).toMatchObject({ kind: 'pass', reason: 'ALARM_NOT_CONFIRMED' });
  });

  test('passes equal sides with little noise at the first look', () => {
    const state = judgeGate(pairsOf(around(1, 0.01, 10)), RULES);
    expect(state).toMatchObject({ kind: 'pass', reason: 'WITHIN_TOLERANCE' });
    expect(state.first.reading.highRatio).toBeLessThan(0.05);
  });

  test('passes a candidate that is worse by less than the floor, even if that is certain', () => {
    const state = judgeGate(pairsOf(around(1.01, 0.001, 10)), RULES);
    expect(state.kind).toBe('pass');
    expect(state.first.reading.lowRatio).toBeGreaterThan(0);
  });

  test('passes a candidate that is better', () => {
    expect(judgeGate(pairsOf(around(0.8, 0.01, 10)), RULES).kind).toBe('pass');
  });

  test('stays open for noisy equal sides, whose pairs vary by more than the tolerance', () => {
    expect(judgeGate(pairsOf(around(1, 0.2, 10)), RULES).kind).toBe('open');
  });

  test('is inconclusive, not a PASS, if no more pairs come', () => {
    const noisy = pairsOf(around(1.03, 0.3, 12));
    expect(judgeGate(noisy, RULES).kind).toBe('open');
    expect(judgeGate(noisy, RULES, true)).toMatchObject({ kind: 'inconclusive', reason: 'TOO_FEW_PAIRS' });
  });

  test('is inconclusive without a single pair', () => {
    expect(judgeGate([], RULES, true)).toMatchObject({ kind: 'inconclusive', reason: 'TOO_FEW_PAIRS' });
  });

  test('a pair without a value does not count', () => {
    const pairs = pairsOf(around(1, 0.01, 10));
    const without = pairs.with(0, { ...pairs[0]!, candidate: blockOf({ 'putToGet.p50': null }) });
    expect(judgeGate(without, RULES).first.reading.pairs).toBe(9);
  });

  test('fails for a lower value of a metric of which more is better', () => {
    const rules = { ...RULES, metric: { name: 'achieved.rate', isBetterHigher: true } };
    const slower = pairsOf(around(1, 0.01, 20)).map((pair) => ({
      ...pair,
      candidate: blockOf({ ...pair.candidate.values, 'achieved.rate': 900 }),
    }));
    expect(judgeGate(slower, rules)).toMatchObject({ kind: 'fail', reason: 'WORSE_CONFIRMED' });
  });
});

describe('a gate on delivery', () => {
  const leaving = (counts: readonly number[], side: 'baseline' | 'candidate' = 'candidate') =>
    pairsOf(around(1, 0.01, counts.length)).map((pair, index) => ({
      ...pair,
      [side]: { ...pair[side], undeliveredRecords: counts[index]! },
    }));
  const all = 2000;

  test('fails a candidate that rejects a tenth of all records at its tenth pair, although the metric is equal', () => {
    const tenth = (count: number) => judgeGate(leaving(new Array(count).fill(200)), RULES);
    expect(tenth(9)).toMatchObject({ kind: 'open', reason: 'MORE_PAIRS' });
    expect(tenth(10)).toMatchObject({ kind: 'fail', reason: 'DELIVERY_WORSE' });
  });

  test('fails a candidate that delivers nothing at its second pair', () => {
    expect(judgeGate(leaving([all]), RULES).kind).toBe('open');
    expect(judgeGate(leaving([all, all]), RULES)).toMatchObject({ kind: 'fail', reason: 'CANDIDATE_FAILS' });
  });

  test('is invalid if the baseline delivers nothing, whatever the candidate does', () => {
    const invalid = { kind: 'invalid', reason: 'BASELINE_FAILS' };
    expect(judgeGate(leaving([all, all], 'baseline'), RULES)).toMatchObject(invalid);
    const both = leaving([all, all], 'baseline').map(({ baseline, ...pair }) => ({
      ...pair,
      baseline,
      candidate: baseline,
    }));
    expect(judgeGate(both, RULES)).toMatchObject(invalid);
  });

  test('neither fails nor passes a candidate that left one record undelivered in one pair', () => {
    const once = leaving([0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(judgeGate(once, RULES).kind).toBe('open');
    expect(judgeGate(once, RULES, true)).toMatchObject({ kind: 'inconclusive', reason: 'DELIVERY_UNCLEAR' });
  });

  test('fails a candidate that leaves one record undelivered in each of ten pairs', () => {
    expect(judgeGate(leaving(new Array(10).fill(1)), RULES).kind).toBe('fail');
  });

  test('never fails a candidate that delivers more', () => {
    expect(judgeGate(leaving([...new Array(9).fill(3), 0, 0, 0], 'baseline'), RULES).kind).toBe('pass');
  });

  test('passes equal sides that leave the same shares undelivered', () => {
    const same = leaving(new Array(10).fill(20)).map((pair) => ({
      ...pair,
      baseline: { ...pair.baseline, undeliveredRecords: 20 },
    }));
    expect(judgeGate(same, RULES).kind).toBe('pass');
  });

  test('fails a metric that is worse although delivery is unclear', () => {
    const pairs = pairsOf(around(1.1, 0.01, 20)).map((pair, index) =>
      index === 3 ? { ...pair, candidate: { ...pair.candidate, undeliveredRecords: 1 } } : pair,
    );
    expect(judgeGate(pairs, RULES)).toMatchObject({ kind: 'fail', reason: 'WORSE_CONFIRMED' });
  });

  test('does not treat pairs without a value as pairs without a difference', () => {
    const silent = pairsOf(new Array(12).fill(1)).map((pair) => ({
      ...pair,
      candidate: { ...blockOf({ 'putToGet.p50': null }), undeliveredRecords: 900 },
      baseline: { ...pair.baseline, undeliveredRecords: 900 },
    }));
    const state = judgeGate(silent, RULES, true);
    expect(state).toMatchObject({ kind: 'inconclusive', first: { reading: { pairs: 0, medianRatio: null } } });
  });
});

test('pairs have the order ABBA BAAB, so that a steady drift affects both sides in turn', () => {
  const orders = Array.from({ length: 8 }, (_, index) => (orderOf(index) === 'baseline-first' ? 'AB' : 'BA'));
  expect(orders.join(' ')).toBe('AB BA BA AB AB BA BA AB');
});
