import stringWidth from 'string-width';

/** Splits text into characters as a reader sees them, so that no accent or joined emoji is cut from its base. */
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/** Columns that a terminal needs for the text: two for a Chinese or Japanese character, none for a combining mark. */
export function columnsOf(text: string): number {
  return PRINTABLE_ASCII.test(text) ? text.length : stringWidth(text);
}

/** Returns the longest prefix of the text that fits into the columns. */
export function takeColumns(text: string, columns: number): string {
  if (columns <= 0) return '';
  if (PRINTABLE_ASCII.test(text)) return text.slice(0, columns);
  let taken = '';
  let room = columns;
  for (const { segment } of graphemes.segment(text)) {
    room -= stringWidth(segment);
    if (room < 0) break;
    taken += segment;
  }
  return taken;
}

/** Pads the text with spaces to the columns. */
export function padColumns(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)));
}
