import { formatDuration } from '../format/numbers.ts';
import { html, type Markup } from './markup.ts';

export interface BarRow {
  readonly label: string;
  readonly meaning: string;
  /** A class of page.css. */
  readonly colour: string;
  readonly startNs: number;
  /** null draws an empty lane: the value is unknown. */
  readonly ns: number | null;
  /** End of the lane, the same for all rows of a picture; above 0. */
  readonly endNs: number;
}

/** Minimum width of a bar, of 100, so that any value above 0 is visible. */
const WIDTH_MIN = 0.3;

/** Renders a label, a bar at its place in the lane, and its time. */
export function barRow({ label, meaning, colour, startNs, ns, endNs }: BarRow): Markup {
  const [x, width] = [(100 * startNs) / endNs, (100 * (ns ?? 0)) / endNs];
  return html`<div class="bar-row"><span title="${meaning}">${label}</span><svg class="bar ${colour}" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="lane" width="100" height="10"/><rect x="${x.toFixed(3)}" width="${Math.max((ns ?? 0) > 0 ? WIDTH_MIN : 0, width).toFixed(3)}" height="10"/></svg><b>${ns === null ? '-' : formatDuration(ns)}</b></div>`;
}
