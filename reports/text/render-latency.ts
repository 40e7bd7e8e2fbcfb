import { formatDuration, formatShortCount } from '../format/numbers.ts';
import { needsMark, samplesToGate, samplesToShow } from '../histogram/percentile-support.ts';
import type { Result, Span, SpanSummary } from '../result/result.ts';
import { isResidenceUncorrected, shownSpans } from '../summary/residence.ts';
import { compositionSentence } from './composition-text.ts';
import { hanging, type Line, type RenderOptions, styled } from './render-lines.ts';
import { renderTable } from './render-table.ts';

/** The headline, its value without intended times, then the spans that it consists of. */
export const LATENCY_ROWS: readonly (readonly [Span, string])[] = [
  ['putToGet', 'put-to-get'],
  ['uncorrected', '  uncorrected'],
  ['residence', 'residence'],
  ['ackLatency', 'ack latency'],
  ['sendDelay', 'send delay'],
];

/** Percentiles that a summary shows. */
export const SHOWN_PERCENTILES = [
  ['p50', 50, 'p50Ns'],
  ['p90', 90, 'p90Ns'],
  ['p99', 99, 'p99Ns'],
  ['p99.9', 99.9, 'p999Ns'],
] as const;

export const LATENCY_HEAD = ['', 'count', 'min', 'mean', ...SHOWN_PERCENTILES.map(([name]) => name), 'max'] as const;

/** Ratio of corrected to uncorrected p99 above which a note explains the difference. */
const CORRECTION_RATIO = 1.2;

export function renderLatency({ summary }: Result, { width }: RenderOptions): Line[] {
  const rows = shownSpans(LATENCY_ROWS, summary.spans).map(([span, label]) => latencyRow(label, summary.spans[span]));
  const [, ...head] = LATENCY_HEAD;
  const which = summary.consumers.length > 1 ? 'all consumers' : '';
  return [
    [styled('bold', 'Latency'), styled('dim', '  recorded phases; a percentile is the value at its rank, within 0.1%')],
    ...renderTable([[which, ...head].map((name) => styled('dim', name)), ...rows], {
      align: ['left', 'right'],
      gap: 2,
      indent: 0,
    }),
    ...latencyNotes(summary).flatMap((text) => hanging('', text, width, 'dim')),
  ];
}

/**
 * Returns a row for one span: label, count, min, mean, percentiles and max; `-` if there are too few records for a value.
 */
export function latencyRow(label: string, summary: SpanSummary): string[] {
  const cell = (ns: number | null) => (ns === null ? '-' : formatDuration(ns));
  const percentiles = SHOWN_PERCENTILES.map(([, percentile, field]) => {
    return `${cell(summary[field])}${needsMark(percentile, summary.count) ? '*' : ''}`;
  });
  return [
    label,
    formatShortCount(summary.count),
    cell(summary.minNs),
    cell(summary.meanNs),
    ...percentiles,
    cell(summary.maxNs),
  ];
}

/** Returns the sentences that explain the latency table. */
export function latencyNotes(
  summary: Pick<Result['summary'], 'spans' | 'rate' | 'composition' | 'consumers'>,
): string[] {
  const { spans, consumers } = summary;
  const used = Object.values(spans).filter(({ count }) => count > 0);
  const notes: string[] = ['put-to-get starts at the intended time, uncorrected at the send.'];
  if (consumers.some(({ kind }) => kind === 'delivered')) {
    notes.push('put-to-get of a delivered consumer ends when its object can be read: put-to-delivered.');
  }
  const isRepeated = isResidenceUncorrected(spans);
  if (isRepeated) notes.push('residence also starts at the send and equals uncorrected.');
  if (consumers.length > 1) {
    const counted = isRepeated ? 'put-to-get and uncorrected' : 'put-to-get, uncorrected and residence';
    notes.push(`${counted} count a record once for each consumer.`);
  }
  const hidden = SHOWN_PERCENTILES.filter(([, , field]) => used.some((summary) => summary[field] === null));
  if (hidden.length > 0) {
    const needs = hidden.map(([name, percentile]) => `${name} needs ${formatShortCount(samplesToShow(percentile))}`);
    notes.push(`- too few records: ${needs.join(', ')}.`);
  }
  const marked = SHOWN_PERCENTILES.filter(([, percentile]) => used.some(({ count }) => needsMark(percentile, count)));
  if (marked.length > 0) {
    const needs = marked.map(([name, percentile]) => `${name} needs ${formatShortCount(samplesToGate(percentile))}`);
    notes.push(`* few records, may vary a lot between runs; to be judged, ${needs.join(', ')}.`);
  }
  const [corrected, uncorrected] = [spans.putToGet.p99Ns, spans.uncorrected.p99Ns];
  if (corrected !== null && uncorrected !== null && corrected > CORRECTION_RATIO * uncorrected) {
    const times = Number((corrected / Math.max(1, uncorrected)).toPrecision(2)).toLocaleString('en-US');
    notes.push(`Records waited to be sent: measured from the send, p99 would look ${times} times better.`);
  }
  notes.push(...[compositionSentence(summary)].filter((sentence) => sentence !== undefined));
  const clamped = used.reduce((sum, summary) => sum + summary.clamped, 0);
  if (clamped > 0)
    notes.push(`${formatShortCount(clamped)} values were outside 0 to 1 hour and count as the nearest end.`);
  return notes;
}
