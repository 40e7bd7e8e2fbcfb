import { formatCount, formatDuration, formatRatio } from '../format/numbers.ts';
import type { ComposedRecords, CompositionSummary, RecordsAbout } from '../result/composition.ts';
import type { SpanSummary, Summary } from '../result/result.ts';
import { beforeRatio, compositionSentence, type WithComposition } from '../text/composition-text.ts';
import { barRow } from './bar-row.ts';
import { html, type Markup } from './markup.ts';

const RECORDS: readonly (readonly [keyof CompositionSummary, string])[] = [
  ['p50', 'About the median'],
  ['p99', 'About p99'],
  ['all', 'All records'],
];

/** Spans that only producers measure: a consumer does not know them for the records it receives. */
const PRODUCER_SPANS: readonly (readonly ['sendDelay' | 'ackLatency', string, string])[] = [
  ['sendDelay', 'Send delay', 'intended to handed over for the first time'],
  ['ackLatency', 'Ack latency', 'handed over for the first time to acknowledged'],
];

const FIGURES: readonly (readonly ['p50Ns' | 'p99Ns' | 'meanNs', string])[] = [
  ['p50Ns', 'median'],
  ['p99Ns', 'p99'],
  ['meanNs', 'mean'],
];

export const COMPOSITION_HINT =
  'The two parts of put-to-get, for the records near its median and near its p99: the time until the last hand-over to the target, and the time from there to receipt. Both parts are measured on the same records, so they add up.';

type Records = ComposedRecords | RecordsAbout;
export type Composed = Pick<Summary, 'spans'> & WithComposition & { readonly composition: CompositionSummary };

/** Renders the two parts of put-to-get of the same records, and the spans that only producers measure on their own. */
export function compositionPictures(summary: Composed): Markup {
  const sentence = compositionSentence(summary);
  return html`${sentence === undefined ? undefined : html`<p class="finding">${sentence}</p>`}
<div class="waterfalls">${RECORDS.map(([key, name]) => picture(name, summary.composition[key]))}</div>
<p class="hint">Two spans that only producers measure, each on its own. Their percentiles belong to other records than the ones above.</p>
<div class="waterfalls">${PRODUCER_SPANS.map(([span, title, meaning]) => spanPicture(title, meaning, summary.spans[span]))}</div>`;
}

function picture(title: string, records: Records | null): Markup {
  if (records === null) {
    return html`<div class="waterfall" role="group" aria-label="${title}"><h3>${title}</h3><p class="more">Too few records.</p></div>`;
  }
  const { putToGetNs, beforeNs, afterNs } = records;
  const endNs = Math.max(1, putToGetNs);
  const before = 'intended to handed over for the last time: batches, room in flight, throttling, retries';
  const after = 'handed over for the last time to received';
  return html`<div class="waterfall" role="group" aria-label="${title}"><h3>${title}</h3>
${barRow({ label: 'before sending', meaning: before, colour: 'before', startNs: 0, ns: beforeNs, endNs })}
${barRow({ label: 'after sending', meaning: after, colour: 'after', startNs: beforeNs, ns: afterNs, endNs })}
${barRow({ label: 'put-to-get', meaning: 'intended to received', colour: 'putToGet', startNs: 0, ns: putToGetNs, endNs })}
<p class="more">Means of ${recordsText(records)}; ${formatRatio(beforeRatio(records))} before sending.</p></div>`;
}

function recordsText(records: Records): string {
  const count = `${formatCount(records.count)} records`;
  if (!('fromNs' in records)) return count;
  return `${count} with a put-to-get of ${formatDuration(records.fromNs)} to ${formatDuration(records.toNs)}`;
}

function spanPicture(title: string, meaning: string, span: SpanSummary): Markup {
  const endNs = Math.max(1, ...FIGURES.map(([figure]) => span[figure] ?? 0));
  const rows = FIGURES.map(([figure, label]) =>
    barRow({ label, meaning: `${title}: ${label}`, colour: 'after', startNs: 0, ns: span[figure], endNs }),
  );
  return html`<div class="waterfall" role="group" aria-label="${title}"><h3>${title}</h3>${rows}<p class="more">${meaning}</p></div>`;
}

export function compositionTable(composition: CompositionSummary): Markup {
  const head = ['records', 'count', 'put-to-get from', 'to', 'mean', 'before sending', 'after sending', 'before'];
  const rows = RECORDS.map(([key, name]) => {
    const records = composition[key];
    const cells =
      records === null
        ? head.slice(1).map(() => '-')
        : [
            formatCount(records.count),
            ...('fromNs' in records ? [records.fromNs, records.toNs].map(formatDuration) : ['', '']),
            ...[records.putToGetNs, records.beforeNs, records.afterNs].map(formatDuration),
            formatRatio(beforeRatio(records)),
          ];
    return html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`;
  });
  return html`<div class="scroll"><table class="composition"><thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`;
}
