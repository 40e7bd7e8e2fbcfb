import { formatCount } from '../format/numbers.ts';
import { rateAbove, rateBelow } from '../format/rate-bounds.ts';
import { type Content, html, type Markup } from '../html/markup.ts';
import { uslThroughput } from '../statistics/usl.ts';
import { metricText } from '../verdict/metric.ts';
import { parseThreshold } from '../verdict/threshold-grammar.ts';
import { type CapacityPoint, fitCapacity } from './capacity.ts';
import { type CurvePoint, curvePoints, logScale } from './curve-points.ts';
import type { KneeSearch } from './knee-result.ts';
import { shownObjective } from './render-trials.ts';

const WIDTH = 760;
const HEIGHT = 300;
const LEFT = 78;
const RIGHT = 24;
const TOP = 20;
const BOTTOM = 44;
const FLOOR = HEIGHT - BOTTOM;
const FIT_STEPS = 60;

const CLASSES: Readonly<Record<CurvePoint['kind'], string>> = {
  sustainable: 'held',
  unsustainable: 'not-held',
  invalid: 'not-valid',
};

export const KNEE_CHART_LEGEND = html`<p class="plan-legend"><span><i class="held"></i>sustainable</span><span><i class="not-held"></i>not sustainable</span><span><i class="not-valid"></i>invalid: the generator was the limit</span></p>`;

/**
 * Draws the first objective against the rate, both on logarithmic scales. The picture needs no script: its colours come from
 * the style of the page.
 */
export function kneeChart(search: KneeSearch): Markup | undefined {
  const points = curvePoints(search).filter(({ value }) => value > 0);
  const objective = shownObjective(search.trials[0]?.measured.objectives ?? []);
  if (points.length < 2 || objective === undefined) return undefined;
  const { metric, limit } = parseThreshold(objective.text);
  const values = [...points.map(({ value }) => value), ...(limit > 0 ? [limit] : [])];
  const rates = points.map(({ ratePerSecond }) => ratePerSecond);
  const [bottom, top] = [Math.min(...values), Math.max(...values)];
  const [lowest, highest] = [Math.min(...rates), Math.max(...rates)];
  const [xScale, yScale] = [logScale(lowest, highest), logScale(bottom, top)];
  const xOf = (rate: number) => LEFT + xScale(rate) * (WIDTH - LEFT - RIGHT);
  const yOf = (value: number) => FLOOR - yScale(value) * (FLOOR - TOP);
  const name = objective.text.split(/[<>=]/u, 1)[0]!.trim();
  const knee = search.knee.sustainablePerSecond;
  return picture(`${name} by rate. A table follows.`, [
    [top, bottom].map((value) => valueLine(metricText(metric, value), yOf(value))),
    limit > 0 ? limitLine(metricText(metric, limit), yOf(limit)) : undefined,
    knee === null || knee < lowest
      ? undefined
      : html`<line class="knee-limit" x1="${round(xOf(knee))}" x2="${round(xOf(knee))}" y1="${TOP}" y2="${FLOOR}"/><text class="chosen-label" x="${round(xOf(knee) - 6)}" y="${TOP + 12}" text-anchor="end">${rateBelow(knee)}</text>`,
    points.map(
      ({ ratePerSecond, value, kind }) =>
        html`<circle class="${CLASSES[kind]}" cx="${round(xOf(ratePerSecond))}" cy="${round(yOf(value))}" r="5"/>`,
    ),
    html`<text x="${LEFT}" y="${FLOOR + 18}">${rateBelow(lowest)}</text><text x="${WIDTH - RIGHT}" y="${FLOOR + 18}" text-anchor="end">${rateAbove(highest)}</text>`,
    html`<text x="${round(LEFT + (WIDTH - LEFT - RIGHT) / 2)}" y="${HEIGHT - 6}" text-anchor="middle">rate; both scales are logarithmic</text>`,
  ]);
}

/** Draws shards against the rate that they sustain, and the fit within its reach. Both scales start at 0. */
export function capacityChart(curve: readonly CapacityPoint[]): Markup | undefined {
  if (curve.length < 2) return undefined;
  const capacityFit = fitCapacity(curve);
  const isFitted = capacityFit.kind === 'fitted';
  const shardsMax = isFitted ? capacityFit.reachShards : curve.at(-1)!.shards;
  const fitted = isFitted
    ? Array.from({ length: FIT_STEPS + 1 }, (_, i) => {
        const shards = 1 + ((shardsMax - 1) * i) / FIT_STEPS;
        return { shards, perSecond: uslThroughput(capacityFit.fit, shards) };
      })
    : [];
  const most = Math.max(
    ...curve.map(({ sustainablePerSecond }) => sustainablePerSecond),
    ...fitted.map(({ perSecond }) => perSecond),
  );
  const xOf = (shards: number) => LEFT + (shards / shardsMax) * (WIDTH - LEFT - RIGHT);
  const yOf = (perSecond: number) => FLOOR - (perSecond / most) * (FLOOR - TOP);
  const at = (shards: number, perSecond: number) => `${round(xOf(shards))},${round(yOf(perSecond))}`;
  return picture('Shards against the rate that they sustain. A table follows.', [
    [most, most / 2, 0].map((perSecond) => valueLine(perSecond === 0 ? '0' : rateBelow(perSecond), yOf(perSecond))),
    fitted.length === 0
      ? undefined
      : html`<polyline class="knee-fit" points="${fitted.map(({ shards, perSecond }) => at(shards, perSecond)).join(' ')}"/>`,
    html`<polyline class="knee-curve" points="${curve.map(({ shards, sustainablePerSecond }) => at(shards, sustainablePerSecond)).join(' ')}"/>`,
    curve.map(
      ({ shards, sustainablePerSecond, isLowerBound }) =>
        html`<circle class="${isLowerBound ? 'not-valid' : 'held'}" cx="${round(xOf(shards))}" cy="${round(yOf(sustainablePerSecond))}" r="5"/><text x="${round(xOf(shards))}" y="${FLOOR + 18}" text-anchor="middle">${formatCount(shards)}</text>`,
    ),
    html`<text x="${round(LEFT + (WIDTH - LEFT - RIGHT) / 2)}" y="${HEIGHT - 6}" text-anchor="middle">shards${isFitted ? '; dotted: the USL fit within its reach' : ''}</text>`,
  ]);
}

function picture(label: string, content: Content): Markup {
  return html`<svg class="plan-chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">${content}</svg>`;
}

function valueLine(text: string, y: number): Markup {
  return html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(y)}" y2="${round(y)}"/><text x="${LEFT - 8}" y="${round(y + 4)}" text-anchor="end">${text}</text>`;
}

function limitLine(text: string, y: number): Markup {
  return html`<line class="knee-limit" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(y)}" y2="${round(y)}"/><text x="${LEFT + 6}" y="${round(y - 5)}">limit ${text}</text>`;
}

const round = (value: number): number => Number(value.toFixed(1));
