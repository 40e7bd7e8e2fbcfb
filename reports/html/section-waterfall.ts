import { formatDuration, formatShortCount } from '../format/numbers.ts';
import type { Result, Span, SpanSummary } from '../result/result.ts';
import { isResidenceUncorrected, shownSpans } from '../summary/residence.ts';
import type { WithComposition } from '../text/composition-text.ts';
import { CONSUMER_ROWS_MAX } from '../text/render-consumers.ts';
import { barRow } from './bar-row.ts';
import { html, type Markup } from './markup.ts';
import { COMPOSITION_HINT, type Composed, compositionPictures, compositionTable } from './section-composition.ts';

export interface WithSpans {
  readonly summary: Pick<Result['summary'], 'spans'> & Partial<Pick<Result['summary'], 'consumers'>> & WithComposition;
}

type Figure = 'meanNs' | 'p50Ns' | 'p99Ns';

const FIGURES: readonly (readonly [Figure, string])[] = [
  ['p50Ns', 'Median'],
  ['p99Ns', 'p99'],
  ['meanNs', 'Mean'],
];

const ROWS: readonly (readonly [Span, string, string])[] = [
  ['sendDelay', 'send delay', 'intended to handed over'],
  ['ackLatency', 'ack latency', 'handed over to acknowledged'],
  ['residence', 'residence', 'written to received'],
  ['putToGet', 'put-to-get', 'intended to received'],
];

/** Tolerance of sums, because means use the middles of slots and spans count once per record or once per consumer. */
const ADDS_UP_RATIO = 0.02;

/**
 * Renders what the records near a percentile waited for. For a result without Composition, it places the four spans along
 * the life of a record instead, each with its own figure; the text states how far they are from adding up.
 */
export function waterfallSection(results: readonly WithSpans[], labels: readonly string[]): Markup {
  const isComposed = results.map(({ summary }) => hasComposition(summary));
  return html`<section class="card" id="waterfall"><h2>Where the time goes</h2>
${isComposed.includes(true) ? html`<p class="hint">${COMPOSITION_HINT}</p>` : undefined}
${results.map(({ summary }, i) => html`${results.length > 1 ? html`<h3>${labels[i]}</h3>` : undefined}${hasComposition(summary) ? compositionPictures(summary) : spanPictures(summary)}`)}
${results.map((result, i) => tables(result, results.length > 1 ? labels[i] : undefined))}
</section>`;
}

const hasComposition = (summary: WithSpans['summary']): summary is Composed => summary.composition !== undefined;

function spanPictures(summary: WithSpans['summary']): Markup {
  return html`<p class="hint">Each span's own figure, placed where the span begins. Spans are measured separately, not record by record: medians and p99s of the parts belong to different records and do not add up to those of put-to-get. Means add up, except for the wait between a throttled attempt and the next one: residence begins at the accepted hand-over.</p>
<div class="waterfalls">${FIGURES.map(([figure, name]) => waterfall(summary, figure, name))}</div>`;
}

function waterfall({ spans }: WithSpans['summary'], figure: Figure, name: string): Markup {
  const value = (span: Span) => spans[span][figure];
  const sendDelay = value('sendDelay') ?? 0;
  const ackLatency = value('ackLatency') ?? 0;
  const isFromHandOver = isResidenceUncorrected(spans);
  const starts: Record<Span, number> = {
    sendDelay: 0,
    ackLatency: sendDelay,
    residence: isFromHandOver ? sendDelay : sendDelay + ackLatency,
    putToGet: 0,
    uncorrected: sendDelay,
  };
  const endNs = Math.max(1, ...ROWS.map(([span]) => starts[span] + (value(span) ?? 0)));
  const rows = ROWS.map(([span, label, meaning]) => {
    return barRow({ label, meaning, colour: span, startNs: starts[span], ns: value(span), endNs });
  });
  return html`<div class="waterfall" role="group" aria-label="${name} of each span"><h3>${name}</h3>${rows}<p class="more">${sumText(spans, figure, isFromHandOver)}</p></div>`;
}

/** Describes how far the parts are from the whole. For means, the rest is a wait that no span covers. */
function sumText(spans: Result['summary']['spans'], figure: Figure, isFromHandOver: boolean): string {
  const parts: readonly Span[] = isFromHandOver ? ['sendDelay', 'residence'] : ['sendDelay', 'ackLatency', 'residence'];
  const values = parts.map((span) => spans[span][figure]);
  const whole = spans.putToGet[figure];
  if (whole === null || values.some((ns) => ns === null)) return 'Too few records.';
  const sum = values.reduce<number>((total, ns) => total + (ns ?? 0), 0);
  const how = isFromHandOver ? 'send delay + residence' : 'send delay + ack latency + residence';
  const rest = whole - sum;
  const isRest = figure === 'meanNs' && rest > ADDS_UP_RATIO * whole;
  const why = isRest ? `; the rest, ${formatDuration(rest)}, is in no span: mostly waiting for a retry` : '';
  return `${how} = ${formatDuration(sum)}, put-to-get ${formatDuration(whole)}${why}`;
}

const LATENCY_ROWS: readonly (readonly [Span, string])[] = [
  ['putToGet', 'put-to-get'],
  ['uncorrected', 'uncorrected'],
  ['residence', 'residence'],
  ['ackLatency', 'ack latency'],
  ['sendDelay', 'send delay'],
];

const LATENCY_COLUMNS: readonly (readonly [keyof SpanSummary, string])[] = [
  ['minNs', 'min'],
  ['meanNs', 'mean'],
  ['p50Ns', 'p50'],
  ['p90Ns', 'p90'],
  ['p95Ns', 'p95'],
  ['p99Ns', 'p99'],
  ['p999Ns', 'p99.9'],
  ['p9999Ns', 'p99.99'],
  ['maxNs', 'max'],
];

function tables({ summary }: WithSpans, label: string | undefined): Markup {
  return html`<details open><summary>Table${label === undefined ? '' : `: ${label}`}</summary>${hasComposition(summary) ? compositionTable(summary.composition) : undefined}${consumerTable(summary)}${latencyTable(summary)}</details>`;
}

/** Put-to-get of each consumer, if there are several. */
function consumerTable({ consumers = [] }: WithSpans['summary']): Markup | undefined {
  if (consumers.length < 2) return undefined;
  const shown = consumers.slice(0, CONSUMER_ROWS_MAX);
  const hidden = consumers.length - shown.length;
  return html`<div class="scroll"><table><caption>Put-to-get by consumer</caption><thead><tr><th scope="col" class="text">consumer</th><th scope="col" class="text">kind</th><th scope="col">count</th>${LATENCY_COLUMNS.map(([, name]) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${shown.map(({ name, kind, spans: { putToGet } }) => html`<tr><th scope="row" class="text">${name}</th><td class="text">${kind}</td>${latencyCells(putToGet)}</tr>`)}</tbody></table></div>
${hidden > 0 ? html`<p class="hint">and ${hidden} more consumers</p>` : undefined}`;
}

function latencyCells(summary: SpanSummary): Markup[] {
  const cells = LATENCY_COLUMNS.map(([field]) => summary[field]);
  return [
    html`<td>${formatShortCount(summary.count)}</td>`,
    ...cells.map((ns) => html`<td>${ns === null ? '-' : formatDuration(ns)}</td>`),
  ];
}

function latencyTable({ spans, consumers = [] }: WithSpans['summary']): Markup {
  const clamped = Object.values(spans).reduce((sum, span) => sum + span.clamped, 0);
  return html`<div class="scroll"><table>${consumers.length > 1 ? html`<caption>All consumers together</caption>` : undefined}<thead><tr><th scope="col">span</th><th scope="col">count</th>${LATENCY_COLUMNS.map(([, name]) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${shownSpans(LATENCY_ROWS, spans).map(
    ([span, label]) => html`<tr><th scope="row">${label}</th>${latencyCells(spans[span])}</tr>`,
  )}</tbody></table></div>
<p class="hint">Recorded phases. ${consumers.length > 1 ? `Each record counts once for each of the ${consumers.length} consumers. ` : ''}A percentile is the value at its rank, within 0.1 %; a dash means too few records. put-to-get starts at the intended time, uncorrected at the send${isResidenceUncorrected(spans) ? '; residence also starts at the send and equals uncorrected' : ''}${clamped > 0 ? `; ${formatShortCount(clamped)} values were outside 0 to 1 hour and count as the nearest end` : ''}.</p>`;
}
