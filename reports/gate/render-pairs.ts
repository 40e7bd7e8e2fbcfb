import { type Line, styled } from '../text/render-lines.ts';

/** The ratios to draw: candidate / baseline - 1, with the sign that is positive if the candidate is worse. */
export interface PairPicture {
  readonly ratios: readonly number[];
  readonly medianRatio: number | null;
  readonly lowRatio: number | null;
  readonly highRatio: number | null;
  readonly floorRatio: number;
  readonly toleranceRatio: number;
}

const ROWS_MAX = 6;
const INDENT = 2;
/** Empty space next to the outermost values, as a share of the span. */
const MARGIN = 0.06;

/**
 * Draws pairs as dots above an axis, with marks for equality, the floor and the tolerance, and the median with its interval below:
 *
 *                  ••
 *              •  ••••  •
 *   ───────────────┼──────────────┊──────────────┊─────
 *                equal       floor 2.5%    tolerance 5%
 *                ├─●─┤
 *
 * Pairs far outside are an arrow at the edge. Lines have at most `width` characters.
 */
export function renderPairs(picture: PairPicture, width: number): Line[] {
  const columns = Math.max(20, Math.min(width, 100) - INDENT - 1);
  const axis = axisOf(picture, columns);
  const tails = { low: 0, high: 0 };
  const heights = new Array<number>(columns).fill(0);
  for (const ratio of picture.ratios) {
    const column = axis.columnOf(ratio);
    if (column < 0) tails.low += 1;
    else if (column >= columns) tails.high += 1;
    else heights[column]! += 1;
  }
  const indent = ' '.repeat(INDENT);
  const rows = dotRows(heights).map((row): Line => [indent, row]);
  return [
    ...rows,
    [indent, styled('dim', axisLine(axis, picture, columns, tails))],
    [indent, styled('dim', labelLine(axis, picture, columns))],
    ...intervalLine(axis, picture, columns).map((text): Line => [indent, styled('bold', text)]),
  ];
}

interface Axis {
  readonly columnOf: (ratio: number) => number;
}

/**
 * The range from the smallest to the largest ratio, including floor and tolerance. An outlier does not compress the other
 * pairs.
 */
function axisOf({ ratios, toleranceRatio }: PairPicture, columns: number): Axis {
  const sorted = ratios.toSorted((a, b) => a - b);
  const inner = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  const reach = 3 * (inner(0.9) - inner(0.1));
  const low = Math.min(-toleranceRatio / 2, Math.max(sorted[0] ?? 0, inner(0.5) - reach));
  const high = Math.max(1.2 * toleranceRatio, Math.min(sorted.at(-1) ?? 0, inner(0.5) + reach));
  const margin = MARGIN * (high - low);
  const step = (high - low + 2 * margin) / columns;
  return { columnOf: (ratio) => Math.floor((ratio - low + margin) / step) };
}

/** Rows of dots. If a column would be higher than the picture, each dot is several pairs. */
function dotRows(heights: readonly number[]): string[] {
  const perDot = Math.max(1, Math.ceil(Math.max(0, ...heights) / ROWS_MAX));
  const dots = heights.map((height) => Math.ceil(height / perDot));
  const rowCount = Math.max(0, ...dots);
  return Array.from({ length: rowCount }, (_, row) =>
    dots
      .map((count) => (count >= rowCount - row ? '•' : ' '))
      .join('')
      .trimEnd(),
  );
}

function axisLine(
  axis: Axis,
  { floorRatio, toleranceRatio }: PairPicture,
  columns: number,
  tails: { readonly low: number; readonly high: number },
): string {
  const line = new Array<string>(columns).fill('─');
  line[axis.columnOf(floorRatio)] = '┊';
  line[axis.columnOf(toleranceRatio)] = '┊';
  line[axis.columnOf(0)] = '┼';
  if (tails.low > 0) line[0] = '◂';
  if (tails.high > 0) line[columns - 1] = '▸';
  return line.join('');
}

function labelLine(axis: Axis, { floorRatio, toleranceRatio }: PairPicture, columns: number): string {
  let line = '';
  const labels = [
    [0, 'equal'],
    [floorRatio, `floor ${percent(floorRatio)}`],
    [toleranceRatio, `tolerance ${percent(toleranceRatio)}`],
  ] as const;
  for (const [ratio, label] of labels) {
    const start = Math.min(columns - label.length, axis.columnOf(ratio) - Math.floor(label.length / 2));
    // If two marks are close together, the later label moves to the right, or is omitted.
    const at = Math.max(start, line === '' ? 0 : line.length + 1);
    if (at + label.length <= columns) line = line.padEnd(at) + label;
  }
  return line;
}

function intervalLine(axis: Axis, { medianRatio, lowRatio, highRatio }: PairPicture, columns: number): string[] {
  if (medianRatio === null) return [];
  const clamp = (column: number) => Math.min(columns - 1, Math.max(0, column));
  const from = lowRatio === null ? 0 : clamp(axis.columnOf(lowRatio));
  const to = highRatio === null ? columns - 1 : clamp(axis.columnOf(highRatio));
  const line = new Array<string>(columns).fill(' ');
  for (let column = from; column <= to; column++) line[column] = '─';
  line[from] = lowRatio === null ? '◂' : '├';
  line[to] = highRatio === null ? '▸' : '┤';
  line[clamp(axis.columnOf(medianRatio))] = '●';
  return [line.join('').trimEnd()];
}

/** A ratio in percent, with at most two decimals: 2.5%, -0.31%. */
export function percent(ratio: number): string {
  const value = 100 * ratio;
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return `${Number(value.toFixed(digits))}%`;
}
