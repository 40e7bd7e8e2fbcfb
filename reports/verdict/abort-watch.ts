import type { Scenario } from '../../workloads/scenario.ts';
import type { Interval, ThresholdVerdict } from '../result/result.ts';
import { CellOrder, sumCells } from '../summary/sum-cells.ts';
import type { Threshold } from './threshold-grammar.ts';
import { judgedStretches } from './threshold-windows.ts';
import { ABORT_AFTER_INTERVALS, shouldAbort } from './thresholds.ts';

const NS_PER_SECOND = 1e9;
/** A window may begin and end within a second. */
const WINDOW_ROOM_SECONDS = 3;

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
   * @param second follows the one before it, and does not change any more.
   * @returns the first threshold that does not hold, as `shouldAbort` finds it in all seconds so far.
   */
  add(second: Interval): ThresholdVerdict | undefined {
    let broken: ThresholdVerdict | undefined;
    for (const watched of this.#watched) {
      watched.series.push(second);
      broken ??= shouldAbort([watched.threshold], { scenario: this.#scenario, series: watched.series });
      watched.series = this.#needed(watched.threshold, watched.series);
    }
    return broken;
  }

  #needed(threshold: Threshold, series: Interval[]): Interval[] {
    if (threshold.overNs !== undefined) {
      return series.slice(-Math.ceil(threshold.overNs / NS_PER_SECOND) - WINDOW_ROOM_SECONDS);
    }
    const stretch = judgedStretches(threshold, { scenario: this.#scenario, series }).findLast(
      ({ length }) => length > 0,
    );
    if (stretch === undefined || stretch.length <= ABORT_AFTER_INTERVALS + 1) return series;
    const after = series.slice(series.indexOf(stretch.at(-1)!) + 1);
    const older = stretch.slice(0, -ABORT_AFTER_INTERVALS);
    return [this.#sumOf(older), ...stretch.slice(-ABORT_AFTER_INTERVALS), ...after];
  }

  /** One interval that counts as much as several. */
  #sumOf(seconds: readonly Interval[]): Interval {
    const [first, last] = [seconds[0]!, seconds.at(-1)!];
    const lengthNs = last.endNs - first.startNs;
    const cells = seconds.flatMap((second) => second.cells);
    const due = seconds.reduce(
      (sum, { startNs, endNs, gauges }) => sum + gauges.intendedPerSecond * (endNs - startNs),
      0,
    );
    return {
      startNs: first.startNs,
      endNs: last.endNs,
      cells: sumCells(cells, this.#order, 'compact'),
      shards: [],
      gauges: { ...last.gauges, intendedPerSecond: lengthNs > 0 ? due / lengthNs : 0 },
    };
  }
}
