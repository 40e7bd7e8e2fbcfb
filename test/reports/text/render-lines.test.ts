import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hanging, wrap } from '../../../reports/text/render-lines.ts';
import { columnsOf } from '../../../reports/text/text-width.ts';

describe('wrap', () => {
  test('keeps every word in its order, and every line of several words within the width', () => {
    const word = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.constantFrom('東京', 'a\n', '\t', '👩‍👩‍👧', 'e\u0301'),
    );
    fc.assert(
      fc.property(
        fc.array(word).map((words) => words.join(' ')),
        fc.integer({ min: 1, max: 60 }),
        (text, width) => {
          const lines = wrap(text, width);
          expect(lines.join(' ')).toBe(text.normalize().replace(/\s+/gu, ' ').trim());
          for (const line of lines) if (line.includes(' ')) expect(columnsOf(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });

  test('counts two columns for a wide character', () => {
    expect(wrap('東京 大阪 kyoto', 9)).toEqual(['東京 大阪', 'kyoto']);
    expect(wrap('東京 大阪 kyoto', 8)).toEqual(['東京', '大阪', 'kyoto']);
  });

  test('replaces escape sequences, and counts the columns of what remains', () => {
    expect(wrap('\u001b[31mred\u001b[0m alert', 15)).toEqual(['?[31mred?[0m', 'alert']);
  });

  test('gives a word that is longer than the width a line of its own', () => {
    expect(wrap('see arn:aws:kinesis:us-east-1 now', 10)).toEqual(['see', 'arn:aws:kinesis:us-east-1', 'now']);
  });

  test('returns one empty line for an empty text', () => {
    expect(wrap('', 10)).toEqual(['']);
  });
});

test('hanging indents further lines to the start of the text', () => {
  expect(hanging('Note  ', 'one two three four five six', 26)).toEqual([
    ['Note  ', 'one two three four'],
    ['      ', 'five six'],
  ]);
});
