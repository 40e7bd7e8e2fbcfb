import type { Result } from '../result/result.ts';
import { phaseRateRows } from '../text/rate-text.ts';
import { html, type Markup } from './markup.ts';

/** Renders the rate of each phase if phases differ in rate: their mean is the rate of none. */
export function ratesSection(results: readonly Result[], labels: readonly string[]): Markup | undefined {
  const tables = results.flatMap(({ summary }, i) => {
    const { rows, hidden } = phaseRateRows(summary);
    if (rows.length === 0) return [];
    const caption = results.length > 1 ? html`<caption>${labels[i]}</caption>` : undefined;
    const body = rows.map(([name = '', achieved = '', intended = '', share = '', length = '']) => {
      const cells = [achieved, intended.replace('of ', ''), share.replace(/[()]/gu, ''), length.replace('for ', '')];
      return html`<tr><th scope="row" class="text">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`;
    });
    return [
      html`<div class="scroll"><table>${caption}<thead><tr><th scope="col" class="text">phase</th><th scope="col">achieved</th><th scope="col">intended</th><th scope="col">share</th><th scope="col">length</th></tr></thead>
<tbody>${body}</tbody></table></div>${hidden > 0 ? html`<p class="hint">and ${hidden} more phases</p>` : undefined}`,
    ];
  });
  if (tables.length === 0) return undefined;
  return html`<section class="card" id="phases"><h2>Rate by phase</h2><p class="hint">Recorded phases. The rate at the top of the page is their mean.</p>${tables}</section>`;
}
