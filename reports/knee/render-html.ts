import { formatDuration } from '../format/numbers.ts';
import { rateBelow } from '../format/rate-bounds.ts';
import { type Content, html, type Markup } from '../html/markup.ts';
import { rulingCard, sloParagraph, stillPage } from '../html/still-page.ts';
import { textOf } from '../text/render-lines.ts';
import { capacityCurve, demandCurve, fitCapacity } from './capacity.ts';
import { fitSentences } from './capacity-text.ts';
import { judgeTrial } from './judge-trial.ts';
import type { Knee } from './knee.ts';
import { capacityChart, KNEE_CHART_LEGEND, kneeChart } from './knee-chart.ts';
import type { KneeResult, KneeSearch } from './knee-result.ts';
import { endingSentence, kneeSentences, shortKnee } from './knee-text.ts';
import { objectiveText, outcomeSegment, shownObjective } from './render-trials.ts';

const SIGNS: Readonly<Record<Knee['kind'], string>> = { found: '✓', above: '>', never: '✗', unfinished: '?' };

/** Renders the knee as one self-contained page. Pure over the result. */
export function renderKneeHtml(result: KneeResult): string {
  const { scenario, searches, startedAt, toolVersion, notes } = result;
  const isOneOfMany = searches.length > 1;
  const main: Content = [
    isOneOfMany ? capacitySection(result) : searches.map((search) => verdict(result, search)),
    searches.map((search, i) => searchSection(search, isOneOfMany, i === 0)),
    notes.length === 0
      ? undefined
      : html`<section class="card"><h2>Notes</h2><ul>${notes.map((note) => html`<li>${note}</li>`)}</ul></section>`,
  ];
  const { name: title, target, seed } = scenario;
  const about = `The highest sustainable rate on ${target}`;
  return stillPage({ title, about, seed, at: startedAt, toolVersion, source: 'knee.json', main });
}

function verdict(result: KneeResult, search: KneeSearch): Markup {
  const { knee } = search;
  const sentences = kneeSentences(search).map((sentence) => html`<p class="note">${sentence}</p>`);
  return rulingCard(knee.kind === 'found', SIGNS[knee.kind], shortKnee(knee), [sentences, conditions(result)]);
}

/** The thresholds of the search, and why it ended early, if it did. */
function conditions(result: KneeResult): Content {
  const ending = endingSentence(result);
  return [
    ending === undefined ? undefined : html`<p class="note"><b>${ending}</b></p>`,
    sloParagraph(result.objectives),
  ];
}

function capacitySection(result: KneeResult): Content {
  const { searches } = result;
  const curve = capacityCurve(searches);
  const most = curve.at(-1);
  const ruling =
    most === undefined
      ? 'No knee at any shard count'
      : `${most.shards} shards sustain ${rateBelow(most.sustainablePerSecond)}`;
  const rows = searches.map(
    ({ shards, knee }) => html`<tr><th scope="row">${shards ?? '?'}</th><td class="text">${shortKnee(knee)}</td></tr>`,
  );
  const steps = demandCurve(curve).map(
    ({ shards, upToPerSecond }) => html`<tr><th scope="row">${rateBelow(upToPerSecond)}</th><td>${shards}</td></tr>`,
  );
  return [
    rulingCard(most !== undefined, most === undefined ? '✗' : '✓', ruling, conditions(result)),
    html`<section class="card"><h2>Capacity: shards to rate</h2>${capacityChart(curve)}
<div class="scroll"><table><thead><tr><th scope="col">shards</th><th scope="col" class="text">knee</th></tr></thead><tbody>${rows}</tbody></table></div>
${fitSentences(fitCapacity(curve)).map((sentence) => html`<p class="hint">${sentence}</p>`)}</section>`,
    html`<section class="card"><h2>Demand: rate to shards</h2><div class="scroll"><table><thead><tr><th scope="col">up to</th><th scope="col">fewest shards</th></tr></thead><tbody>${steps}</tbody></table></div></section>`,
  ];
}

function searchSection(search: KneeSearch, isOneOfMany: boolean, isFirst: boolean): Markup {
  const { shards, rules, trials } = search;
  const title = isOneOfMany ? `The search with ${shards ?? '?'} ${shards === 1 ? 'shard' : 'shards'}` : 'The search';
  const hint = `${trials.length} trials of ${formatDuration(rules.trialNs)}.`;
  return html`<section class="card"${isFirst ? html` id="charts"` : undefined}><h2>${title}</h2><p class="hint">${hint}</p>
${isOneOfMany ? html`<p class="note">${shortKnee(search.knee)}. ${kneeSentences(search).join(' ')}</p>` : undefined}
${KNEE_CHART_LEGEND}${kneeChart(search)}
<div class="scroll"><table><thead><tr><th scope="col">trial</th><th scope="col">rate</th><th scope="col">achieved</th><th scope="col">objective</th><th scope="col">backlog growth per second</th><th scope="col" class="text">outcome</th></tr></thead>
<tbody>${trials.map((trial, i) => trialRow(trial, i, rules.trialNs))}</tbody></table></div></section>`;
}

function trialRow({ request, measured }: KneeSearch['trials'][number], index: number, trialNs: number): Markup {
  const shown = shownObjective(measured.objectives);
  const growth = measured.backlog?.growthPerSecond;
  const judgement = judgeTrial(measured, trialNs);
  const after = request.afterOverloadPerSecond === undefined ? '' : ', after an overload';
  const style = judgement.kind === 'sustainable' ? 'good' : judgement.kind === 'unsustainable' ? 'bad' : '';
  return html`<tr><th scope="row">${index + 1}</th><td>${rateBelow(request.ratePerSecond)}</td><td>${rateBelow(measured.achievedPerSecond)}</td><td>${shown === undefined ? '-' : objectiveText(shown)}</td><td>${growth === undefined ? '-' : growth.toFixed(1)}</td><td class="text ${style}">${textOf(outcomeSegment(judgement))}${after}</td></tr>`;
}
