import { formatCount, formatDuration, formatRatio } from '../format/numbers.ts';
import { type Content, html, type Markup } from '../html/markup.ts';
import { rulingCard, sloParagraph, stillPage } from '../html/still-page.ts';
import type { Plan, PlannedCount, ShardSkew, VerifiedRun } from './plan.ts';
import { PLAN_CHART_LEGEND, planChart } from './plan-chart.ts';
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
import { growthText, readLeft } from './render-plan.ts';
import { sloText, valueText, verificationWords } from './render-verification.ts';

const SKEW_ROWS_MAX = 32;

/** Renders the plan as one self-contained page. Pure over the plan. */
export function renderPlanHtml(plan: Plan): string {
  const main: Content = [
    verdict(plan),
    html`<section class="card" id="charts"><h2>Shards against throttling and price</h2><p class="hint">Each shard count was simulated with this load. The price is an estimate with ${priceText(plan.prices)}.</p>${PLAN_CHART_LEGEND}${planChart(plan.counts, plan.recommended.shards)}${countsTable(plan)}</section>`,
    hotKeys(plan),
    plan.skews.filter(({ shards }) => shards > 1).map(skewCard),
    prices(plan),
    verification(plan),
    html`<section class="card"><h2>Assumptions</h2><ul>${plan.assumptions.map((text) => html`<li>${text}</li>`)}</ul></section>`,
  ];
  const { seed, createdAt, toolVersion } = plan;
  const about = 'How many shards: a plan';
  return stillPage({ title: plan.load.name, about, seed, at: createdAt, toolVersion, source: 'plan.json', main });
}

function verdict(plan: Plan): Markup {
  const { recommended, slo, counts } = plan;
  const isFound = recommended.shards !== null;
  const chosen = counts.find(({ shards }) => shards === recommended.shards);
  const body = html`<p class="note">${recommended.reason}</p>
<p class="validity">${recommended.certainty}</p>
<p class="validity">${loadText(plan.load)}</p>
${sloParagraph(slo.thresholds, slo.isDefault)}
${slo.skipped.map(({ text, why }) => html`<p class="note">Skipped <code>${text}</code>: ${why}.</p>`)}
${slo.notes.map((note) => html`<p class="note"><b>Note.</b> ${note}</p>`)}
${chosen === undefined ? undefined : tiles(plan, chosen)}`;
  return rulingCard(isFound, isFound ? '✓' : '✗', verdictWords(plan), body);
}

function tiles(plan: Plan, chosen: PlannedCount): Markup {
  const { headroomRatio, headroomEnds, formulaShards } = plan.recommended;
  const read = consumerKinds(plan.load).map((kind): [string, string, string] => [
    `put-to-get p99, ${kind}`,
    formatDuration(consumerWorst(chosen, kind, ({ putToGet }) => putToGet.p99Ns)),
    `p50 ${formatDuration(consumerWorst(chosen, kind, ({ putToGet }) => putToGet.p50Ns))}`,
  ]);
  const shown: readonly (readonly [string, string, string])[] = [
    [
      'records throttled',
      formatRatio(chosen.throttledRecordsRatio),
      `${formatRatio(chosen.throttledRatio)} of attempts`,
    ],
    [
      'put p99',
      formatDuration(chosen.ackLatency.p99Ns),
      `p50 ${formatDuration(chosen.ackLatency.p50Ns)}, retries included`,
    ],
    ...read,
    [
      'headroom',
      formatRatio(Math.max(0, headroomRatio ?? 0)),
      headroomEnds === 'slo' ? 'until the SLO fails' : 'until the busiest second is at the limit',
    ],
    ['price per month', monthText(chosen.monthlyUsd), formulaText(formulaShards)],
  ];
  return html`<dl class="tiles">${shown.map(([name, value, more]) => html`<div><dt>${name}</dt><dd>${value}</dd><dd class="more">${more}</dd></div>`)}</dl>`;
}

function countsTable({ counts, recommended, load }: Plan): Markup {
  const kinds = consumerKinds(load);
  const heads = [
    'throttled',
    'put p50',
    'put p99',
    ...kinds.map((kind) => `put-to-get p99, ${kind}`),
    'oldest unread',
    'busiest shard',
    'binds',
    'spare reads',
    '$/month',
  ];
  const row = (planned: PlannedCount) => {
    const { isHeld, failed, shards, ackLatency, consumers } = planned;
    return html`<tr class="${shards === recommended.shards ? 'chosen' : ''}"><td class="${isHeld ? 'good' : 'bad'}"><span aria-hidden="true">${isHeld ? '✓' : '✗'}</span> ${isHeld ? 'holds' : 'fails'}</td><th scope="row"${failed.length > 0 ? html` title="${failed.join(', ')}"` : undefined}>${formatCount(shards)}</th>${[
      formatRatio(planned.throttledRecordsRatio),
      formatDuration(ackLatency.p50Ns),
      formatDuration(ackLatency.p99Ns),
      ...kinds.map((kind) => formatDuration(consumerWorst(planned, kind, ({ putToGet }) => putToGet.p99Ns))),
      consumers.length === 0
        ? '-'
        : formatDuration(consumerWorst(planned, undefined, (consumer) => consumer.iteratorAgeMaxNs)),
      formatRatio(planned.busiestPeakRatio),
      planned.binding,
      consumers.length === 0 ? '-' : formatRatio(readLeft(planned)),
      formatCount(planned.monthlyUsd),
    ].map((text) => html`<td>${text}</td>`)}</tr>`;
  };
  return html`<div class="scroll"><table><thead><tr><th scope="col">SLO</th><th scope="col">shards</th>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${counts.map(row)}</tbody></table></div>
<p class="hint">Throttled: share of the records that were throttled at least once. Busiest shard: load due in its busiest second, divided by its limit. Latencies of several consumers of a kind are those of the slowest.</p>`;
}

function hotKeys({ hotKeys: keys }: Plan): Markup | undefined {
  if (keys.length === 0) return undefined;
  return html`<section class="card"><h2>Hot keys</h2><p class="hint">The share of one shard that each key uses at the peak. A key stays on one shard, for any number of shards.</p>
<div class="scroll"><table><thead><tr><th scope="col" class="text">key</th><th scope="col">records</th><th scope="col">bytes</th><th scope="col">of one shard</th><th scope="col" class="text"></th></tr></thead>
<tbody>${keys.map(({ name, recordShare, byteShare, shardRatio, splitOver }) => html`<tr><th scope="row" class="text"><code>${name}</code></th><td>${formatRatio(recordShare)}</td><td>${formatRatio(byteShare)}</td><td class="${splitOver > 1 ? 'bad' : ''}">${formatRatio(shardRatio)}</td><td class="text">${splitOver > 1 ? `split over at least ${splitOver}` : ''}</td></tr>`)}</tbody></table></div></section>`;
}

function skewCard({ shards, recordShares, byteShares }: ShardSkew): Markup {
  const most = Math.max(...recordShares);
  const rows = recordShares
    .map((records, shard) => ({ shard, records, bytes: byteShares[shard]! }))
    .sort((a, b) => (shards > SKEW_ROWS_MAX ? b.records - a.records : a.shard - b.shard));
  const hidden = rows.length - SKEW_ROWS_MAX;
  return html`<section class="card"><h2>Expected shares of ${formatCount(shards)} shards</h2><p class="hint">From the keys of the load, before any record is sent. The busiest shard gets ${(most * shards).toFixed(2)} times an even share.</p>
<div class="scroll"><table><thead><tr><th scope="col">shard</th><th scope="col" class="text"></th><th scope="col">records</th><th scope="col">bytes</th></tr></thead>
<tbody>${rows.slice(0, SKEW_ROWS_MAX).map(({ shard, records, bytes }) => html`<tr><th scope="row">${shard}</th><td class="text"><svg class="share-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width="${((100 * records) / most).toFixed(1)}" height="8"/></svg></td><td>${formatRatio(records)}</td><td>${formatRatio(bytes)}</td></tr>`)}</tbody></table></div>
${hidden > 0 ? html`<p class="hint">and ${formatCount(hidden)} less busy shards</p>` : undefined}</section>`;
}

function prices(plan: Plan): Markup {
  const { aggregation, growth } = plan;
  const rows = [
    ...onDemandTexts(plan),
    ...(aggregation === null ? [] : [['aggregation', aggregation.reason] as const]),
    ...(growth === null ? [] : [['growth', growthText(growth)] as const]),
  ];
  return html`<section class="card"><h2>Price per month, and growth</h2><p class="hint">With ${priceText(plan.prices)}. Sources: ${plan.prices.sources.join('; ')}.</p>
<table class="facts"><tbody>${rows.map(([name, text]) => html`<tr><th scope="row">${name}</th><td class="text">${text}</td></tr>`)}</tbody></table></section>`;
}

function verification({ verification: done }: Plan): Markup | undefined {
  if (done === null) return undefined;
  return html`<section class="card"><h2>Verification</h2><p class="hint">Runs of the same load on the engine, with the limits of AWS. The prediction is ${verificationWords(done)}.</p>${done.runs.map(verifiedRun)}</section>`;
}

function verifiedRun({ shards, outcome, why, isSloHeld, metrics }: VerifiedRun): Markup {
  const title = html`<h3>${formatCount(shards)} ${shards === 1 ? 'shard' : 'shards'}</h3>`;
  if (outcome === 'invalid')
    return html`${title}<p class="note">The run is invalid and proves nothing: ${why ?? ''}</p>`;
  return html`${title}<p class="hint">${sloText(isSloHeld)}</p><div class="scroll"><table><thead><tr><th scope="col">metric</th><th scope="col">predicted</th><th scope="col">measured</th><th scope="col">tolerance</th><th scope="col"></th></tr></thead>
<tbody>${metrics.map((metric) => html`<tr><th scope="row">${metric.name}</th><td>${valueText(metric, metric.predicted)}</td><td>${valueText(metric, metric.measured)}</td><td>±${valueText(metric, metric.tolerance)}</td><td class="${metric.isHeld ? 'good' : 'bad'}">${metric.isHeld ? '✓' : '✗'}</td></tr>`)}</tbody></table></div>`;
}
