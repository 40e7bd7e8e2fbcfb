import { needsMark, samplesToGate, samplesToShow } from '../histogram/percentile-support.ts';
import type { Result, Span, SpanSummary } from '../result/result.ts';
import { compositionSentence } from './composition-text.ts';
import { formatDuration, formatShortCount } from './format.ts';
import { hanging, type Line, type RenderOptions, styled } from './render-lines.ts';
import { renderTable } from './render-table.ts';

/** The headline first, and beside it what it would have been without intended times. */
export const LATENCY_ROWS: readonly (readonly [Span, string])[] = [
  ['putToGet', 'put-to-get'],
  ['uncorrected', '  uncorrected'],
  ['residence', 'residence'],
  ['ackLatency', 'ack latency'],
  ['sendDelay', 'send delay'],
];

/** Those that a summary shows. */
export const SHOWN_PERCENTILES = [
  ['p50', 50, 'p50Ns'],
  ['p90', 90, 'p90Ns'],
  ['p99', 99, 'p99Ns'],
  ['p99.9', 99.9, 'p999Ns'],
] as const;

export const LATENCY_HEAD = ['', 'count', 'min', 'mean', ...SHOWN_PERCENTILES.map(([name]) => name), 'max'] as const;

/** How far apart corrected and uncorrected p99 are when it is worth a word. */
const CORRECTION_RATIO = 1.2;

export function renderLatency({ summary }: Result, { width }: RenderOptions): Line[] {
  const rows = LATENCY_ROWS.map(([span, words]) => latencyRow(words, summary.spans[span]));
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

/** One span: its words, count, smallest, mean, percentiles and largest; `-` for what too few records support. */
export function latencyRow(words: string, summary: SpanSummary): string[] {
  const cell = (ns: number | null) => (ns === null ? '-' : formatDuration(ns));
  const percentiles = SHOWN_PERCENTILES.map(([, percentile, field]) => {
    return `${cell(summary[field])}${needsMark(percentile, summary.count) ? '*' : ''}`;
  });
  return [
    words,
    formatShortCount(summary.count),
    cell(summary.minNs),
    cell(summary.meanNs),
    ...percentiles,
    cell(summary.maxNs),
  ];
}

/** What must be known to read the table, as sentences. */
export function latencyNotes(
  summary: Pick<Result['summary'], 'spans' | 'rate' | 'composition' | 'consumers'>,
): string[] {
  const { spans, consumers } = summary;
  const used = Object.values(spans).filter(({ count }) => count > 0);
  const notes: string[] = ['put-to-get counts from the intended time, uncorrected from the sending.'];
  if (consumers.length > 1) {
    notes.push('put-to-get, uncorrected and residence count a record once for each consumer.');
  }
  const hidden = SHOWN_PERCENTILES.filter(([, , field]) => used.some((summary) => summary[field] === null));
  if (hidden.length > 0) {
    const needs = hidden.map(([name, percentile]) => `${name} from ${formatShortCount(samplesToShow(percentile))}`);
    notes.push(`- too few records to say: ${needs.join(', ')}.`);
  }
  const marked = SHOWN_PERCENTILES.filter(([, percentile]) => used.some(({ count }) => needsMark(percentile, count)));
  if (marked.length > 0) {
    const needs = marked.map(([name, percentile]) => `${name} from ${formatShortCount(samplesToGate(percentile))}`);
    notes.push(`* few records, may change a lot from run to run; judged: ${needs.join(', ')}.`);
  }
  const [corrected, uncorrected] = [spans.putToGet.p99Ns, spans.uncorrected.p99Ns];
  if (corrected !== null && uncorrected !== null && corrected > CORRECTION_RATIO * uncorrected) {
    const times = Number((corrected / Math.max(1, uncorrected)).toPrecision(2)).toLocaleString('en-US');
    notes.push(`Records waited to be sent: measured from the sending, p99 would look ${times} times better.`);
  }
  notes.push(...[compositionSentence(summary)].filter((sentence) => sentence !== undefined));
  const clamped = used.reduce((sum, summary) => sum + summary.clamped, 0);
  if (clamped > 0) notes.push(`${formatShortCount(clamped)} values lay outside of 0 to 1 hour and count at its ends.`);
  return notes;
}
