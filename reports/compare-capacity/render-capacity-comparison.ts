import { formatCount, formatDuration, formatRatio } from '../format/numbers.ts';
import { rateAbove, rateBelow } from '../format/rate-bounds.ts';
import { monthText } from '../plan/plan-text.ts';
import {
  hanging,
  joinSections,
  type Line,
  paint,
  printable,
  type RenderOptions,
  type Segment,
  styled,
} from '../text/render-lines.ts';
import { renderTable, type TableCell } from '../text/render-table.ts';
import type { ComparedKnee, ComparedKnees, KneeComparison } from './compare-knees.ts';
import type { ComparedPlan, PlanComparison, PredictedCount } from './compare-plans.ts';
import type { InputDifference } from './input-differences.ts';

export type CapacityComparison = KneeComparison | PlanComparison;

/** Renders both documents side by side, and their inputs that differ. */
export function renderCapacityComparison(comparison: CapacityComparison, options: RenderOptions): string {
  const { width } = options;
  const sections: Line[][] = [
    headLines(comparison, width),
    ...(comparison.kind === 'knees' ? [kneeLines(comparison, width)] : planSections(comparison)),
    differenceLines(comparison.differences, width),
  ];
  return paint(joinSections(sections), options);
}

function headLines({ kind, sides }: CapacityComparison, width: number): Line[] {
  return sides.flatMap((side, i) => {
    const at = ('startedAt' in side ? side.startedAt : side.createdAt).slice(0, 16).replace('T', ' ');
    const text = `${side.path}: ${kind === 'knees' ? 'knee' : 'plan'} of ${side.name}, ${at} UTC`;
    return hanging(styled('bold', i === 0 ? 'A  ' : 'B  '), printable(text), width);
  });
}

function kneeLines({ rows }: KneeComparison, width: number): Line[] {
  const hasShards = rows.length > 1 || rows[0]?.shards != null;
  const heading = [...(hasShards ? ['shards'] : []), 'A', 'B', 'B over A', ''].map((text) => styled('dim', text));
  const body = rows.map((row): TableCell[] => [
    ...(hasShards ? [row.shards === null ? '-' : String(row.shards)] : []),
    intervalText(row.before),
    intervalText(row.after),
    ratioText(row),
    outcomeSegment(row),
  ]);
  const sentences = rows.length === 1 ? [kneeSentence(rows[0]!)] : [];
  return [
    ...renderTable([heading, ...body], { align: hasShards ? ['right', 'left'] : ['left'] }),
    ...sentences.flatMap((sentence) => hanging('  ', sentence, width)),
  ];
}

function intervalText(knee: ComparedKnee | null): string {
  if (knee === null) return '-';
  const { kind, sustainablePerSecond, unsustainablePerSecond } = knee;
  const low = sustainablePerSecond === null ? 'none' : rateBelow(sustainablePerSecond);
  switch (kind) {
    case 'found':
      return `${low} to ${rateAbove(unsustainablePerSecond!)}`;
    case 'above':
      return `above ${low}`;
    case 'never':
      return 'no rate';
    case 'unfinished':
      return `${low} so far`;
  }
}

function ratioText({ lowRatio, highRatio }: ComparedKnees): string {
  if (lowRatio === null && highRatio === null) return '-';
  if (lowRatio === null) return `at most ${change(highRatio!)}`;
  if (highRatio === null) return `at least ${change(lowRatio)}`;
  return `${change(lowRatio)} to ${change(highRatio)}`;
}

/** Formats the sizes of both ratios without signs, the smaller first. */
function sizeText({ lowRatio, highRatio }: ComparedKnees): string {
  const sizes = [lowRatio, highRatio].flatMap((ratio) => (ratio === null ? [] : [Math.abs(ratio - 1)]));
  const [smallest, largest] = sizes.sort((a, b) => a - b).map(formatRatio);
  return largest === undefined ? `at least ${smallest}` : `${smallest} to ${largest}`;
}

const change = (ratio: number): string => `${ratio < 1 ? '-' : '+'}${formatRatio(Math.abs(ratio - 1))}`;

function outcomeSegment({ outcome }: ComparedKnees): Segment {
  switch (outcome) {
    case 'higher':
      return styled('good', 'higher');
    case 'lower':
      return styled('bad', 'lower');
    case 'overlap':
      return 'overlap';
    case 'unknown':
      return styled('warn', 'unknown');
  }
}

function kneeSentence(row: ComparedKnees): string {
  switch (row.outcome) {
    case 'higher':
    case 'lower':
      return `The knee of B is ${sizeText(row)} ${row.outcome} than that of A: the intervals do not overlap.`;
    case 'overlap':
      return 'The intervals overlap: the knees may be the same.';
    case 'unknown':
      return 'A search without an interval cannot be compared.';
  }
}

function planSections({ sides, counts }: PlanComparison): Line[][] {
  const [a, b] = sides;
  const row = (head: string, textOf: (side: ComparedPlan) => string): TableCell[] => [head, textOf(a), textOf(b)];
  const usd = (amount: number | null) => (amount === null ? '-' : monthText(amount));
  const summary = [
    ['', 'A', 'B'].map((text) => styled('dim', text)),
    row('recommended shards', ({ recommended }) =>
      recommended.shards === null ? 'none' : formatCount(recommended.shards),
    ),
    row('headroom', ({ recommended }) =>
      recommended.headroomRatio === null ? '-' : formatRatio(Math.max(0, recommended.headroomRatio)),
    ),
    row('binds', ({ recommended }) => recommended.binding),
    row('provisioned, per month', ({ monthlyUsd }) => usd(monthlyUsd)),
    row('on-demand, per month', ({ onDemandMonthlyUsd }) => usd(onDemandMonthlyUsd)),
    row('on-demand Advantage, per month', ({ advantageMonthlyUsd }) => usd(advantageMonthlyUsd)),
  ];
  const align = { align: ['left', 'right'] } as const;
  if (counts.length === 0) return [renderTable(summary, align)];
  const heading = ['shards', 'throttled A', 'B', 'get p99 A', 'B', '$/month A', 'B'].map((text) => styled('dim', text));
  const rows = counts.map(({ shards, before, after }): TableCell[] => [
    formatCount(shards),
    throttledCell(before),
    throttledCell(after),
    latencyText(before),
    latencyText(after),
    monthText(before.monthlyUsd),
    monthText(after.monthlyUsd),
  ]);
  return [renderTable(summary, align), renderTable([heading, ...rows], { align: ['right'] })];
}

const throttledCell = ({ throttledRecordsRatio, isHeld }: PredictedCount): Segment =>
  styled(isHeld ? 'good' : 'bad', `${isHeld ? '✓' : '✗'} ${formatRatio(throttledRecordsRatio)}`);

const latencyText = ({ putToGetP99Ns }: PredictedCount): string =>
  putToGetP99Ns === null ? '-' : formatDuration(putToGetP99Ns);

function differenceLines(differences: readonly InputDifference[], width: number): Line[] {
  if (differences.length === 0) return [['Both have the same inputs.']];
  const indent = Math.max(...differences.map(({ what }) => what.length)) + 4;
  return [
    [styled('bold', 'Inputs that differ')],
    ...differences.flatMap(({ what, before, after }) =>
      hanging(`  ${what.padEnd(indent - 2)}`, printable(`${before} -> ${after}`), width),
    ),
  ];
}
