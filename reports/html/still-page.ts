import { type Content, html, type Markup } from './markup.ts';
import { pageAssets } from './page-assets.ts';
import { pageShell } from './page-shell.ts';

export interface StillPage {
  readonly title: string;
  /** The subject of the page, such as `How many shards: a plan`. */
  readonly about: string;
  readonly seed: number;
  /** When the content was measured or computed, as an ISO time. */
  readonly at: string;
  readonly toolVersion: string;
  /** The kind of file that the page shows, such as `plan.json`. */
  readonly source: string;
  readonly main: Content;
}

/** Renders a self-contained page whose charts are drawn in advance, in the style of the page of a run. */
export function stillPage({ title, about, seed, at, toolVersion, source, main }: StillPage): string {
  const { style, stillScript } = pageAssets();
  const subtitle = `${about}, seed ${seed}, ${at.slice(0, 16).replace('T', ' ')} UTC`;
  const footer = `Created by streamgauge ${toolVersion} from one ${source}. This page loads nothing from the network.`;
  return pageShell({ title, subtitle, main, footer, style, script: stillScript }, "'none'");
}

/** Renders the first card of such a page. @param sign repeats the ruling, so that its meaning does not depend on colour. */
export function rulingCard(isGood: boolean, sign: string, ruling: string, body: Content): Markup {
  return html`<section class="verdict ${isGood ? 'passed' : 'failed'}">
<p class="ruling"><span class="sign" aria-hidden="true">${sign}</span><strong>${ruling}</strong></p>
${body}
</section>`;
}

/** Renders the thresholds that a search had to meet. */
export function sloParagraph(thresholds: readonly string[], isDefault = false): Markup {
  const list = thresholds.map((text, index) => html`${index > 0 ? ', ' : undefined}<code>${text}</code>`);
  return html`<p class="validity">SLO: ${list}${isDefault ? ' (default)' : ''}</p>`;
}
