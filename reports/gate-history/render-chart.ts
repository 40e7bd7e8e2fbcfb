import { formatRatio } from '../format/numbers.ts';
import { magnitudeRatio } from '../statistics/change-points.ts';
import { hanging, type Line, lengthOf, type Segment, type Style, styled } from '../text/render-lines.ts';
import { metricText } from '../verdict/metric.ts';
import type { JudgedChange, MetricJudgement } from './judge-history.ts';

const ROWS = 5;
/** A braille character is four dots high and two dots wide. */
const DOTS_HIGH = 4;
const DOTS_WIDE = 2;
/** Bits of the dots, by row of the character: left and right column. */
const DOT_BITS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;
const BRAILLE = 0x2800;
const LEVEL = '╌';

const MARKS: Record<JudgedChange['state'], { readonly mark: string; readonly style: Style }> = {
  open: { mark: '▲', style: 'bad' },
  accepted: { mark: '△', style: 'warn' },
  recovered: { mark: '△', style: 'dim' },
  better: { mark: '▽', style: 'good' },
};

const OUTAGE_MARK = { mark: '×', style: 'bad' } as const;

/**
 * Draws the results of a metric as dots, the levels between changes as dashed lines, and the mark and number of each change
 * below it.
 */
export function renderChart(judgement: MetricJudgement, minMagnitudeRatio: number, width: number): Line[] {
  const values = judgement.points.map(({ value }) => value);
  if (values.length < 2) return [];
  const [bottom, top] = rangeOf(values, minMagnitudeRatio);
  const labels = [metricText(judgement.metric, top), metricText(judgement.metric, bottom)] as const;
  const labelWidth = Math.max(...labels.map(lengthOf));
  const pointsMax = DOTS_WIDE * Math.max(10, width - labelWidth - 6);
  const skipped = Math.max(0, values.length - pointsMax);
  const shown = values.slice(skipped);
  const perColumn = shown.length * DOTS_WIDE <= pointsMax ? 1 : DOTS_WIDE;
  const changes = judgement.changes.filter(({ index }) => index > skipped);
  const heightOf = (value: number) => {
    const ratio = top > bottom ? (value - bottom) / (top - bottom) : 0;
    return ROWS * DOTS_HIGH - 1 - Math.round(ratio * (ROWS * DOTS_HIGH - 1));
  };
  const columns = Math.ceil(shown.length / perColumn);
  const dots = dotsOf(shown.map(heightOf), perColumn, columns);
  const levels = levelsOf(judgement, skipped, shown.length, perColumn, columns).map((level) =>
    Math.floor(heightOf(level) / DOTS_HIGH),
  );
  const rows = Array.from({ length: ROWS }, (_, row): Line => {
    const label = row === 0 ? labels[0] : row === ROWS - 1 ? labels[1] : '';
    const cells = Array.from({ length: columns }, (_, column): Segment => {
      const bits = dots[row]![column]!;
      if (bits !== 0) return String.fromCodePoint(BRAILLE + bits);
      return levels[column] === row ? styled('dim', LEVEL) : ' ';
    });
    return [styled('dim', `    ${label.padStart(labelWidth)} `), ...cells];
  });
  const outages = judgement.outageIndexes.filter((index) => index >= skipped);
  const marks = markLine(changes, outages, (index) => Math.floor((index - skipped) / perColumn), labelWidth + 5);
  return marks === undefined ? rows : [...rows, marks];
}

/**
 * The range from the smallest to the largest value, widened to the smallest change that counts, so that smaller noise looks
 * flat.
 */
function rangeOf(values: readonly number[], minMagnitudeRatio: number): readonly [number, number] {
  const [bottom, top] = [Math.min(...values), Math.max(...values)];
  const missing = minMagnitudeRatio * Math.max(Math.abs(top), Math.abs(bottom)) - (top - bottom);
  return missing > 0 ? [bottom - missing / 2, top + missing / 2] : [bottom, top];
}

/** Describes each change, with its mark in the chart. */
export function renderChanges({ changes, points, metric }: MetricJudgement, width: number): Line[] {
  return changes.flatMap((change) => {
    const { mark, style } = MARKS[change.state];
    const { startedAt, commit } = points[change.index]!;
    const from = metricText(metric, change.before);
    const to = metricText(metric, change.after);
    const commitText = commit === undefined ? '' : ` ${commit.slice(0, 7)}`;
    const text = `${change.index + 1}, ${startedAt.slice(0, 10)}${commitText}: ${from} to ${to}, ${changeText(change)}, p ${probabilityText(change.pValue)}`;
    return hanging(styled(style, `    ${mark} ${stateText(change, metric)}  `), text, width);
  });
}

/** `+12.4%`; a change from 0 has no ratio. */
export function changeText({ before, after }: Pick<JudgedChange, 'before' | 'after'>): string {
  if (before === 0) return 'from 0';
  const ratio = after / before - 1;
  return `${ratio < 0 ? '-' : '+'}${formatRatio(Math.abs(ratio))}`;
}

function probabilityText(p: number): string {
  if (p < 1e-12) return '<1e-12';
  return p < 0.0001 ? p.toExponential(0) : p.toPrecision(2);
}

function stateText(change: JudgedChange, metric: MetricJudgement['metric']): string {
  if (change.state !== 'open') return change.state;
  if (change.acceptedMean === undefined) return 'worse';
  return `worse than the accepted ${metricText(metric, change.acceptedMean)},`;
}

/** Bits of the braille characters, by row and column. With one result for each column, a dot is two wide. */
function dotsOf(heights: readonly number[], perColumn: number, columns: number): number[][] {
  const dots = Array.from({ length: ROWS }, () => new Array<number>(columns).fill(0));
  for (const [index, height] of heights.entries()) {
    const [left, right] = DOT_BITS[height % DOTS_HIGH]!;
    const bits = perColumn === 1 ? left | right : index % DOTS_WIDE === 0 ? left : right;
    dots[Math.floor(height / DOTS_HIGH)]![Math.floor(index / perColumn)]! |= bits;
  }
  return dots;
}

/** The level of the first result of each column. */
function levelsOf(
  { changes, points }: MetricJudgement,
  skipped: number,
  shown: number,
  perColumn: number,
  columns: number,
): number[] {
  const values = points.map(({ value }) => value);
  const whole = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Array.from({ length: columns }, (_, column) => {
    const index = skipped + Math.min(shown - 1, column * perColumn);
    const before = changes.findLast((change) => change.index <= index);
    return before?.after ?? changes[0]?.before ?? whole;
  });
}

/** Marks of changes, with their number, and of outages. The mark of an outage is where its point would be. */
function markLine(
  changes: readonly JudgedChange[],
  outageIndexes: readonly number[],
  columnOf: (index: number) => number,
  indent: number,
): Line | undefined {
  const marks = [
    ...changes.map(({ index, state }) => ({ index, ...MARKS[state], number: String(index + 1) })),
    ...outageIndexes.map((index) => ({ index, ...OUTAGE_MARK, number: '' })),
  ].sort((left, right) => left.index - right.index);
  if (marks.length === 0) return undefined;
  const line: Segment[] = [' '.repeat(indent)];
  let at = 0;
  for (const { index, mark, style, number } of marks) {
    const column = columnOf(index);
    if (column < at) continue;
    line.push(' '.repeat(column - at), styled(style, mark), styled('dim', number));
    at = column + 1 + number.length;
  }
  return line;
}

/** The largest change that is still open. */
export function worstOpen({ changes }: MetricJudgement): JudgedChange | undefined {
  return changes
    .filter(({ state }) => state === 'open')
    .sort((left, right) => magnitudeRatio(right) - magnitudeRatio(left))[0];
}
