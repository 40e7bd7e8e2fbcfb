import { type Line, lengthOf, type Segment } from './render-lines.ts';

export interface TableOptions {
  /** By column; the last one goes on for further columns. */
  readonly align: readonly ('left' | 'right')[];
  readonly gap?: number;
  readonly indent?: number;
}

/** Rows with their columns under each other; missing cells at a row's end are left empty. */
export function renderTable(
  rows: readonly (readonly Segment[])[],
  { align, gap = 2, indent = 2 }: TableOptions,
): Line[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...rows.map((row) => lengthOf(row[column] ?? ''))),
  );
  return rows.map((row) => [
    ' '.repeat(indent),
    ...row.flatMap((cell, column): Segment[] => {
      const padding = ' '.repeat(widths[column]! - lengthOf(cell));
      const lead = ' '.repeat(column === 0 ? 0 : gap);
      return (align[column] ?? align.at(-1)) === 'right' ? [lead, padding, cell] : [lead, cell, padding];
    }),
  ]);
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;
const FULL = '█';
const HEIGHTS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** A horizontal bar of `ratio` (0 to 1) of `width` characters, in eighths of one; anything above 0 can be seen. */
export function bar(ratio: number, width: number): string {
  const eighths = Math.max(ratio > 0 ? 1 : 0, Math.round(Math.min(1, Math.max(0, ratio)) * width * EIGHTHS.length));
  return FULL.repeat(Math.floor(eighths / EIGHTHS.length)) + EIGHTHS[eighths % EIGHTHS.length];
}

/**
 * One character a value, from 0 to the largest; null is a space. With more values than `width`, each character is the
 * largest of its share of them, so that a short peak stays in sight.
 */
export function sparkline(values: readonly (number | null)[], width = values.length): string {
  const shown = values.length <= width ? values : peaks(values, width);
  const top = Math.max(0, ...shown.map((value) => value ?? 0));
  return shown
    .map((value) => {
      if (value === null) return ' ';
      return HEIGHTS[top > 0 ? Math.min(HEIGHTS.length - 1, Math.floor((value / top) * HEIGHTS.length)) : 0];
    })
    .join('');
}

function peaks(values: readonly (number | null)[], width: number): (number | null)[] {
  return Array.from({ length: width }, (_, index) => {
    const share = values.slice(
      Math.floor((index * values.length) / width),
      Math.floor(((index + 1) * values.length) / width),
    );
    const numbers = share.filter((value) => value !== null);
    return numbers.length === 0 ? null : Math.max(...numbers);
  });
}
