import { formatDuration } from '../text/format.ts';
import { html, type Markup } from './markup.ts';

export interface BarRow {
  readonly words: string;
  readonly meaning: string;
  /** A class of page.css. */
  readonly colour: string;
  readonly startNs: number;
  /** null: not known, an empty lane. */
  readonly ns: number | null;
  /** Where the lane ends, the same for all rows of a picture; above 0. */
  readonly endNs: number;
}

/** Of 100: what is something can be seen. */
const LEAST_WIDTH = 0.3;

/** Words, a bar where it stands in its lane, and its time. */
export function barRow({ words, meaning, colour, startNs, ns, endNs }: BarRow): Markup {
  const [x, width] = [(100 * startNs) / endNs, (100 * (ns ?? 0)) / endNs];
  return html`<div class="bar-row"><span title="${meaning}">${words}</span><svg class="bar ${colour}" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="lane" width="100" height="10"/><rect x="${x.toFixed(3)}" width="${Math.max((ns ?? 0) > 0 ? LEAST_WIDTH : 0, width).toFixed(3)}" height="10"/></svg><b>${ns === null ? '-' : formatDuration(ns)}</b></div>`;
}
