import { formatByteRate, formatCount, formatDuration, formatRate, formatRatio } from '../format/numbers.ts';
import { needsMark } from '../histogram/percentile-support.ts';
import type { Result, Summary, ThresholdVerdict, VerdictKind } from '../result/result.ts';
import { deliveryOf } from '../summary/delivery.ts';
import { HOW_TO_JUDGE, remarksOn, undeliveredCauses } from '../text/delivery-text.ts';
import { isMeanRate } from '../text/rate-text.ts';
import { originSentences } from '../text/render-origin.ts';
import { actualText, type Mark, markOf, outcomeText, verdictReason } from '../text/render-verdict.ts';
import { type Content, html, type Markup } from './markup.ts';

/** Signs beside the word, so that no meaning depends on colour. */
const SIGNS: Readonly<Record<VerdictKind, string>> = {
  passed: '✓',
  failed: '✗',
  invalid: '!',
  measured: '–',
};

const TILE_CONSUMERS_MAX = 4;

/** Renders if the run passed and if it is valid, then the reasons and their fixes. */
export function verdictSection(result: Result, label: string | undefined): Markup {
  const { verdict, validity, partial, outcome, notes = [] } = result;
  return html`<section class="verdict ${verdict.kind}">
${label === undefined ? undefined : html`<h2 class="run-name">${label}</h2>`}
<p class="ruling"><span class="sign" aria-hidden="true">${SIGNS[verdict.kind]}</span><strong>${verdict.kind.toUpperCase()}</strong> <span>${sentence(verdictReason(result))}</span></p>
${remarks(result)}
<p class="validity">${
    validity.kind === 'valid'
      ? 'Valid: the run checked itself, and its numbers describe the target.'
      : 'Invalid: the numbers do not describe the target. Apply the fixes below and run again.'
  }</p>
${
  validity.reasons.length === 0
    ? undefined
    : html`<ul class="reasons">${validity.reasons.map(({ code, what, fix, part }) => html`<li><code>${code}</code> ${part === undefined ? '' : `(part ${part}) `}${what}<br><b>Fix:</b> ${fix}</li>`)}</ul>`
}
${partial ? html`<p class="note"><b>Partial.</b> ${sentence(outcomeText(outcome))} Every number covers only the part that ran.</p>` : undefined}
${[...originSentences(result), ...notes].map((note) => html`<p class="note"><b>Note.</b> ${note}</p>`)}
<dl class="tiles">${headlines(result).map(([name, value, more]) => html`<div><dt>${name}</dt><dd class="${name === 'undelivered' && value !== '0' ? 'bad' : ''}">${value}</dd><dd class="more">${more}</dd></div>`)}</dl>
</section>`;
}

/** Renders the remarks on a run without thresholds. */
function remarks(result: Result): Markup | undefined {
  const items = remarksOn(result);
  if (items.length === 0) return undefined;
  return html`<ul class="reasons remarks">${items.map(({ style, text }) => html`<li class="${style === undefined ? '' : style === 'bad' ? 'bad' : 'unknown'}">${text}</li>`)}</ul>
<p class="note">${HOW_TO_JUDGE}</p>`;
}

function headlines({ summary }: Result): [string, string, string][] {
  const { spans, rate, ledger } = summary;
  const { putToGet } = spans;
  const ns = (value: number | null) => (value === null ? '-' : formatDuration(value));
  const mark = needsMark(99, putToGet.count) ? '*' : '';
  const { due, undelivered } = deliveryOf(ledger) ?? { due: 0, undelivered: 0 };
  return [
    ['put-to-get p50', ns(putToGet.p50Ns), byConsumer(summary, 'p50Ns') ?? `mean ${ns(putToGet.meanNs)}`],
    ['put-to-get p99', `${ns(putToGet.p99Ns)}${mark}`, byConsumer(summary, 'p99Ns') ?? `max ${ns(putToGet.maxNs)}`],
    [
      isMeanRate(summary) ? 'achieved, mean of phases' : 'achieved',
      formatRate(rate.achievedPerSecond),
      `${rate.ratio === null ? 'nothing' : formatRatio(rate.ratio)} of ${formatRate(rate.intendedPerSecond)}, ${formatByteRate(rate.bytesPerSecond)}${rate.overtime > 0 ? `; ${formatCount(rate.overtime)} sent late are not included` : ''}`,
    ],
    [
      'throttled',
      formatCount(rate.throttled),
      `${formatRatio(rate.throttledRatio)} of attempts, ${formatRatio(rate.throttledRecordsRatio)} of records, ${formatCount(rate.retried)} retried`,
    ],
    [
      'undelivered',
      formatCount(undelivered),
      undelivered > 0 ? undeliveredCauses(ledger).join(', ') : `of ${formatCount(due)} due`,
    ],
  ];
}

/** Lists one percentile of each consumer if there are several, because the number of the tile mixes them. */
function byConsumer({ consumers }: Summary, field: 'p50Ns' | 'p99Ns'): string | undefined {
  if (consumers.length < 2) return undefined;
  const shown = consumers.slice(0, TILE_CONSUMERS_MAX).map(({ name, spans }) => {
    const ns = spans.putToGet[field];
    return `${name} ${ns === null ? '-' : formatDuration(ns)}`;
  });
  const hidden = consumers.length - shown.length;
  return `all consumers; ${shown.join(', ')}${hidden > 0 ? ` and ${hidden} more` : ''}`;
}

export function thresholdsSection(results: readonly Result[], labels: readonly string[]): Markup {
  const tables = results.map((result, i) => {
    const caption = results.length > 1 ? html`<caption>${labels[i]}</caption>` : undefined;
    const { thresholds } = result.verdict;
    if (thresholds.length === 0)
      return html`<p class="hint">${results.length > 1 ? `${labels[i]}: ` : ''}The scenario has no thresholds, so the run was not judged.</p>`;
    return html`<div class="scroll"><table>${caption}<thead><tr><th scope="col">holds</th><th scope="col" class="text">threshold</th><th scope="col">measured</th><th scope="col" class="text"></th></tr></thead>
<tbody>${thresholds.map(thresholdRow)}</tbody></table></div>`;
  });
  return html`<section class="card" id="thresholds"><h2>Thresholds</h2>${tables}</section>`;
}

const MARKS: Readonly<Record<Mark, readonly [string, string, string]>> = {
  holds: ['good', '✓', 'yes'],
  fails: ['bad', '✗', 'no'],
  unknown: ['unknown', '?', 'unknown'],
  neutral: ['more', '·', 'not judged'],
};

function thresholdRow(threshold: ThresholdVerdict): Markup {
  const { worstWindow, reason } = threshold;
  const [kind, sign, label] = MARKS[markOf(threshold)];
  const more: Content = [
    worstWindow === undefined
      ? undefined
      : `worst from ${formatDuration(worstWindow.startNs)} to ${formatDuration(worstWindow.endNs)}`,
    reason === undefined ? undefined : `${reason}.`,
  ];
  return html`<tr><td class="${kind}"><span aria-hidden="true">${sign}</span> ${label}</td><th scope="row" class="text"><code>${threshold.text}</code>${threshold.default === true ? ' (default)' : ''}</th><td>${actualText(threshold)}</td><td class="text more">${more}</td></tr>`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}
