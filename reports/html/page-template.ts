import { type Content, html, Markup } from './markup.ts';
import type { PageAssets } from './page-assets.ts';
import { pageShell } from './page-shell.ts';
import type { PhaseSpan } from './report-data.ts';

export interface PageParts {
  readonly title: string;
  readonly subtitle: string;
  /** Sections above the charts. */
  readonly before: Content;
  /** Sections below the charts. */
  readonly after: Content;
  readonly waterfall: Content;
  readonly phases: readonly PhaseSpan[];
  readonly labels: readonly string[];
  readonly hasBehind: boolean;
  /** Numbers for the charts; undefined for a page that receives them while it is open. */
  readonly data: Markup | undefined;
  readonly footer: string;
}

/**
 * Renders the page of a run: its charts between the sections that need no script.
 * @param connect see pageShell.
 */
export function pageDocument(parts: PageParts, assets: PageAssets, connect: "'self'" | "'none'"): string {
  const main = html`<div id="before">${parts.before}</div>
<noscript><p class="note">Charts and their tables need JavaScript, which this page includes. Everything else is readable without it.</p></noscript>
<div id="charts">
${toolbar(parts)}
${chartCards(parts)}
</div>
<div id="after">${parts.after}</div>`;
  const { title, subtitle, footer, data } = parts;
  const { style, library, script } = assets;
  return pageShell({ title, subtitle, main, footer, data, style, library, script }, connect);
}

function toolbar({ phases }: PageParts): Markup {
  return html`<div class="toolbar" role="toolbar" aria-label="Time and scale"><span class="toolbar-label">Show</span>
<button id="whole" type="button" disabled>whole run</button>
${phases.map(({ name, workload, fromSeconds, toSeconds }) => html`<button type="button" data-from="${fromSeconds}" data-to="${toSeconds}">${workload === undefined ? name : `${workload}: ${name}`}</button>`)}
<label class="switch"><input type="checkbox" id="log"> logarithmic latency</label></div>`;
}

const KEYS_HELP =
  'Left and right arrows read values; with Shift they pan. Plus and minus zoom; 0 shows the whole run. A table follows.';

function chartCards({ labels, hasBehind, waterfall }: PageParts): Content {
  const isOverlay = labels.length > 1;
  return [
    card(
      'latency',
      'Put-to-get over time',
      'From the intended time to receipt, all consumers together, by the second in which records arrived. Drag to zoom; double-click for the whole run.',
    ),
    card('rate', 'Rate', 'Records due, acknowledged and throttled per second.'),
    card(
      'curve',
      'Percentiles',
      `Each step to the right is ten times closer to 100%. Uncorrected is what a tool without intended times would show${isOverlay ? ', dotted' : ''}.`,
    ),
    html`<div id="waterfall-room">${waterfall}</div>`,
    heatCard(labels),
    card(
      'lag',
      'Consumer lag',
      'Records acknowledged and not yet read by the slowest consumer, at the end of each second.',
    ),
    ...(hasBehind
      ? [
          card(
            'behind',
            'Behind the tip',
            "Reported by the target: how far the slowest consumer's next record is from the tip of its shard.",
          ),
        ]
      : []),
  ];
}

/** The page shows and fills this if there are silences. */
const SILENCE_KEY = html`<p class="silence-key" hidden></p>
`;

function card(name: string, title: string, hint: string): Markup {
  return html`<section class="card" id="${name}"><h2>${title}</h2><p class="hint">${hint}</p>
<div class="chart" id="chart-${name}" tabindex="0" role="group" aria-label="${title}: chart. ${name === 'curve' ? 'A table follows.' : KEYS_HELP}"></div>
${name === 'curve' ? undefined : SILENCE_KEY}${tableDetails(name)}</section>`;
}

function heatCard(labels: readonly string[]): Markup {
  const metrics = [
    ['acked', 'rate'],
    ['throttled', 'throttles'],
    ['p99', 'p99'],
  ] as const;
  return html`<section class="card" id="heat"><h2>Shards over time</h2><p class="hint">One row per shard. If several seconds share a pixel, it shows the highest.</p>
<div class="heat-tools"><fieldset class="segments"><legend class="unseen">Metric shown by the colours</legend>${metrics.map(([value, words], i) => html`<label><input type="radio" name="heat-metric" value="${value}"${i === 0 ? new Markup(' checked') : undefined}><span>${words}</span></label>`)}</fieldset>
${labels.length > 1 ? html`<label class="pick">run <select>${labels.map((label, i) => html`<option value="${i}">${label}</option>`)}</select></label>` : undefined}
<span class="scale" data-scale></span></div>
<div class="heat-room"><canvas tabindex="0" role="img" aria-label="Heat map of shards over time. Arrow keys move from cell to cell; plus and minus zoom; 0 shows the whole run. A table follows."></canvas></div>
<output class="readout" data-readout></output>${SILENCE_KEY}
${tableDetails('heat')}</section>`;
}

function tableDetails(name: string): Markup {
  return html`<details data-table="${name}"><summary>Table</summary><div class="scroll table-room"></div></details>`;
}
