import { type Content, html, jsonForScript, type Markup } from '../html/markup.ts';
import { pageAssets } from '../html/page-assets.ts';
import { pageDocument } from '../html/page-template.ts';
import { phaseSpans, runData } from '../html/run-data.ts';
import { environmentSection } from '../html/section-environment.ts';
import { COST_HEAD, COST_NOTE, costCells } from './cost-text.ts';
import { type NumberCell, type NumberTable, numberTables } from './number-tables.ts';
import { pooledResult } from './pooled-result.ts';
import {
  endingText,
  intervalNote,
  markNote,
  numbersNotes,
  outcomeText,
  roundNumbers,
  roundsText,
} from './round-text.ts';
import { type RoundResult, type SideBySide, sidesWithNumbers } from './side-by-side.ts';

/** Renders a comparison of targets as one self-contained page, with the curves of all targets laid over each other. */
export function renderSideBySideHtml(comparison: SideBySide, rounds: readonly RoundResult[]): string {
  const { scenario, sides, toolVersion, startedAt } = comparison;
  const shown = sidesWithNumbers(comparison, rounds);
  const runs = shown.map(({ name, results }) => ({ name, result: pooledResult(results) }));
  const [first] = runs;
  const ending = endingText(comparison);
  return pageDocument(
    {
      title: `${scenario.name}: ${sides.map(({ name }) => name).join(', ')}`,
      subtitle: `${roundsText(comparison)}, ${startedAt.slice(0, 16).replace('T', ' ')} UTC${ending === undefined ? '' : `. ${ending}`}`,
      before: [
        summarySection(comparison),
        unfairSection(comparison),
        guaranteeSection(comparison),
        costSection(comparison),
        numberSection(comparison),
      ],
      waterfall: undefined,
      after: [
        roundSection(rounds),
        runs.length === 0
          ? undefined
          : environmentSection(
              shown.map(({ results }) => results[0]),
              shown.map(({ name }) => name),
            ),
      ],
      phases: first === undefined ? [] : phaseSpans(first.result.scenario),
      labels: runs.map(({ name }) => name),
      hasBehind: runs.some(({ result }) => result.series.some(({ gauges }) => gauges.behindMs !== undefined)),
      data: jsonForScript({ runs: runs.map(({ name, result }) => runData(result, name)) }),
      footer: `Created by streamgauge ${toolVersion} from ${rounds.length} results. In charts, a second is that second of all rounds of a target. This page loads nothing from the network.`,
    },
    pageAssets(),
    "'none'",
  );
}

function summarySection(comparison: SideBySide): Markup {
  const { sentences, sides } = comparison;
  const mark = markNote(comparison);
  const lines = [...sentences, ...numbersNotes(comparison)];
  return html`<section class="card" id="summary"><h2>In short</h2>
${lines.map((sentence) => html`<p class="note"><b>${sentence}</b></p>`)}
<p class="hint">${[intervalNote(comparison), mark].filter((note) => note !== undefined).join(' ')}</p>
<div class="scroll"><table class="facts"><tbody>${sides.map(({ name, place, given }) => html`<tr><th scope="row">${name}</th><td class="text">${place}</td><td class="text"><code>${given}</code></td></tr>`)}</tbody></table></div></section>`;
}

function unfairSection({ unfair, base }: SideBySide): Content {
  if (base === null) return undefined;
  const hint =
    unfair.length === 0
      ? 'Nothing was found that makes this unfair.'
      : 'Read it before the numbers: found in the settings and the runs.';
  const rows = unfair.map(
    ({ topic, found, fix }) =>
      html`<tr><th scope="row">${topic}</th><td class="text">${found}</td><td class="text">${fix}</td></tr>`,
  );
  return html`<section class="card" id="unfair"><h2>What makes this unfair</h2><p class="hint">${hint}</p>
${rows.length === 0 ? undefined : html`<div class="scroll"><table class="facts"><thead><tr><th scope="col" class="text">topic</th><th scope="col" class="text">found</th><th scope="col" class="text">to make it fair</th></tr></thead><tbody>${rows}</tbody></table></div>`}</section>`;
}

const GUARANTEES = [
  ['durability', ({ durability }) => durability],
  ['order', ({ order }) => order],
  ['delivery', ({ delivery }) => delivery],
  ['client', ({ client }) => client],
  ['keys', ({ routing }) => routing],
  ['compression', ({ compression }) => compression],
] as const satisfies readonly (readonly [
  string,
  (facts: NonNullable<SideBySide['sides'][number]['facts']>) => string,
])[];

function guaranteeSection({ sides }: SideBySide): Markup {
  const rows = GUARANTEES.map(
    ([topic, textOf]) =>
      html`<tr><th scope="row">${topic}</th>${sides.map(({ facts }) => html`<td class="text">${facts === null ? 'not stated' : textOf(facts)}</td>`)}</tr>`,
  );
  return html`<section class="card" id="guarantees"><h2>What each guarantees</h2><div class="scroll"><table class="facts"><thead><tr><th></th>${sides.map(({ name }) => html`<th scope="col" class="text">${name}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function costSection({ sides }: SideBySide): Content {
  if (sides.every(({ cost }) => cost === null)) return undefined;
  const rows = sides.map((side) => {
    const [hour, month, million, what] = costCells(side);
    return html`<tr><th scope="row">${side.name}</th><td>${hour}</td><td>${month}</td><td>${million}</td><td class="text">${what}</td></tr>`;
  });
  return html`<section class="card" id="cost"><h2>What each costs</h2><p class="hint">${COST_NOTE}</p><div class="scroll"><table><thead><tr><th></th>${COST_HEAD.map((head, i) => html`<th scope="col"${i === 3 ? html` class="text"` : undefined}>${head}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function numberSection(comparison: SideBySide): Content {
  const { base, sides } = comparison;
  if (base === null) return undefined;
  const others = sides.filter(({ name, validRounds }) => name !== base && validRounds > 0).map(({ name }) => name);
  const names = [base, ...others];
  return html`<section class="card" id="numbers"><h2>Numbers</h2><p class="hint">Changes are compared with ${base}.</p>
${numberTables(comparison, names).map((table) => numberTable(table, names))}</section>`;
}

function numberTable({ title, note, rows }: NumberTable, names: readonly string[]): Markup {
  const [base = '', ...others] = names;
  const isCompared = rows.some(({ cells }) => cells.some(({ change }) => change !== ''));
  const heads = [base, ...others.flatMap((name) => (isCompared ? [name, `${name}/${base}`, '95% interval'] : [name]))];
  const body = rows.map(({ label, cells }) => {
    const [first, ...rest] = cells as [NumberCell, ...NumberCell[]];
    return html`<tr><th scope="row">${label}</th>${valueCell(first)}${rest.map((cell) => [valueCell(cell), isCompared ? changeCells(cell) : undefined])}</tr>`;
  });
  return html`<div class="scroll"><table><caption>${title} <span class="more">${note}</span></caption><thead><tr><th></th>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${body}</tbody></table></div>`;
}

const valueCell = ({ value, isFault }: NumberCell): Markup => html`<td class="${isFault ? 'bad' : ''}">${value}</td>`;

function changeCells({ change, range, effect }: NumberCell): Markup {
  const style = effect === 'slower' ? 'bad' : effect === 'faster' ? 'good' : '';
  return html`<td class="${style}">${change}</td><td class="more">${range}</td>`;
}

function roundSection(rounds: readonly RoundResult[]): Markup {
  const rows = rounds.map(({ round, result }) => {
    const isValid = round.outcome.kind === 'valid' && result !== undefined;
    const numbers = isValid ? roundNumbers(result) : ['-', '-', '-'];
    return html`<tr><th scope="row">${round.round}</th><td class="text">${round.side}</td>${numbers.map((text) => html`<td>${text}</td>`)}<td class="text">${outcomeText(round.outcome)}</td></tr>`;
  });
  return html`<section class="card" id="rounds"><h2>Rounds</h2><p class="hint">In the order in which they ran. Only valid rounds have numbers.</p><div class="scroll"><table><thead><tr><th scope="col">round</th><th scope="col" class="text">target</th><th scope="col">p50</th><th scope="col">p99</th><th scope="col">achieved</th><th scope="col" class="text">outcome</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}
