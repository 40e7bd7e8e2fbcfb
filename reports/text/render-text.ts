import { formatByteRate, formatCount, formatDuration, formatRate, formatRatio } from '../format/numbers.ts';
import type { ConsumerLedger, Interval, Ledger, Result } from '../result/result.ts';
import { mergedHistogram, producerTotals } from '../summary/cells.ts';
import { deliveryOf } from '../summary/delivery.ts';
import { hasConsumers, silentSecondsOf } from '../summary/second-facts.ts';
import { shardSums } from '../summary/shard-sums.ts';
import { isMeanRate, phaseRateRows, rateText, throttleTexts } from './rate-text.ts';
import { renderCalls, renderNotes } from './render-calls.ts';
import { hasSeveral, renderConsumers } from './render-consumers.ts';
import { renderEvents } from './render-events.ts';
import { renderLatency } from './render-latency.ts';
import {
  hanging,
  joinSections,
  type Line,
  listed,
  paint,
  type RenderOptions,
  type Segment,
  styled,
} from './render-lines.ts';
import { renderOrigin } from './render-origin.ts';
import { bar, paintSilence, renderTable, SILENT, sparkline, type TableCell } from './render-table.ts';
import { renderTargetMetrics } from './render-target-metrics.ts';
import { renderThresholds, renderVerdict, verdictReason, verdictWord } from './render-verdict.ts';
import { silenceText } from './silence-text.ts';
import { targetText } from './target-text.ts';

const BAR_WIDTH = 24;
const LANES_MAX = 16;
const SPARKLINE_WIDTH = 48;

export interface SummaryOptions extends RenderOptions {
  /** Path of the written result, for the last line. */
  readonly resultPath?: string;
}

/** Renders a result for the terminal: first if it is valid and if it passed, then the numbers. */
export function renderSummary(result: Result, options: SummaryOptions): string {
  const sections: Line[][] = [
    [...renderHeader(result), ...renderOrigin(result, options), ...renderVerdict(result, options)],
    renderThresholds(result, options),
    renderConsumers(result.summary, options),
    renderLatency(result, options),
    renderRate(result, options.width),
    ...renderEvents(result),
    renderLanes(result),
    renderLedger(result.summary.ledger, options.width),
    renderCalls(result),
    renderTargetMetrics(result),
    renderNotes(result, options),
    renderCeiling(result, options),
  ];
  return paint(joinSections(sections), options);
}

/** Renders one line for `--quiet` and logs: the verdict, its reason, and the headline. */
export function renderVerdictLine(
  result: Result,
  { colours }: Pick<RenderOptions, 'colours'> = { colours: false },
): string {
  const { spans, rate, ledger } = result.summary;
  const { p50Ns, p99Ns } = spans.putToGet;
  const putToGet = hasSeveral(result.summary) ? 'put-to-get of all consumers' : 'put-to-get';
  const mean = isMeanRate(result.summary) ? ' (mean)' : '';
  const latency = (name: string, ns: number | null) => `${name} ${ns === null ? '-' : formatDuration(ns)}`;
  const text = [
    ` ${result.scenario.name}: ${verdictReason(result)}`,
    `${putToGet} ${latency('p50', p50Ns)} ${latency('p99', p99Ns)}`,
    `${formatRate(rate.achievedPerSecond)} of ${formatRate(rate.intendedPerSecond)}${mean}`,
    `undelivered ${formatCount(deliveryOf(ledger)?.undelivered ?? 0)}`,
  ].join('; ');
  return paint([[verdictWord(result), text]], { colours, width: Number.POSITIVE_INFINITY });
}

function renderHeader(result: Result): Line[] {
  return [[styled('bold', result.scenario.name), `  ${whatRan(result)}`]];
}

/** `on engine with 4 shards, ran 22.8s, seed 7` */
export function whatRan(result: Result): string {
  const { seed, series, partial } = result;
  return `on ${targetText(result)}, ${partial ? 'stopped at' : 'ran'} ${formatDuration(series.at(-1)?.endNs ?? 0)}, seed ${seed}`;
}

function renderRate(result: Result, width: number): Line[] {
  const { summary, series } = result;
  const { rate } = summary;
  const { rows: phaseRows, hidden } = phaseRateRows(summary);
  const lines: Line[] = [
    ...hanging(styled('bold', 'Rate  '), `${rateText(summary)}, ${formatByteRate(rate.bytesPerSecond)}`, width),
    ...renderTable(phaseRows, { align: ['left', 'right', 'right', 'right', 'left'], gap: 1 }),
    ...(hidden > 0 ? [[styled('dim', `  and ${hidden} more phases`)]] : []),
    ...throttleTexts(rate).map((text): Line => [styled('warn', `  ${text}`)]),
  ];
  if (rate.overtime > 0) {
    const text = `  ${formatCount(rate.overtime)} sent after their phase ended, not counted in the achieved rate`;
    lines.push([styled('warn', text)]);
  }
  if (series.length < 2) return lines;
  return [...lines, ...renderOverTime(result, width)];
}

/** Renders the run's seconds as sparklines. Silent seconds are marked, so that the worst ones do not look like gaps. */
function renderOverTime(result: Result, width: number): Line[] {
  const { scenario, series } = result;
  const isSilent = silentSecondsOf(result);
  const overTime = (
    name: string,
    values: readonly (number | null)[],
    format: (value: number) => string,
    silent?: readonly boolean[],
  ): TableCell[] => {
    const known = values.filter((value) => value !== null);
    const to = known.length === 0 ? '' : `to ${format(known.reduce((most, value) => Math.max(most, value), 0))}`;
    return [name, paintSilence(sparkline(values, SPARKLINE_WIDTH, silent)), styled('dim', to)];
  };
  const acked = series.map(ackedPerSecond);
  const p99s = series.map(worstP99);
  const isRead = hasConsumers(scenario) && (p99s.some((p99Ns) => p99Ns !== null) || isSilent.includes(true));
  const rows = isRead
    ? [overTime('achieved', acked, formatRate), overTime('put-to-get p99', p99s, formatDuration, isSilent)]
    : [overTime('achieved', acked, formatRate, isSilent)];
  const legend = silenceText(result);
  return [
    ...renderTable(rows, { align: ['left'] }),
    ...(legend === undefined ? [] : hanging(styled('bad', `  ${SILENT} `), legend, width, 'bad')),
  ];
}

function renderLanes(result: Result): Line[] {
  const lanes = shardSums(result);
  if (lanes.length === 0) return [];
  const total = lanes.reduce((sum, { acked }) => sum + acked, 0);
  const fullest = Math.max(1, ...lanes.map(({ acked }) => acked));
  const shown = lanes.length <= LANES_MAX ? lanes : lanes.toSorted((a, b) => b.acked - a.acked).slice(0, LANES_MAX);
  const head = ['shard', 'records', '', 'rate', 'throttled', 'p99'].map((name) => styled('dim', name));
  const rows = shown.map(({ shard, acked, overtime, throttled, p99Ns }): Segment[] => [
    String(shard),
    bar(acked / fullest, BAR_WIDTH),
    formatRatio(total > 0 ? acked / total : 0),
    formatRate((acked - overtime) / Math.max(result.summary.rate.scheduledSeconds, 1e-9)),
    throttled > 0 ? styled('warn', formatCount(throttled)) : '0',
    p99Ns === null ? '-' : formatDuration(p99Ns),
  ]);
  const rest = lanes.length - shown.length;
  const shareOfRest = 1 - shown.reduce((sum, { acked }) => sum + acked, 0) / Math.max(1, total);
  const more: Line[] =
    rest > 0 ? [[styled('dim', `  and ${rest} less busy shards with ${formatRatio(shareOfRest)} of the records`)]] : [];
  const align = ['right', 'left', 'right'] as const;
  return [[styled('bold', 'Shards')], ...renderTable([head, ...rows], { align, indent: 0 }), ...more];
}

function renderLedger(ledger: Ledger, width: number): Line[] {
  const { sent, lost, duplicated, reordered, consumers, unacknowledged, failed, dropped } = ledger;
  const { due, undelivered } = deliveryOf(ledger) ?? { due: 0, undelivered: 0 };
  const faults = Object.entries({ undelivered, lost, duplicated, reordered, unacknowledged, failed, dropped });
  const head = listed(
    [styled('bold', 'Ledger'), '  of the whole run: '],
    [
      ...(due === sent ? [] : [`due ${formatCount(due)}`]),
      `sent ${formatCount(sent)}`,
      ...faults.flatMap(([name, count]) => (count > 0 ? styled('bad', `${name} ${formatCount(count)}`) : [])),
    ],
    width,
  );
  const shown = consumers.length <= LANES_MAX ? consumers : consumers.filter(hasFault).slice(0, LANES_MAX);
  if (shown.length === 0) return head;
  const columns = ['received', 'lost', 'trimmed', 'duplicated', 'reordered'].map((name) => styled('dim', name));
  const rows = shown.map((consumer): Segment[] => [
    consumer.name,
    formatCount(consumer.received),
    loudCount(consumer.lost),
    loudCount(consumer.trimmedRecords),
    loudCount(consumer.duplicated),
    loudCount(consumer.reordered),
  ]);
  return [...head, ...renderTable([['', ...columns], ...rows], { align: ['left', 'right'] })];
}

function renderCeiling(
  { harnessCeiling, summary, environment }: Result,
  { width, resultPath }: SummaryOptions,
): Line[] {
  const { recordsPerSecond, cached } = harnessCeiling;
  const machine = `${environment.cores} x ${environment.cpuModel}, Node ${environment.nodeVersion}`;
  const text =
    recordsPerSecond === null
      ? `not measured on this machine (${machine})`
      : `${formatRate(recordsPerSecond)} with a no-op target${cached ? ' (cached)' : ''}; ` +
        `this run used ${formatRatio(summary.rate.achievedPerSecond / recordsPerSecond)} of it (${machine})`;
  const lines = hanging(styled('bold', 'Harness ceiling  '), text, width);
  return resultPath === undefined ? lines : [...lines, [styled('bold', 'Result'), `  ${resultPath}`]];
}

function loudCount(count: number): Segment {
  return count > 0 ? styled('bad', formatCount(count)) : '0';
}

function hasFault({ lost, duplicated, reordered }: ConsumerLedger): boolean {
  return lost > 0 || duplicated > 0 || reordered > 0;
}

function ackedPerSecond(interval: Interval): number {
  return (producerTotals(interval.cells).acked * 1e9) / Math.max(1, interval.endNs - interval.startNs);
}

/** Put-to-get p99 of the worst shard; that of all shards together if a merged result lacks it. */
function worstP99({ shards, cells }: Interval): number | null {
  const p99s = shards.filter(({ putToGet }) => putToGet.count > 0).map(({ putToGet }) => putToGet.p99Ns);
  if (p99s.length === 0) return null;
  const known = p99s.filter((p99Ns) => p99Ns !== null);
  return known.length === p99s.length ? Math.max(...known) : mergedHistogram(cells, 'putToGet').percentileNs(99);
}
