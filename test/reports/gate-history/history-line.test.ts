import { describe, expect, test } from 'vitest';
import { historyLineOf, parseHistory, writeHistoryLine } from '../../../reports/gate-history/history-line.ts';
import { exampleResult } from '../example-result.ts';
import { exampleLine } from './example-history.ts';

const text = (days: number) =>
  Array.from({ length: days }, (_, day) => writeHistoryLine(exampleLine(day, { lost: day }))).join('');

describe('a result as a line of a history', () => {
  const line = historyLineOf(exampleResult(), 'hash-of-load');

  test('has values by the names of thresholds, and lacks metrics with too few records', () => {
    const { spans, rate } = exampleResult().summary;
    expect(line.metrics['putToGet.p50']).toBe(spans.putToGet.p50Ns);
    expect(line.metrics['achieved.rate']).toBe(rate.achievedPerSecond);
    expect(line.metrics.lost).toBe(0);
    expect(line.metrics).not.toHaveProperty('putToGet.p99.99');
  });

  test('is one short line and is read back unchanged', () => {
    const written = writeHistoryLine(line);
    expect(written.trimEnd()).not.toContain('\n');
    expect(written.length).toBeLessThan(3000);
    expect(parseHistory(written, 'history.jsonl').lines).toEqual([{ line, where: 'history.jsonl:1' }]);
  });
});

describe('a history', () => {
  test('may have empty lines and no line feed at its end', () => {
    const { lines, torn } = parseHistory(`${text(1)}\n\r\n${text(1).trimEnd()}`, 'history.jsonl');
    expect(lines.map(({ where }) => where)).toEqual(['history.jsonl:1', 'history.jsonl:4']);
    expect(torn).toBeUndefined();
  });

  test('a history with a torn last line keeps all lines before it', () => {
    const whole = text(2);
    const last = text(1).trimEnd();
    for (let length = 1; length < last.length; length += 7) {
      const parsed = parseHistory(whole + last.slice(0, length), 'history.jsonl');
      expect(parsed.lines).toHaveLength(2);
      expect(parsed.torn).toEqual({ where: 'history.jsonl:3' });
      expect(parsed.whole).toBe(whole);
    }
  });

  test.each([
    [
      'a line in the middle that is not JSON',
      `${text(1)}<<<<<<< HEAD\n${text(1)}`,
      'HISTORY_DAMAGED not JSON (history.jsonl:2).',
    ],
    ['a line of another kind', `{"schemaVersion":1,"kind":"note"}\n`, '(history.jsonl:1)'],
    ['a complete last line that is no object', `${text(1)}17`, '(history.jsonl:2)'],
    ['a value that is no number', text(1).replace('"lost":0', '"lost":"0"'), 'HISTORY_DAMAGED metrics.lost'],
    ['a value that no metric can have', text(1).replace('"lost":0', '"lost":-1'), 'HISTORY_DAMAGED metrics.lost'],
    [
      'a line of a newer version',
      text(1).replace('"schemaVersion":1', '"schemaVersion":2'),
      'this version reads up to 1 (history.jsonl:1)',
    ],
  ])('rejects a history with %s and names the line', (_, content, message) => {
    expect(() => parseHistory(content, 'history.jsonl')).toThrow(message);
  });
});
