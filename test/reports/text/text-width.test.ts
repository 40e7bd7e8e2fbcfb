import { expect, test } from 'vitest';
import { paint } from '../../../reports/text/render-lines.ts';
import { renderTable } from '../../../reports/text/render-table.ts';
import { columnsOf, padColumns, takeColumns } from '../../../reports/text/text-width.ts';
import { cut } from '../../../runners/live/live-cut.ts';

test.each([
  ['abc', 3],
  ['café', 4],
  ['cafe\u0301', 4],
  ['負荷', 4],
  ['👨‍👩‍👧', 2],
  ['█▏✓…', 4],
])('the text %j takes %i columns', (text, columns) => {
  expect(columnsOf(text)).toBe(columns);
});

test('cuts and pads text by columns, never within a character', () => {
  expect(takeColumns('負荷試験', 5)).toBe('負荷');
  expect(takeColumns('cafe\u0301s', 4)).toBe('cafe\u0301');
  expect(padColumns('負荷', 6)).toBe('負荷  ');
  expect(cut('負荷試験', 5)).toBe('負荷…');
  expect(cut('負荷', 4)).toBe('負荷');
});

test('aligns the columns of a table for every script', () => {
  const lines = renderTable(
    [
      ['負荷', '1'],
      ['café', '22'],
      ['plain', '3'],
    ],
    { align: ['left', 'right'], indent: 0 },
  );
  const texts = paint(lines, { colours: false, width: 80 }).split('\n');
  expect(texts.map(columnsOf)).toEqual([9, 9, 9]);
});

test('a painted line is never wider than its limit', () => {
  for (let width = 1; width < 12; width++) {
    expect(columnsOf(paint([['a負', '荷試験', 'b']], { colours: false, width }))).toBeLessThanOrEqual(width);
  }
});
