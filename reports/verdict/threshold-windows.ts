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
 * The intervals in which a threshold can be judged, as stretches without a gap.
 *
 * Latencies: from the first to the last interval with a record of the selected phases, so that a stall after the phase's end
 * is seen. Rates and counts of producers: only intervals that lie in the phases from end to end, because the first and last
 * piece of a phase hold fewer records for no fault of the target's. A pause ends a stretch: nothing was due, so nothing can be
 * judged.
 */
export function judgedStretches(
  threshold: Threshold,
  { scenario, series }: Pick<Measurements, 'scenario' | 'series'>,
): Interval[][] {
  if (threshold.metric.kind === 'latency') {
    const used = series.map((interval) => holdsRecords(interval, threshold, scenario));
    const first = used.indexOf(true);
    if (first < 0) return [];
    const loaded = loadedTime(scenario, threshold);
    const isIdle = ({ startNs, endNs }: Interval, index: number) =>
      !used[index] && !loaded.some((span) => startNs < span.endNs && endNs > span.startNs);
    return splitAt(series.slice(first, used.lastIndexOf(true) + 1), (interval, index) =>
      isIdle(interval, first + index),
    );
  }
  return loadedTime(scenario, threshold).map(({ startNs, endNs }) =>
    series.filter((interval) => {
      const toleranceNs = TIMER_TOLERANCE_RATIO * (interval.endNs - interval.startNs);
      return interval.startNs >= startNs - toleranceNs && interval.endNs <= endNs + toleranceNs;
    }),
  );
}

/** Every window of `overNs` in a stretch, sliding by one interval; none when the stretch is too short. */
export function windowsOf(stretch: readonly Interval[], overNs: number): Window[] {
  const windows: Window[] = [];
  let end = 0;
  for (const [start, first] of stretch.entries()) {
    while (end < stretch.length && isShort(first, stretch[end]!, overNs)) end++;
    const last = stretch[end];
    if (last === undefined) break;
    windows.push({ startNs: first.startNs, endNs: last.endNs, intervals: stretch.slice(start, end + 1) });
  }
  return windows;
}

function splitAt(series: readonly Interval[], isGap: (interval: Interval, index: number) => boolean): Interval[][] {
  const stretches: Interval[][] = [[]];
  for (const [index, interval] of series.entries()) {
    if (!isGap(interval, index)) stretches.at(-1)!.push(interval);
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
