import { formatCount } from '../format/numbers.ts';
import { PIECES_MIN } from '../statistics/block-bootstrap.ts';
import { RUNS_MIN } from '../statistics/runs-needed.ts';
import { hanging, type Line } from '../text/render-lines.ts';
import { changeText } from './change-text.ts';
import type { MetricComparison, Pair, Side } from './comparison.ts';
import { headlineOf } from './sentence.ts';

/** Renders what the intervals of a pair cover and what they do not, to prevent overinterpretation. */
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
  'Slow and fast seconds last long compared with these short runs: the intervals may still be too narrow. Run longer.';

const BASIS_TEXTS = {
  seconds:
    'Intervals are 95%, from blocks of seconds within the runs. They do not cover differences between runs: for a verdict use gate.',
  records: `Fewer than ${PIECES_MIN} recorded seconds: intervals are 95% only for independent records, and records depend on each other. Expect the intervals to be too narrow. They do not cover differences between runs.`,
  runs: 'Intervals are 95% and cover differences between runs: the run is the unit, and values are medians over runs.',
  none: 'There are no intervals, because a single run on a side does not show how runs differ.',
} as const;

/** States the number of runs needed if there are too few. */
function runsTexts(base: Side, { side, spans }: Pair, floorRatio: number): string[] {
  const fewest = Math.min(base.runs.length, side.runs.length);
  if (base.runs.length === 1 && side.runs.length === 1) return [];
  const metrics = headlineOf(spans)?.metrics.filter(({ name }) => name === 'p50' || name === 'p99') ?? [];
  const open = metrics.filter((metric) => fewest < RUNS_MIN || isOpen(metric, floorRatio));
  const needs = open.flatMap(({ name, runsNeeded }) => {
    if (runsNeeded === null) return [];
    return [`${formatCount(Math.max(RUNS_MIN, runsNeeded))} at ${name}`];
  });
  if (needs.length === 0) return fewest < RUNS_MIN ? [`Make at least ${RUNS_MIN} runs per side.`] : [];
  const floor = changeText(1 + floorRatio).slice(1);
  return [
    `Too few runs: with the variation of these, finding a change of ${floor} four times out of five needs ${needs.join(' and ')} per side.`,
  ];
}

/** True if the change is above the floor and its interval does not exclude chance. */
function isOpen({ change }: MetricComparison, floorRatio: number): boolean {
  return change !== null && change.effect === 'same' && Math.abs(change.ratio - 1) >= floorRatio;
}
