import { rateAbove, rateBelow } from '../format/rate-bounds.ts';
import { type Line, lengthOf, type Segment, type Style, styled, textOf } from '../text/render-lines.ts';
import { metricText } from '../verdict/metric.ts';
import { parseThreshold } from '../verdict/threshold-grammar.ts';
import { type CurvePoint, curvePoints, logScale } from './curve-points.ts';
import type { KneeSearch } from './knee-result.ts';
import { shownObjective } from './render-trials.ts';

const ROWS = 9;
const LABEL_GAP = 2;
const MARKS: Readonly<Record<CurvePoint['kind'], { readonly mark: string; readonly style: Style }>> = {
  sustainable: { mark: '●', style: 'good' },
  unsustainable: { mark: '×', style: 'bad' },
  invalid: { mark: '?', style: 'warn' },
};
/** If several trials share a place, the last of these kinds is shown. */
const ORDER: readonly CurvePoint['kind'][] = ['sustainable', 'invalid', 'unsustainable'];

/** Draws the first objective against the rate, both on logarithmic scales, with the limit of the objective dashed. */
export function renderCurve(search: KneeSearch, width: number): Line[] {
  const points = curvePoints(search).filter(({ value }) => value > 0);
  const objective = shownObjective(search.trials[0]?.measured.objectives ?? []);
  if (points.length < 2 || objective === undefined) return [];
  const { metric, limit } = parseThreshold(objective.text);
  const values = [...points.map(({ value }) => value), ...(limit > 0 ? [limit] : [])];
  const [bottom, top] = [Math.min(...values), Math.max(...values)];
  const labels = [metricText(metric, top), metricText(metric, bottom)] as const;
  const labelWidth = Math.max(...labels.map(lengthOf));
  const columns = Math.max(20, width - labelWidth - LABEL_GAP - 4);
  const rates = points.map(({ ratePerSecond }) => ratePerSecond);
  const [lowest, highest] = [Math.min(...rates), Math.max(...rates)];
  const xOf = logScale(lowest, highest);
  const yOf = logScale(bottom, top);
  const columnOf = (rate: number) => Math.round(xOf(rate) * (columns - 1));
  const rowOf = (value: number) => ROWS - 1 - Math.round(yOf(value) * (ROWS - 1));
  const grid = Array.from({ length: ROWS }, () => new Array<CurvePoint['kind'] | undefined>(columns).fill(undefined));
  for (const { ratePerSecond, value, kind } of points) {
    const row = grid[rowOf(value)]!;
    const column = columnOf(ratePerSecond);
    if (ORDER.indexOf(kind) > ORDER.indexOf(row[column] ?? 'sustainable') || row[column] === undefined)
      row[column] = kind;
  }
  const limitRow = limit > 0 ? rowOf(limit) : -1;
  const lines = grid.map((row, index): Line => {
    const label = index === 0 ? labels[0] : index === ROWS - 1 ? labels[1] : index === limitRow ? 'limit' : '';
    return [
      styled('dim', `  ${label.padStart(labelWidth)} │`),
      ...joined(row.map((kind) => cell(kind, index === limitRow))),
    ];
  });
  const low = rateBelow(lowest);
  const high = rateAbove(highest);
  const indent = ' '.repeat(labelWidth + LABEL_GAP + 2);
  const axis = `${indent}${low}${high.padStart(Math.max(1, columns - low.length))}`;
  return [
    [styled('dim', `  ${objective.text.split(/[<>=]/u, 1)[0]!.trim()} by rate`)],
    ...lines,
    [styled('dim', axis)],
    [styled('dim', '  ● sustainable  × not sustainable  ? invalid; both scales are logarithmic')],
  ];
}

/** Joins neighbouring cells of one style into one segment. */
function joined(cells: readonly Segment[]): Segment[] {
  const segments: Segment[] = [];
  const styleOf = (segment: Segment) => (typeof segment === 'string' ? undefined : segment.style);
  for (const next of cells) {
    const last = segments.at(-1);
    const style = styleOf(next);
    if (last === undefined || styleOf(last) !== style) segments.push(next);
    else
      segments[segments.length - 1] =
        style === undefined ? textOf(last) + textOf(next) : styled(style, textOf(last) + textOf(next));
  }
  return segments;
}

function cell(kind: CurvePoint['kind'] | undefined, isLimit: boolean): Segment {
  if (kind !== undefined) return styled(MARKS[kind].style, MARKS[kind].mark);
  return isLimit ? styled('dim', '╌') : ' ';
}
