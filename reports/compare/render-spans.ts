import { formatDuration, formatShortCount } from '../format/numbers.ts';
import { samplesToGate, samplesToShow } from '../histogram/percentile-support.ts';
import type { Span } from '../result/result.ts';
import { hanging, type Line, lengthOf, type Segment, type Style, styled } from '../text/render-lines.ts';
import { renderTable } from '../text/render-table.ts';
import { changeRangeText, changeText } from './change-text.ts';
import { ratioOf } from './compare-spans.ts';
import type { Change, Effect, Estimate, MetricComparison, ShiftComparison, SpanComparison } from './comparison.ts';
import { intervalPicture, pictureHead, pictureReach } from './interval-picture.ts';

const SPAN_WORDS: Readonly<Record<Span, string>> = {
  putToGet: 'put-to-get',
  uncorrected: 'uncorrected',
  residence: 'residence',
  ackLatency: 'ack latency',
  sendDelay: 'send delay',
};

const EFFECT_STYLES: Readonly<Record<Effect, Style | undefined>> = {
  slower: 'bad',
  faster: 'good',
  same: 'dim',
  unknown: undefined,
};

const PICTURE_MIN = 7;
const PICTURE_MAX = 21;

export interface SpanOptions {
  /** A and B, or A and C. */
  readonly labels: readonly [string, string];
  readonly width: number;
  readonly floorRatio: number;
  /** Shown beside every title; empty without a warning. */
  readonly warning: string;
}

/** True if all values are 0: a target that delivers immediately has no residence to compare. */
function isNothing({ metrics }: SpanComparison): boolean {
  return metrics.every(({ name, a, b }) => name !== 'max' || (a?.valueNs === 0 && b?.valueNs === 0));
}

/** Renders every metric of one span: both values with intervals, the change with its interval, and a picture of it. */
export function renderSpan(span: SpanComparison, options: SpanOptions): Line[] {
  if (span.countA === 0 && span.countB === 0) return [];
  const title = titleOf(SPAN_WORDS[span.span], countText(span), options);
  if (isNothing(span))
    return [...title, [styled('dim', '  0 for every record of both: the target delivers immediately')]];
  const shown = span.metrics.filter(({ a, b }) => a !== null || b !== null);
  const [a, b] = options.labels;
  const head = ['', ` ${a}`, '', `  ${b}`, '', `  ${b}/${a}`, ''].map((text) => styled('dim', text));
  const reach = pictureReach(changesOf(shown), options.floorRatio);
  const table = renderTable([head, ...shown.map(rowOf)], {
    align: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
    gap: 1,
  });
  const pictures = picturesBeside(table, shown, reach, options);
  return [...title, ...pictures, ...distanceLines(span, options), ...footnotes(span, options)];
}

/**
 * Renders the shift of the quantiles of a span. A constant difference means an added delay; a constant ratio means a
 * slowdown of everything.
 */
export function renderShift({ span, shift }: SpanComparison, options: SpanOptions): Line[] {
  if (shift.length === 0) return [];
  const [a, b] = options.labels;
  const title = titleOf(`Shift of ${SPAN_WORDS[span]}`, `quantiles of ${b} compared with ${a}`, options);
  const shares = shift.map(({ aNs, bNs }) => ratioOf(aNs, bNs) - 1);
  const room = Math.max(...shares.map(Math.abs), 3 * options.floorRatio);
  const rows = shift.map((point, index): Segment[] => [
    `p${point.percentile}`,
    ` ${formatDuration(point.aNs)}`,
    `  ${signedDuration(point.shiftNs)}`,
    styled('dim', point.interval === null ? '' : shiftRange(point.interval)),
    `  ${changeText(shares[index]! + 1)}`,
    { text: shiftBar(shares[index]! / room), style: styleOfShift(point) },
  ]);
  const head = ['', a, `${b}-${a}`, '', `${b}/${a}`, shiftBar(0)].map((text) => styled('dim', text));
  const align = ['left', 'right', 'right', 'right', 'right', 'left'] as const;
  return [...title, ...renderTable([head, ...rows], { align, gap: 1 })];
}

/** Renders a title. A warning fills its line, so the text beside the title moves below it. */
function titleOf(words: string, text: string, { warning, width }: SpanOptions): Line[] {
  if (warning === '') return hanging(styled('bold', `${words}  `), text, width, 'dim');
  return [[styled('bold', words), styled('bad', `  ${warning}`)], ...hanging('  ', text, width, 'dim')];
}

function countText({ countA, countB, basis }: SpanComparison): string {
  const counts =
    countA === countB
      ? `${formatShortCount(countA)} records each`
      : `${formatShortCount(countA)} and ${formatShortCount(countB)} records`;
  return basis === 'records' ? `${counts}, too few seconds: intervals are too narrow` : counts;
}

function rowOf({ name, a, b, change }: MetricComparison): Segment[] {
  const style = change === null ? undefined : EFFECT_STYLES[change.effect];
  const paint = (text: string): Segment => (style === undefined ? text : styled(style, text));
  return [
    name,
    ` ${valueText(a)}`,
    styled('dim', rangeText(a)),
    `  ${valueText(b)}`,
    styled('dim', rangeText(b)),
    paint(change === null ? '' : `  ${changeText(change.ratio)}`),
    styled('dim', change?.interval == null ? '' : changeRangeText(change.interval)),
  ];
}

function valueText(estimate: Estimate | null): string {
  return estimate === null ? '-' : `${formatDuration(estimate.valueNs)}${estimate.marked ? '*' : ''}`;
}

/** `23.1-25.0ms`, `981µs-1.02ms`, or the bound of one side. */
function rangeText(estimate: Estimate | null): string {
  if (estimate === null || estimate.interval === null) return '';
  const { lowerNs, upperNs } = estimate.interval;
  if (lowerNs === null) return upperNs === null ? '' : `≤${formatDuration(upperNs)}`;
  return upperNs === null ? `≥${formatDuration(lowerNs)}` : durationRange(lowerNs, upperNs, '-');
}

function durationRange(lowerNs: number, upperNs: number, between: string): string {
  const [from, to] = [formatDuration(lowerNs), formatDuration(upperNs)];
  const unit = /[^\d.]+$/u.exec(to)?.[0] ?? '';
  const isShared = from.endsWith(unit) && /\d$/u.test(from.slice(0, -unit.length));
  return `${isShared ? from.slice(0, -unit.length) : from}${between}${to}`;
}

function changesOf(metrics: readonly MetricComparison[]): Change[] {
  return metrics.flatMap(({ change }) => (change === null ? [] : [change]));
}

/** Adds pictures in the room beside the table; none if there is too little. */
function picturesBeside(
  table: readonly Line[],
  metrics: readonly MetricComparison[],
  reach: number,
  { width }: SpanOptions,
): Line[] {
  const used = Math.max(0, ...table.map((line) => line.reduce((sum, segment) => sum + lengthOf(segment), 0)));
  const room = Math.min(PICTURE_MAX, width - used - 1);
  const pictureWidth = room % 2 === 0 ? room - 1 : room;
  if (pictureWidth < PICTURE_MIN) return [...table];
  return table.map((line, index) => {
    if (index === 0) return [...line, ' ', styled('dim', pictureHead(pictureWidth))];
    const change = metrics[index - 1]?.change;
    if (change == null) return line;
    const picture = intervalPicture(change.ratio, change.interval, reach, pictureWidth);
    const style = EFFECT_STYLES[change.effect];
    return [...line, ' ', style === undefined ? picture : styled(style, picture)];
  });
}

function distanceLines({ distance }: SpanComparison, { width }: SpanOptions): Line[] {
  if (distance === null) return [];
  const { distanceNs, overMeanRatio, logDistance } = distance;
  const overMean = overMeanRatio === null ? '' : `, ${percent(overMeanRatio)} of the mean`;
  const factor = Math.exp(logDistance);
  const times = factor >= 2 ? `a factor of ${factor.toFixed(1)}` : percent(factor - 1);
  const text = `Wasserstein distance ${formatDuration(distanceNs)}${overMean}; by logarithms ${times}`;
  return hanging('  ', text, width, 'dim');
}

function percent(ratio: number): string {
  const value = ratio * 100;
  return `${value < 9.95 ? Number(value.toFixed(1)) : Math.round(value)}%`;
}

function footnotes({ metrics }: SpanComparison, { width }: SpanOptions): Line[] {
  const isPercentile = ({ percentile }: MetricComparison) => percentile !== null;
  const hidden = metrics.filter((metric) => isPercentile(metric) && (metric.a === null || metric.b === null));
  const marked = metrics.filter((metric) => isPercentile(metric) && (metric.a?.marked || metric.b?.marked));
  const needs = (list: readonly MetricComparison[], samples: (percentile: number) => number) =>
    list.map(({ name, percentile }) => `${name} needs ${formatShortCount(samples(percentile!))}`).join(', ');
  const notes = [
    ...(hidden.length === 0 ? [] : [`too few records: ${needs(hidden, samplesToShow)}.`]),
    ...(marked.length === 0
      ? []
      : [`* few records, may vary a lot between runs; to be judged, ${needs(marked, samplesToGate)}.`]),
  ];
  return notes.flatMap((text) => hanging('  ', text, width, 'dim'));
}

function signedDuration(ns: number): string {
  if (Math.abs(ns) < 0.5) return '0';
  return `${ns > 0 ? '+' : '-'}${formatDuration(Math.abs(ns))}`;
}

function shiftRange({ lowerNs, upperNs }: NonNullable<ShiftComparison['interval']>): string {
  return `${signedDuration(lowerNs)} to ${signedDuration(upperNs)}`;
}

const SHIFT_BAR = 10;

/** Draws a bar from the middle: to the right for slower, to the left for faster. */
function shiftBar(share: number): string {
  const length = Math.round(Math.abs(share) * SHIFT_BAR);
  const bar = '━'.repeat(length);
  return share < 0 ? `${' '.repeat(SHIFT_BAR - length)}${bar}╎` : `${' '.repeat(SHIFT_BAR)}╎${bar}`;
}

function styleOfShift({ shiftNs, interval }: ShiftComparison): Style {
  if (interval === null || (interval.lowerNs <= 0 && interval.upperNs >= 0)) return 'dim';
  return shiftNs > 0 ? 'bad' : 'good';
}
