import { formatCount, formatRatio } from '../format/numbers.ts';
import { html, type Markup } from '../html/markup.ts';
import type { PlannedCount } from './plan.ts';

const WIDTH = 760;
const HEIGHT = 300;
const LEFT = 58;
const RIGHT = 64;
const TOP = 34;
const BOTTOM = 40;
const TICKS = 4;

/**
 * Draws shard counts against the throttled share (a line, left axis) and the price (bars, right axis), with the
 * recommendation marked. The picture needs no script: its colours come from the style of the page.
 */
export function planChart(counts: readonly PlannedCount[], recommended: number | null): Markup {
  const throttledMax = niceMax(Math.max(0.01, ...counts.map(({ throttledRecordsRatio }) => throttledRecordsRatio)));
  const usdMax = niceMax(Math.max(1, ...counts.map(({ monthlyUsd }) => monthlyUsd)));
  const slot = (WIDTH - LEFT - RIGHT) / counts.length;
  const floor = HEIGHT - BOTTOM;
  const xOf = (index: number) => LEFT + slot * (index + 0.5);
  const yOf = (ratio: number) => floor - ratio * (floor - TOP);
  const points = counts.map(
    ({ throttledRecordsRatio }, i) => `${round(xOf(i))},${round(yOf(throttledRecordsRatio / throttledMax))}`,
  );
  const chosen = counts.findIndex(({ shards }) => shards === recommended);
  return html`<svg class="plan-chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Shards against the share of records throttled and the price per month. A table follows.">
${chosen < 0 ? undefined : html`<rect class="chosen-ground" x="${round(xOf(chosen) - slot / 2)}" y="${TOP - 22}" width="${round(slot)}" height="${floor - TOP + 22}"/><text class="chosen-label" x="${round(xOf(chosen))}" y="${TOP - 8}" text-anchor="middle">recommended</text>`}
${Array.from({ length: TICKS + 1 }, (_, tick) => axisLine(tick / TICKS, yOf(tick / TICKS), throttledMax, usdMax))}
${counts.map(({ monthlyUsd }, i) => bar(xOf(i), yOf(monthlyUsd / usdMax), floor, slot))}
<polyline class="throttled" points="${points.join(' ')}"/>
${counts.map(({ isHeld, throttledRecordsRatio }, i) => html`<circle class="${isHeld ? 'held' : 'not-held'}" cx="${round(xOf(i))}" cy="${round(yOf(throttledRecordsRatio / throttledMax))}" r="5"/>`)}
${counts.map(({ shards }, i) => html`<text x="${round(xOf(i))}" y="${floor + 18}" text-anchor="middle">${formatCount(shards)}</text>`)}
<text x="${round(LEFT + (WIDTH - LEFT - RIGHT) / 2)}" y="${HEIGHT - 4}" text-anchor="middle">shards</text>
</svg>`;
}

export const PLAN_CHART_LEGEND = html`<p class="plan-legend"><span><i></i>records throttled (left)</span><span><i class="price"></i>price per month (right)</span><span><i class="held"></i>holds the SLO</span></p>`;

function axisLine(ratio: number, y: number, throttledMax: number, usdMax: number): Markup {
  return html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(y)}" y2="${round(y)}"/><text x="${LEFT - 8}" y="${round(y + 4)}" text-anchor="end">${ratio === 0 ? '0%' : formatRatio(ratio * throttledMax)}</text><text x="${WIDTH - RIGHT + 8}" y="${round(y + 4)}">$${formatCount(ratio * usdMax)}</text>`;
}

function bar(x: number, y: number, floor: number, slot: number): Markup {
  const width = Math.min(46, slot * 0.5);
  return html`<rect class="price" x="${round(x - width / 2)}" y="${round(y)}" width="${round(width)}" height="${round(Math.max(0, floor - y))}" rx="2"/>`;
}

/** Rounds up to 1, 2, 4 or 8 times a power of ten, so that quarters of it are round. */
function niceMax(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 4, 8].find((factor) => factor * power >= value * 0.999) ?? 10);
}

const round = (value: number): number => Number(value.toFixed(1));
