import { formatCount } from '../format/numbers.ts';
import { FEWEST_PIECES } from '../statistics/block-bootstrap.ts';
import { FEWEST_RUNS } from '../statistics/runs-needed.ts';
import { hanging, type Line } from '../text/render-lines.ts';
import { changeText } from './change-text.ts';
import type { MetricComparison, Pair, Side } from './comparison.ts';
import { headlineOf } from './sentence.ts';

/** What the intervals of a pair cover, and what they do not: without it they would be read as more. */
export function basisNotes(base: Side, pair: Pair, floorRatio: number, width: number): Line[] {
  const headline = headlineOf(pair.spans);
  const basis = headline?.basis ?? 'none';
  const floor = `Changes below ${changeText(1 + floorRatio).slice(1)} count as none.`;
  const texts = [
    `${BASIS_TEXTS[basis]} ${floor}`,
    ...(headline?.isTooShort ? [TOO_SHORT_TEXT] : []),
    ...runsTexts(base, pair, floorRatio),
  ];
  return texts.flatMap((text) => hanging('', text, width, 'dim'));
}

const TOO_SHORT_TEXT =
  'Slow and fast seconds last long for runs as short as these: the intervals may still be too narrow. Run longer.';

const BASIS_TEXTS = {
  seconds:
    'Intervals are 95%, from blocks of seconds within the runs; differences between runs are not in them: for a verdict use gate.',
  records: `Fewer than ${FEWEST_PIECES} recorded seconds: intervals are 95% if records were independent, which they are not; expect them to be too narrow, and differences between runs are not in them.`,
  runs: 'Intervals are 95%, from run to run: the run is the unit, and values are medians over runs.',
  none: 'There are no intervals: a single run on a side does not tell how runs differ.',
} as const;

/** How many runs it would take, where there are too few to know. */
function runsTexts(base: Side, { side, spans }: Pair, floorRatio: number): string[] {
  const fewest = Math.min(base.runs.length, side.runs.length);
  if (base.runs.length === 1 && side.runs.length === 1) return [];
  const metrics = headlineOf(spans)?.metrics.filter(({ name }) => name === 'p50' || name === 'p99') ?? [];
  const open = metrics.filter((metric) => fewest < FEWEST_RUNS || isOpen(metric, floorRatio));
  const needs = open.flatMap(({ name, runsNeeded }) => {
    if (runsNeeded === null) return [];
    return [`${formatCount(Math.max(FEWEST_RUNS, runsNeeded))} at ${name}`];
  });
  if (needs.length === 0) return fewest < FEWEST_RUNS ? [`Make at least ${FEWEST_RUNS} runs a side.`] : [];
  const floor = changeText(1 + floorRatio).slice(1);
  return [
    `Too few runs to be sure: by how these differ, a change of ${floor} takes ${needs.join(' and ')} on each side to be found four times out of five.`,
  ];
}

/** More than the floor, and the interval cannot tell whether it is anything. */
function isOpen({ change }: MetricComparison, floorRatio: number): boolean {
  return change !== null && change.effect === 'same' && Math.abs(change.ratio - 1) >= floorRatio;
}
