import { type Line, lengthOf, type Segment, styled } from './render-lines.ts';

export interface TableOptions {
  /** By column; the last one goes on for further columns. */
  readonly align: readonly ('left' | 'right')[];
  readonly gap?: number;
  readonly indent?: number;
}

/** A cell of one style, or of several. */
export type TableCell = Segment | readonly Segment[];

/** Rows with their columns under each other; missing cells at a row's end are left empty. */
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

/** A horizontal bar of `ratio` (0 to 1) of `width` characters, in eighths of one; anything above 0 can be seen. */
export function bar(ratio: number, width: number): string {
  const eighths = Math.max(ratio > 0 ? 1 : 0, Math.round(Math.min(1, Math.max(0, ratio)) * width * EIGHTHS.length));
  return FULL.repeat(Math.floor(eighths / EIGHTHS.length)) + EIGHTHS[eighths % EIGHTHS.length];
}

/** A second in which nothing arrived although records were due: as high as the highest bar, so that it is no gap. */
export const SILENT = '▒';

/**
 * One character a value, from 0 to the largest; null is a space, and SILENT where `isSilent`. With more values than `width`,
 * each character is the largest of its share of them, so that a short peak stays in sight, and SILENT if one of them is.
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

/** A sparkline as segments, with what is silent in the colour of faults. */
export function paintSilence(line: string): Segment[] {
  return splitSilence(line).map((part) => (part.startsWith(SILENT) ? styled('bad', part) : part));
}

/** The parts of a sparkline that are silent, and those between them. */
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
