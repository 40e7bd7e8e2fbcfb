import type { Interval } from '../result/result.ts';
import { producerTotals, selectCells } from '../summary/cells.ts';
import { loadedTime } from '../summary/measured-time.ts';
import type { Measurements } from '../summary/summary.ts';
import type { Threshold } from './threshold-grammar.ts';

/** One stretch of the series that a threshold with `over` must hold in. */
export interface Window {
  readonly startNs: number;
  readonly endNs: number;
  readonly intervals: readonly Interval[];
}

/** Intervals are cut by a timer; one that is off by this share of its length still counts as whole. */
const TIMER_TOLERANCE_RATIO = 0.05;

/**
 * The intervals in which a threshold can be judged, as stretches without a gap: their indexes in the series, because the series of a
 * long run is on disk.
 *
 * Latencies: from the first to the last interval with a record of the selected phases, so that a stall after the phase's end
 * is seen. Rates and counts of producers: only intervals that lie in the phases from end to end, because the first and last
 * piece of a phase hold fewer records for no fault of the target's. A pause ends a stretch: nothing was due, so nothing can be
 * judged.
 */
export function judgedStretches(
  threshold: Threshold,
  { scenario, series }: Pick<Measurements, 'scenario' | 'series'>,
): number[][] {
  const loaded = loadedTime(scenario, threshold);
  if (threshold.metric.kind !== 'latency') return loaded.map((span) => indexesIn(series, span));
  const used = series.map((interval) => holdsRecords(interval, threshold, scenario));
  const isGap = (index: number) => {
    if (used[index]) return false;
    const { startNs, endNs } = series[index]!;
    return !loaded.some((span) => startNs < span.endNs && endNs > span.startNs);
  };
  const first = used.indexOf(true);
  return first < 0 ? [] : splitAt(first, used.lastIndexOf(true) + 1, isGap);
}

function indexesIn(series: readonly Interval[], { startNs, endNs }: { startNs: number; endNs: number }): number[] {
  const indexes: number[] = [];
  for (const [index, interval] of series.entries()) {
    const toleranceNs = TIMER_TOLERANCE_RATIO * (interval.endNs - interval.startNs);
    if (interval.startNs >= startNs - toleranceNs && interval.endNs <= endNs + toleranceNs) indexes.push(index);
  }
  return indexes;
}

/**
 * Every window of `overNs` in a stretch, sliding by one interval; none when the stretch is too short. An interval is read once, and
 * is in memory while a window contains it.
 */
export function* windowsOf(
  series: readonly Interval[],
  stretch: readonly number[],
  overNs: number,
): Generator<Window, void> {
  const held: Interval[] = [];
  let next = 0;
  for (let start = 0; start < stretch.length; start++) {
    if (held.length === 0) held.push(series[stretch[next++]!]!);
    while (isShort(held[0]!, held.at(-1)!, overNs)) {
      if (next === stretch.length) return;
      held.push(series[stretch[next++]!]!);
    }
    yield { startNs: held[0]!.startNs, endNs: held.at(-1)!.endNs, intervals: [...held] };
    held.shift();
  }
}

function splitAt(from: number, to: number, isGap: (index: number) => boolean): number[][] {
  const stretches: number[][] = [[]];
  for (let index = from; index < to; index++) {
    if (!isGap(index)) stretches.at(-1)!.push(index);
    else if (stretches.at(-1)!.length > 0) stretches.push([]);
  }
  return stretches;
}

function isShort(first: Interval, last: Interval, overNs: number): boolean {
  const toleranceNs = TIMER_TOLERANCE_RATIO * (last.endNs - last.startNs);
  return last.endNs - first.startNs < overNs - toleranceNs;
}

function holdsRecords(interval: Interval, threshold: Threshold, scenario: Measurements['scenario']): boolean {
  const cells = selectCells(interval.cells, scenario, threshold);
  return producerTotals(cells).acked > 0 || cells.some((cell) => cell.kind === 'consumer' && cell.counts.received > 0);
}
