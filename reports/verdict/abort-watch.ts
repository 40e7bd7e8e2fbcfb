import type { Scenario } from '../../workloads/scenario.ts';
import { Histogram } from '../histogram/histogram.ts';
import type { Interval, IntervalCell, ThresholdVerdict } from '../result/result.ts';
import { selectCells } from '../summary/cells.ts';
import { loadedTime } from '../summary/measured-time.ts';
import { CellOrder } from '../summary/sum-cells.ts';
import { sumOfSeconds } from '../summary/sum-seconds.ts';
import type { Threshold } from './threshold-grammar.ts';
import { judgedStretches } from './threshold-windows.ts';
import { ABORT_AFTER_INTERVALS, shouldAbort } from './thresholds.ts';

const NS_PER_SECOND = 1e9;
/** A window may begin and end within a second. */
const WINDOW_ROOM_SECONDS = 3;
const NO_VALUES = new Histogram();

/** Judges `abort` thresholds second by second, in memory and time that do not grow with the run. */
export class AbortWatch {
  readonly #scenario: Scenario;
  readonly #order: CellOrder;
  readonly #watched: { readonly threshold: Threshold; series: Interval[] }[];

  constructor(scenario: Scenario, thresholds: readonly Threshold[]) {
    this.#scenario = scenario;
    this.#order = new CellOrder(scenario);
    this.#watched = thresholds.filter(({ abort }) => abort).map((threshold) => ({ threshold, series: [] }));
  }

  /**
   * @param second follows the one before it. It is copied, because the run uses the memory of its histograms again.
   * @returns the first threshold that does not hold, as `shouldAbort` finds it in all seconds so far.
   */
  add(second: Interval): ThresholdVerdict | undefined {
    let broken: ThresholdVerdict | undefined;
    for (const watched of this.#watched) {
      watched.series.push(this.#copyOf(second, watched.threshold));
      broken ??= shouldAbort([watched.threshold], { scenario: this.#scenario, series: watched.series });
      watched.series = this.#needed(watched.threshold, watched.series);
    }
    return broken;
  }

  #needed(threshold: Threshold, series: Interval[]): Interval[] {
    if (threshold.overNs !== undefined) {
      return series.slice(-Math.ceil(threshold.overNs / NS_PER_SECOND) - WINDOW_ROOM_SECONDS);
    }
    const indexes = judgedStretches(threshold, { scenario: this.#scenario, series }).findLast(
      ({ length }) => length > 0,
    );
    if (indexes === undefined) return this.#withoutIdle(threshold, series);
    const stretch = indexes.map((index) => series[index]!);
    const after = this.#withoutIdle(threshold, series.slice(indexes.at(-1)! + 1));
    if (stretch.length <= ABORT_AFTER_INTERVALS + 1) return [...stretch, ...after];
    const older = stretch.slice(0, -ABORT_AFTER_INTERVALS);
    return [sumOfSeconds(older, this.#order, 'compact'), ...stretch.slice(-ABORT_AFTER_INTERVALS), ...after];
  }

  /**
   * Seconds that belong to no stretch so far. Rates do not need them. A latency needs to know if they were a pause, which ends a
   * stretch, or a stall, which does not; many of one kind are the same as one.
   */
  #withoutIdle(threshold: Threshold, seconds: readonly Interval[]): Interval[] {
    if (threshold.metric.kind !== 'latency') return [];
    const loaded = loadedTime(this.#scenario, threshold);
    const isLoaded = ({ startNs, endNs }: Interval) =>
      loaded.some((span) => startNs < span.endNs && endNs > span.startNs);
    const kept: Interval[] = [];
    for (const second of seconds) {
      const last = kept.at(-1);
      if (last === undefined || isLoaded(last) !== isLoaded(second)) kept.push(second);
      else kept[kept.length - 1] = { ...second, startNs: last.startNs };
    }
    return kept;
  }

  /** The parts of a second that a threshold needs. */
  #copyOf(second: Interval, threshold: Threshold): Interval {
    const span = threshold.metric.kind === 'latency' ? threshold.metric.span : undefined;
    const cells = selectCells(second.cells, this.#scenario, threshold).map((cell) => {
      const histograms = Object.entries<Histogram>(cell.histograms).map(([name, histogram]) => [
        name,
        name === span ? Histogram.sumOf([histogram]) : NO_VALUES,
      ]);
      return { ...cell, histograms: Object.fromEntries(histograms) as IntervalCell['histograms'] } as IntervalCell;
    });
    return { ...second, cells, shards: [] };
  }
}
