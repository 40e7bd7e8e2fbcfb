import { formatCount, formatDuration, formatRatio } from '../format/numbers.ts';
import {
  hanging,
  joinSections,
  type Line,
  paint,
  type RenderOptions,
  type Segment,
  styled,
} from '../text/render-lines.ts';
import { bar, renderTable } from '../text/render-table.ts';
import type { Plan, PlannedCount, ShardSkew } from './plan.ts';
import {
  consumerKinds,
  consumerWorst,
  formulaText,
  loadText,
  monthText,
  onDemandTexts,
  priceText,
  verdictWords,
} from './plan-text.ts';
import { renderVerification } from './render-verification.ts';

const BAR_WIDTH = 22;
const SKEW_ROWS_MAX = 16;

export interface PlanRenderOptions extends RenderOptions {
  /** Path of the saved plan. */
  readonly planPath?: string | undefined;
}

/** Renders the recommended number and its certainty, the prediction for each shard count, and the reasons. */
export function renderPlan(plan: Plan, options: PlanRenderOptions): string {
  const { width } = options;
  const sections: Line[][] = [
    renderHead(plan, width),
    renderCounts(plan),
    renderChart(plan.counts, plan.recommended.shards),
    renderHotKeys(plan),
    ...plan.skews.map((skew) => renderSkew(skew)),
    renderPrices(plan, width),
    renderOther(plan, width),
    renderVerification(plan.verification, width),
    renderAssumptions(plan, width),
    options.planPath === undefined ? [] : [[styled('bold', 'Plan'), `  ${options.planPath}`]],
  ];
  return paint(joinSections(sections), options);
}

function renderHead(plan: Plan, width: number): Line[] {
  const { recommended, slo, load } = plan;
  const isFound = recommended.shards !== null;
  return [
    ...hanging(styled('bold', `${load.name}  `), loadText(load), width),
    [styled(isFound ? 'good' : 'bad', verdictWords(plan))],
    ...hanging('  ', recommended.reason, width),
    ...hanging('  ', recommended.certainty, width, 'dim'),
    ...hanging('  ', formulaText(recommended.formulaShards), width, 'dim'),
    ...hanging(styled('bold', 'SLO  '), `${slo.thresholds.join(', ')}${slo.isDefault ? ' (default)' : ''}`, width),
    ...slo.skipped.flatMap(({ text, why }) => hanging('     ', `skipped ${text}: ${why}`, width, 'dim')),
    ...slo.notes.flatMap((note) => hanging('     ', note, width, 'warn')),
  ];
}

/** Renders one row for each shard count. The latencies of several consumers of a kind are those of the slowest. */
function renderCounts({ counts, recommended, load }: Plan): Line[] {
  const kinds = consumerKinds(load);
  const upper = ['', '', '', 'put', 'put', ...kinds.map(() => 'get p99'), 'oldest', 'busiest', 'spare', '$ per'];
  const lower = ['', 'shards', 'throttled', 'p50', 'p99', ...kinds, 'unread', 'shard', 'reads', 'month'];
  const rows = counts.map((planned): Segment[] => {
    const isChosen = planned.shards === recommended.shards;
    const paintCell = (text: string): Segment =>
      isChosen ? styled('bold', text) : planned.isHeld ? text : styled('dim', text);
    return [
      planned.isHeld ? styled('good', isChosen ? '▶' : '✓') : styled('bad', '✗'),
      ...[
        formatCount(planned.shards),
        formatRatio(planned.throttledRecordsRatio),
        formatDuration(planned.ackLatency.p50Ns),
        formatDuration(planned.ackLatency.p99Ns),
        ...kinds.map((kind) => formatDuration(consumerWorst(planned, kind, ({ putToGet }) => putToGet.p99Ns))),
        planned.consumers.length === 0
          ? '-'
          : formatDuration(consumerWorst(planned, undefined, (c) => c.iteratorAgeMaxNs)),
        formatRatio(planned.busiestPeakRatio),
        planned.consumers.length === 0 ? '-' : formatRatio(readLeft(planned)),
        formatCount(planned.monthlyUsd),
      ].map(paintCell),
    ];
  });
  const heads = [upper, lower].map((cells) => cells.map((text) => styled('dim', text)));
  return [
    [styled('bold', 'Shards')],
    ...renderTable([...heads, ...rows], { align: ['left', 'right'], gap: 1, indent: 0 }),
    [styled('dim', 'put: to acknowledgement, with retries; get: put-to-get of the slowest consumer')],
    [styled('dim', 'busiest shard: load due in its busiest second, divided by its limit')],
  ];
}

/** Returns the smallest unused share of the read bytes or read calls of a shard; 0 if overdrawn. */
export function readLeft({ consumers }: PlannedCount): number {
  const left = consumers.flatMap(({ readHeadroomRatio, callHeadroomRatio }) => [
    readHeadroomRatio,
    callHeadroomRatio ?? 1,
  ]);
  return Math.max(0, Math.min(1, ...left));
}

function renderChart(counts: readonly PlannedCount[], recommended: number | null): Line[] {
  const throttledMax = Math.max(...counts.map(({ throttledRecordsRatio }) => throttledRecordsRatio));
  const usdMax = Math.max(...counts.map(({ monthlyUsd }) => monthlyUsd));
  if (counts.length < 2) return [];
  const rows = counts.map(({ shards, throttledRecordsRatio, monthlyUsd }): Segment[] => [
    shards === recommended ? styled('good', '▶') : ' ',
    formatCount(shards),
    styled('bad', bar(throttledMax > 0 ? throttledRecordsRatio / throttledMax : 0, BAR_WIDTH).padEnd(BAR_WIDTH)),
    formatRatio(throttledRecordsRatio),
    bar(usdMax > 0 ? monthlyUsd / usdMax : 0, BAR_WIDTH).padEnd(BAR_WIDTH),
    monthText(monthlyUsd),
  ]);
  const head = ['', '', 'records throttled', '', 'price per month', ''].map((text) => styled('dim', text));
  const align = ['left', 'right', 'left', 'right', 'left', 'right'] as const;
  return renderTable([head, ...rows], { align, gap: 1, indent: 0 });
}

function renderHotKeys({ hotKeys }: Plan): Line[] {
  if (hotKeys.length === 0) return [];
  const head = ['key', 'records', 'bytes', 'of one shard', ''].map((text) => styled('dim', text));
  const rows = hotKeys.map(({ name, recordShare, byteShare, shardRatio, splitOver }): Segment[] => [
    name,
    formatRatio(recordShare),
    formatRatio(byteShare),
    splitOver > 1 ? styled('bad', formatRatio(shardRatio)) : formatRatio(shardRatio),
    splitOver > 1 ? styled('bad', `split over at least ${splitOver}`) : '',
  ]);
  return [
    [styled('bold', 'Hot keys'), '  at the peak of the load'],
    ...renderTable([head, ...rows], { align: ['left', 'right', 'right', 'right', 'left'] }),
  ];
}

function renderSkew({ shards, recordShares, byteShares }: ShardSkew): Line[] {
  if (shards === 1) return [];
  const rows = recordShares
    .map((records, shard) => ({ shard, records, bytes: byteShares[shard]! }))
    .sort((a, b) => (shards > SKEW_ROWS_MAX ? b.records - a.records : a.shard - b.shard))
    .slice(0, SKEW_ROWS_MAX);
  const most = Math.max(...recordShares);
  const head = ['shard', 'records', '', 'bytes'].map((text) => styled('dim', text));
  const table = rows.map(({ shard, records, bytes }): Segment[] => [
    String(shard),
    bar(records / most, BAR_WIDTH),
    formatRatio(records),
    formatRatio(bytes),
  ]);
  const busiest = `the busiest shard gets ${(most * shards).toFixed(2)} times an even share`;
  return [
    [styled('bold', `Expected shares of ${formatCount(shards)} shards`), `  ${busiest}`],
    ...renderTable([head, ...table], { align: ['right', 'left', 'right', 'right'] }),
    ...(shards > SKEW_ROWS_MAX
      ? [[styled('dim', `  and ${formatCount(shards - SKEW_ROWS_MAX)} less busy shards`)]]
      : []),
  ];
}

function renderPrices(plan: Plan, width: number): Line[] {
  return [
    [styled('bold', 'Price per month'), `  ${priceText(plan.prices)}; an estimate, not a quote`],
    ...onDemandTexts(plan).flatMap(([name, text]) => hanging(`  ${name.padEnd(20)}`, text, width)),
  ];
}

function renderOther({ aggregation, growth }: Plan, width: number): Line[] {
  const lines: Line[] = [];
  if (aggregation !== null) lines.push(...hanging(styled('bold', 'Aggregation  '), aggregation.reason, width));
  if (growth !== null) lines.push(...hanging(styled('bold', 'Growth  '), growthText(growth), width));
  return lines;
}

export function growthText({ monthlyRatio, monthsLeft, startAtRatio, later }: NonNullable<Plan['growth']>): string {
  const left = monthsLeft === null ? 'never' : monthsLeft < 0.05 ? 'now' : `in ${monthsLeft.toFixed(1)} months`;
  const counts = later.map(({ months, shards }) => `${formatCount(shards)} in ${months} months`).join(', ');
  return `Growth of ${formatRatio(monthlyRatio)} per month uses up the headroom ${left}. Start scaling when the busiest shard is at ${formatRatio(startAtRatio)} of its limit; one UpdateShardCount call at most doubles the shards. In proportion: ${counts}.`;
}

function renderAssumptions({ assumptions }: Plan, width: number): Line[] {
  return [[styled('bold', 'Assumptions')], ...assumptions.flatMap((text) => hanging('  - ', text, width))];
}
