import { describe, expect, test } from 'vitest';
import { changeRangeText, changeText, changeWords, rangeWords } from '../../../reports/compare/change-text.ts';
import { type Change, effectOf, type SpanComparison } from '../../../reports/compare/comparison.ts';
import { sentenceOf } from '../../../reports/compare/sentence.ts';

const FLOOR = 0.02;

function changeOf(ratio: number, lower?: number, upper?: number): Change {
  const interval = lower === undefined || upper === undefined ? null : { lower, upper };
  return { ratio, interval, effect: effectOf(ratio, interval, FLOOR) };
}

function spanOf(changes: Readonly<Record<string, Change>>, span: SpanComparison['span'] = 'putToGet'): SpanComparison {
  const metrics = Object.entries(changes).map(([name, change]) => ({
    name,
    percentile: Number(name.slice(1)),
    a: null,
    b: null,
    change,
    runsNeeded: null,
  }));
  return { span, basis: 'seconds', isTooShort: false, countA: 1, countB: 1, metrics, shift: [], distance: null };
}

const sentence = (p50: Change, p99: Change) => sentenceOf('A', 'B', [spanOf({ p50, p99 })], FLOOR);

describe('the sentence of a comparison', () => {
  test('names what changed first, then what did not', () => {
    expect(sentence(changeOf(1, 0.99, 1.01), changeOf(1.12, 1.08, 1.16))).toBe(
      'B is 12% slower at p99 (8 to 16%), the same at the median.',
    );
    expect(sentence(changeOf(0.9, 0.88, 0.93), changeOf(1.001, 0.99, 1.01))).toBe(
      'B is 10% faster at the median (7 to 12%), the same at p99.',
    );
  });

  test('does not claim equality without evidence', () => {
    expect(sentence(changeOf(1.03, 0.97, 1.09), changeOf(1.2, 1.1, 1.3))).toBe(
      'B is 20% slower at p99 (10 to 30%), with no difference shown at the median (-3 to +9%).',
    );
  });

  test('describes no change, and a change below the floor', () => {
    const [p50, p99] = [changeOf(1.01, 1.005, 1.015), changeOf(1.1, 0.9, 1.3)];
    expect(sentence(p50, p99)).toBe('B is the same as A at the median, with no difference shown at p99 (-10 to +30%).');
    expect(sentence(changeOf(1, 0.99, 1.01), changeOf(1, 0.99, 1.01))).toBe(
      'B is the same as A at p99 and at the median.',
    );
    expect(sentence(changeOf(1.01, 0.9, 1.1), p99)).toBe(
      'A and B show no difference at p99 (-10 to +30%) and at the median (-10 to +10%).',
    );
  });

  test('describes changes in both directions, and a factor', () => {
    expect(sentence(changeOf(0.8, 0.75, 0.85), changeOf(3.21, 2.5, 4.04))).toBe(
      'B is 3.2 times as slow at p99 (2.5 to 4.0), 20% faster at the median (15 to 25%).',
    );
  });

  test('describes too few runs and too few records', () => {
    expect(sentence(changeOf(1, 0.99, 1.01), changeOf(1.1))).toBe(
      'B is 10% slower at p99, without an interval because of too few runs, the same at the median.',
    );
    expect(sentenceOf('A', 'B', [spanOf({})], FLOOR)).toBe('A and B have too few records to compare.');
    const short = [spanOf({ p50: changeOf(1.1, 1.05, 1.15), p90: changeOf(1.2, 1.1, 1.3) })];
    expect(sentenceOf('A', 'B', short, FLOOR)).toMatch(/^B is 20% slower at p90/);
  });

  test('uses the ack latency if nothing was received', () => {
    const acked = spanOf({ p50: changeOf(1.1, 1.05, 1.15) }, 'ackLatency');
    expect(sentenceOf('A', 'C', [{ ...spanOf({}), countA: 0 }, acked], FLOOR)).toBe(
      'C is 10% slower at the median (5 to 15%), by ack latency.',
    );
  });
});

test.each([
  [1.0512, '+5.1%'],
  [0.88, '-12%'],
  [1.0002, '0%'],
  [0.9997, '0%'],
  [1, '0%'],
  [3.217, '×3.2'],
  [12345.6, '×12,346'],
  [0.0001, '-100%'],
])('formats the ratio %d as a change of %s', (ratio, text) => {
  expect(changeText(ratio)).toBe(text);
});

test('formats a range with its unit once if both ends have it', () => {
  expect(changeRangeText({ lower: 0.979, upper: 1.03 })).toBe('-2.1 to +3%');
  expect(changeRangeText({ lower: 1.5, upper: 2.5 })).toBe('+50% to ×2.5');
  expect(changeWords(0.92)).toBe('8% faster');
  expect(rangeWords(0.92, { lower: 0.84, upper: 1.01 })).toBe('-1 to 16%');
});
