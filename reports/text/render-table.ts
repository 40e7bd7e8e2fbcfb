import { type Line, lengthOf, type Segment, styled } from './render-lines.ts';

export interface TableOptions {
  /** Alignment by column; the last entry applies to all further columns. */
  readonly align: readonly ('left' | 'right')[];
  readonly gap?: number;
  readonly indent?: number;
}

/** A cell of one or several segments. */
export type TableCell = Segment | readonly Segment[];

/** Aligns the columns of the rows; missing cells at the end of a row stay empty. */
export function renderTable(
  rows: readonly (readonly TableCell[])[],
  { align, gap = 2, indent = 2 }: TableOptions,
): Line[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...rows.map((row) => widthOfCell(row[column] ?? ''))),
  );
  return rows.map((row) => [
    ' '.repeat(indent),
    ...row.flatMap((cell, column): Segment[] => {
      const padding = ' '.repeat(widths[column]! - widthOfCell(cell));
      const lead = ' '.repeat(column === 0 ? 0 : gap);
      return (align[column] ?? align.at(-1)) === 'right'
        ? [lead, padding, ...segmentsOf(cell)]
        : [lead, ...segmentsOf(cell), padding];
    }),
  ]);
}

function segmentsOf(cell: TableCell): readonly Segment[] {
  return typeof cell === 'string' || 'text' in cell ? [cell] : cell;
}

function widthOfCell(cell: TableCell): number {
  return segmentsOf(cell).reduce((sum, segment) => sum + lengthOf(segment), 0);
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;
const FULL = '█';
const HEIGHTS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** Draws a horizontal bar over `ratio` (0 to 1) of `width` characters, in eighths of one; any ratio above 0 is visible. */
export function bar(ratio: number, width: number): string {
  const eighths = Math.max(ratio > 0 ? 1 : 0, Math.round(Math.min(1, Math.max(0, ratio)) * width * EIGHTHS.length));
  return FULL.repeat(Math.floor(eighths / EIGHTHS.length)) + EIGHTHS[eighths % EIGHTHS.length];
}

/**
 * A second in which nothing arrived although records were due. It is as high as the highest bar, so that it does not look
 * like a gap.
 */
export const SILENT = '▒';

/**
 * Draws one character for each value, from 0 to the largest; a space for null, and SILENT if `isSilent`. With more values
 * than `width`, each character shows the largest of several values, so that a short peak stays visible, and SILENT if one is
 * silent.
 */
export function sparkline(
  values: readonly (number | null)[],
  width = values.length,
  isSilent: readonly boolean[] = [],
): string {
  const shown = values.length <= width ? values : shares(values, width).map(peak);
  const silent = values.length <= width ? isSilent : shares(isSilent, width, values.length).map(hasOne);
  const top = Math.max(0, ...shown.map((value) => value ?? 0));
  return shown
    .map((value, index) => {
      if (silent[index] === true) return SILENT;
      if (value === null) return ' ';
      return HEIGHTS[top > 0 ? Math.min(HEIGHTS.length - 1, Math.floor((value / top) * HEIGHTS.length)) : 0];
    })
    .join('');
}

/** Splits a sparkline into segments, with the silent parts in the colour of faults. */
export function paintSilence(line: string): Segment[] {
  return splitSilence(line).map((part) => (part.startsWith(SILENT) ? styled('bad', part) : part));
}

/** Splits a sparkline into its silent parts and those between them. */
export function splitSilence(line: string): string[] {
  return line.split(/(▒+)/u).filter((part) => part !== '');
}

function shares<T>(values: readonly T[], width: number, length = values.length): (readonly T[])[] {
  return Array.from({ length: width }, (_, index) =>
    values.slice(Math.floor((index * length) / width), Math.floor(((index + 1) * length) / width)),
  );
}

function peak(values: readonly (number | null)[]): number | null {
  const numbers = values.filter((value) => value !== null);
  return numbers.length === 0 ? null : Math.max(...numbers);
}

function hasOne(flags: readonly boolean[]): boolean {
  return flags.includes(true);
}
