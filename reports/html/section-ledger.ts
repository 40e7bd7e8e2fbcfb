import { faultText } from '../format/fault-text.ts';
import { formatCount, formatDuration } from '../format/numbers.ts';
import { changeText, stepText } from '../format/step-text.ts';
import type { Ledger, Result } from '../result/result.ts';
import { deliveryOf } from '../summary/delivery.ts';
import { callErrors } from '../text/render-calls.ts';
import { html, type Markup } from './markup.ts';

const CONSUMERS_MAX = 50;

/** Renders the fate of every record of the run. */
export function ledgerSection(results: readonly Result[], labels: readonly string[]): Markup {
  return html`<section class="card" id="ledger"><h2>Ledger</h2>
<p class="hint">Counts of the whole run, not estimates: every record is identified by its producer, key and number.</p>
${results.map(({ summary: { ledger } }, i) => ledgerTable(ledger, results.length > 1 ? labels[i] : undefined))}</section>`;
}

function ledgerTable(ledger: Ledger, label: string | undefined): Markup {
  const { sent, unacknowledged, failed, dropped } = ledger;
  const { due, undelivered } = deliveryOf(ledger) ?? { due: 0, undelivered: 0 };
  const counts = { due, sent, unacknowledged, failed, dropped, undelivered };
  const totals = Object.entries(counts).map(([name, count]) => {
    return html`<span>${name} <b class="${name !== 'due' && name !== 'sent' && count > 0 ? 'bad' : ''}">${formatCount(count)}</b></span>`;
  });
  const shown = ledger.consumers.slice(0, CONSUMERS_MAX);
  const rest = ledger.consumers.length - shown.length;
  return html`<p class="totals">${label === undefined ? undefined : html`<strong>${label}</strong> `}${totals}</p>
<div class="scroll"><table><thead><tr><th scope="col">consumer</th><th scope="col">received</th><th scope="col">lost</th><th scope="col">of which trimmed</th><th scope="col">duplicated</th><th scope="col">reordered</th></tr></thead>
<tbody>${shown.map(
    ({ name, received, lost, trimmedRecords, duplicated, reordered }) =>
      html`<tr><th scope="row">${name}</th><td>${formatCount(received)}</td>${[lost, trimmedRecords, duplicated, reordered].map(loud)}</tr>`,
  )}</tbody>
<tfoot><tr><th scope="row">all</th><td>${formatCount(ledger.received)}</td>${loud(ledger.lost)}<td></td>${loud(ledger.duplicated)}${loud(ledger.reordered)}</tr></tfoot></table></div>
${rest > 0 ? html`<p class="hint">and ${rest} more consumers</p>` : undefined}`;
}

function loud(count: number): Markup {
  return html`<td class="${count > 0 ? 'bad' : ''}">${formatCount(count)}</td>`;
}

/** Renders the steps and faults of the scenario; undefined if there are none. */
export function eventsSection(results: readonly Result[], labels: readonly string[]): Markup | undefined {
  const tables = results.flatMap(({ steps = [], faults = [] }, i) => {
    if (steps.length + faults.length === 0) return [];
    const rows = [
      ...steps.map(({ step, outcome }): [number, string, string, string] => [
        'askedAtNs' in outcome ? outcome.askedAtNs : step.atNs,
        'step',
        stepText(step),
        outcome.kind === 'done'
          ? `took ${formatDuration(outcome.doneAtNs - outcome.askedAtNs)}, recovered ${recoveryText(outcome.recoveryNs)}, change: ${changeText(step, outcome.closed, outcome.opened)}`
          : outcome.kind === 'failed'
            ? `failed: ${outcome.message}`
            : outcome.kind === 'unfinished'
              ? 'not finished'
              : 'not reached',
      ]),
      ...faults.map(({ fault, injected }): [number, string, string, string] => [
        fault.fromNs,
        'fault',
        faultText(fault),
        `${fault.untilNs === undefined ? 'to the end' : `until ${formatDuration(fault.untilNs)}`}, ${injected === null ? 'not counted' : injected === 0 ? 'never injected' : `injected ${formatCount(injected)}`}`,
      ]),
    ].sort(([a], [b]) => a - b);
    return [
      html`<div class="scroll"><table>${results.length > 1 ? html`<caption>${labels[i]}</caption>` : undefined}<thead><tr><th scope="col">at</th><th scope="col" class="text">kind</th><th scope="col" class="text">event</th><th scope="col" class="text">outcome</th></tr></thead><tbody>${rows.map(
        ([atNs, kind, what, outcomeText]) =>
          html`<tr><td>${atNs === 0 ? '0s' : formatDuration(atNs)}</td><td class="text">${kind}</td><td class="text">${what}</td><td class="text">${outcomeText}</td></tr>`,
      )}</tbody></table></div>`,
    ];
  });
  if (tables.length === 0) return undefined;
  return html`<section class="card" id="events"><h2>Steps and faults</h2><p class="hint">Changes and faults that the scenario applied to the stream.</p>${tables}</section>`;
}

/** Renders errors of the target by code; undefined if there were none. */
export function errorsSection(results: readonly Result[], labels: readonly string[]): Markup | undefined {
  const tables = results.flatMap(({ workers }, i) => {
    const errors = callErrors(workers);
    if (errors.length === 0) return [];
    const rows = errors.map(
      ({ code, count, unit }) =>
        html`<tr><th scope="row" class="text"><code>${code}</code></th><td>${formatCount(count)}</td><td class="text">${unit}</td></tr>`,
    );
    return [
      html`<div class="scroll"><table>${results.length > 1 ? html`<caption>${labels[i]}</caption>` : undefined}<thead><tr><th scope="col" class="text">code</th><th scope="col">count</th><th scope="col" class="text">of</th></tr></thead><tbody>${rows}</tbody></table></div>`,
    ];
  });
  if (tables.length === 0) return undefined;
  return html`<section class="card" id="errors"><h2>Errors of the target</h2>${tables}</section>`;
}

function recoveryText(recoveryNs: number | null): string {
  return recoveryNs === null ? 'not seen' : recoveryNs === 0 ? 'at once' : `in ${formatDuration(recoveryNs)}`;
}
