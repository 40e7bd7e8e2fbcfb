import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openProgressLine } from '../../../runners/commands/progress-line.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function shown(text: string, columns: number): string {
  const written: string[] = [];
  const terminal = { isTTY: true, columns, write: (part: string) => written.push(part) };
  const line = openProgressLine(terminal as unknown as NodeJS.WriteStream);
  line.show('too early');
  vi.advanceTimersByTime(1001);
  line.show(text);
  return written.join('');
}

test.each([
  ['a short text whole', 'reading a.csv', 'reading a.csv'],
  ['a long text to one row', 'reading a-long-name.csv', 'reading a-long-nam…'],
  ['a text with wide characters to one row', 'reading 東京大阪名古屋.csv', 'reading 東京大阪名…'],
  ['control characters as question marks', 'reading \u001b[2J.csv', 'reading ?[2J.csv'],
])('a progress line shows %s', (_what, text, expected) => {
  expect(shown(text, 20)).toBe(`\r\u001b[K${expected}`);
});
