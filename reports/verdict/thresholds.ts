import { formatDuration } from '../format/numbers.ts';
import type { Interval, IntervalCell, Outcome, ThresholdVerdict, Validity, Verdict } from '../result/result.ts';
import { mergedHistogram, producerTotals, selectCells, throttledRecordsRatio } from '../summary/cells.ts';
import type { Measurements } from '../summary/summary.ts';
import { type Measured, measureLatency, measureMetric, orNothing } from './metric.ts';
import { type Operator, parseThreshold, type Threshold } from './threshold-grammar.ts';
import { judgedStretches, type Window, windowsOf } from './threshold-windows.ts';

const NS_PER_SECOND = 1e9;

/** An `abort` threshold without `over` waits for so many intervals: the first second of a run proves nothing. */
export const ABORT_AFTER_INTERVALS = 5;

/**
 * Judges thresholds over the recorded phases, or the phase that each names.
 * @returns one verdict a threshold, in order; `holds` is null if too little was measured.
 * @throws THRESHOLD_NOT_UNDERSTOOD for a text that does not parse.
 */
export function judge(thresholds: readonly (string | Threshold)[], measurements: Measurements): ThresholdVerdict[] {
  return thresholds.map((threshold) => judgeOne(parsed(threshold, measurements), measurements));
}

/**
 * One verdict from all. The numbers of an invalid run prove nothing, so validity comes first; then a threshold that fails; then one
 * that could not be judged, which must not look like a pass. Without thresholds nothing was judged. In an invalid verdict no
 * threshold holds or fails.
 */
export function verdictOf(
  outcome: Outcome,
  validity: Pick<Validity, 'kind'>,
  thresholds: readonly ThresholdVerdict[],
): Verdict {
  const stopped = ['interrupted', 'failed', 'died'].includes(outcome.kind);
  const invalid = (): Verdict => ({ kind: 'invalid', thresholds: thresholds.map(unjudged) });
  if (validity.kind === 'invalid' || stopped) return invalid();
  if (outcome.kind === 'aborted' || thresholds.some(({ holds }) => holds === false))
    return { kind: 'failed', thresholds };
  if (thresholds.length === 0) return { kind: 'measured', thresholds };
  return thresholds.some(({ holds }) => holds === null) ? invalid() : { kind: 'passed', thresholds };
}

const unjudged = (verdict: ThresholdVerdict): ThresholdVerdict => ({ ...verdict, holds: null });

/**
 * Asked after each interval of a running scenario.
 * @returns the first `abort` threshold that does not hold: in the newest window with `over`, else in all so far.
 */
export function shouldAbort(
  thresholds: readonly Threshold[],
  soFar: Pick<Measurements, 'scenario' | 'series'>,
): ThresholdVerdict | undefined {
  for (const threshold of thresholds) {
    if (!threshold.abort) continue;
    const { series } = soFar;
    const stretch = judgedStretches(threshold, soFar).findLast(({ length }) => length > 0) ?? [];
    const { overNs } = threshold;
    const window = overNs === undefined ? wholeOf(series, stretch) : [...windowsOf(series, stretch, overNs)].at(-1);
    if (window === undefined) continue;
    const verdict = verdictOn(threshold, measureWindow(threshold, window, soFar), window);
    if (verdict.holds === false) return verdict;
  }
  return undefined;
}

function judgeOne(threshold: Threshold, measurements: Measurements): ThresholdVerdict {
  if (threshold.overNs === undefined)
    return verdictOn(threshold, measureMetric(threshold.metric, measurements, threshold));
  return judgeWindows(threshold, threshold.overNs, measurements);
}

/** The worst window that failed; then the first that could not be judged; then the worst one. */
function judgeWindows(threshold: Threshold, overNs: number, measurements: Measurements): ThresholdVerdict {
  let failed: ThresholdVerdict | undefined;
  let unknown: ThresholdVerdict | undefined;
  let held: ThresholdVerdict | undefined;
  for (const stretch of judgedStretches(threshold, measurements)) {
    for (const window of windowsOf(measurements.series, stretch, overNs)) {
      const verdict = verdictOn(threshold, measureWindow(threshold, window, measurements), window);
      if (verdict.holds === false) failed = worseOf(threshold, failed, verdict);
      else if (verdict.holds === null) unknown ??= verdict;
      else held = worseOf(threshold, held, verdict);
    }
  }
  const reason = `needs ${formatDuration(overNs)} without a break, and the run has none`;
  return failed ?? unknown ?? held ?? verdictOn(threshold, { actual: null, reason });
}

function measureWindow(threshold: Threshold, window: Window, { scenario }: Pick<Measurements, 'scenario'>): Measured {
  const { metric } = threshold;
  const cells = window.intervals.flatMap((interval) => selectCells(interval.cells, scenario, threshold));
  const totals = producerTotals(cells);
  const seconds = (window.endNs - window.startNs) / NS_PER_SECOND;
  switch (metric.kind) {
    case 'latency':
      return measureLatency(mergedHistogram(cells, metric.span), metric.statistic);
    case 'rate':
      return { actual: (metric.subject === 'bytes' ? totals.bytes : totals.acked) / seconds };
    case 'count':
      return { actual: totals[metric.subject] };
    case 'ratio':
      if (metric.subject === 'throttledRecords') return { actual: throttledRecordsRatio(totals) };
      if (metric.subject === 'delivered') return { actual: null, reason: 'is known for the whole run only' };
      return metric.subject === 'throttled'
        ? { actual: totals.throttled / Math.max(1, totals.throttled + totals.acked) }
        : measureAchievedRatio(threshold, window, cells);
    case 'ledger':
      return { actual: null, reason: 'is known for the whole run only' };
  }
}

/** Due records of a window: counted ones when the cells have them, else the schedule's rate, which is of all workloads. */
function measureAchievedRatio(threshold: Threshold, window: Window, cells: readonly IntervalCell[]): Measured {
  const { acked, scheduled, scheduledIsKnown } = producerTotals(cells);
  if (!scheduledIsKnown && threshold.workload !== undefined) {
    return { actual: null, reason: 'the series does not contain the records due for one workload' };
  }
  const due = scheduledIsKnown ? scheduled : dueIn(window.intervals);
  return orNothing(due > 0 ? acked / due : null, 'nothing was due');
}

function dueIn(intervals: readonly Interval[]): number {
  return intervals.reduce((sum, { startNs, endNs, gauges }) => {
    return sum + gauges.intendedPerSecond * ((endNs - startNs) / NS_PER_SECOND);
  }, 0);
}

function verdictOn({ text, operator, limit }: Threshold, measured: Measured, window?: Window): ThresholdVerdict {
  const worstWindow = window && { worstWindow: { startNs: window.startNs, endNs: window.endNs } };
  if (measured.actual === null) return { text, actual: null, holds: null, ...worstWindow, reason: measured.reason };
  return { text, actual: measured.actual, holds: compare(measured.actual, operator, limit), ...worstWindow };
}

export function compare(actual: number, operator: Operator, limit: number): boolean {
  switch (operator) {
    case '<':
      return actual < limit;
    case '<=':
      return actual <= limit;
    case '>':
      return actual > limit;
    case '>=':
      return actual >= limit;
    case '==':
      return actual === limit;
  }
}

/** The verdict that is further on the wrong side of the limit, or nearer to it on the right one; of equals the first. */
function worseOf(
  { operator, limit }: Threshold,
  first: ThresholdVerdict | undefined,
  second: ThresholdVerdict,
): ThresholdVerdict {
  if (first === undefined) return second;
  const badness = ({ actual }: ThresholdVerdict) => {
    if (actual === null) return Number.NEGATIVE_INFINITY;
    if (operator === '==') return Math.abs(actual - limit);
    return operator === '<' || operator === '<=' ? actual : -actual;
  };
  return badness(second) > badness(first) ? second : first;
}

function wholeOf(series: readonly Interval[], stretch: readonly number[]): Window | undefined {
  if (stretch.length < ABORT_AFTER_INTERVALS) return undefined;
  const intervals = stretch.map((index) => series[index]!);
  return { startNs: intervals[0]!.startNs, endNs: intervals.at(-1)!.endNs, intervals };
}

function parsed(threshold: string | Threshold, { scenario }: Measurements): Threshold {
  return typeof threshold === 'string' ? parseThreshold(threshold, scenario) : threshold;
}
