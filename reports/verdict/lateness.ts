import type { Scenario } from '../../workloads/scenario.ts';
import { supportOf } from '../histogram/percentile-support.ts';
import type { Span, ThresholdVerdict } from '../result/result.ts';
import { mergedHistogram, selectCells } from '../summary/cells.ts';
import type { Measurements } from '../summary/summary.ts';
import { measureLatency } from './metric.ts';
import { parseThreshold, type Statistic, type Threshold } from './threshold-grammar.ts';
import { judge } from './thresholds.ts';

/** Lateness of a record that moves no number, however small the latencies are. wrk2 states about 1 ms of granularity. */
const SCHEDULE_LAG_FLOOR_NS = 2e6;
/** The same for a worker's loop: ten turns of the producers' 1 ms rhythm. */
const LOOP_DELAY_FLOOR_NS = 10e6;
/** Share of a latency, measured or in a threshold, that the generator's lateness may make up. */
const LATENESS_RATIO = 0.1;

/** The percentiles at which lateness is judged. Those beyond p99 are judged only where a threshold names them. */
const PERCENTILES = [50, 75, 90, 95, 99] as const;

/** Lateness of producers at one percentile, beside the latency that includes it. */
export interface LatenessAt {
  readonly percentile: number;
  readonly lagNs: number;
  /** Put-to-get, or the acknowledgement where nothing was received; null where a percentile of neither is known. */
  readonly responseNs: number | null;
  /** The smallest limit of a threshold on this percentile or a lower one; null without such a threshold. */
  readonly judgedNs: number | null;
}

/** A threshold that failed and would have held without the producers' lateness. */
export interface DecidedByLag {
  readonly text: string;
  readonly lagNs: number;
}

/** Producers may be this late at a percentile. */
export function lagLimitNs({ responseNs, judgedNs }: Pick<LatenessAt, 'responseNs' | 'judgedNs'>): number {
  return Math.max(SCHEDULE_LAG_FLOOR_NS, LATENESS_RATIO * (responseNs ?? 0), LATENESS_RATIO * (judgedNs ?? 0));
}

/** A worker's loop may be this late at p99. */
export function loopDelayLimitNs(tail: Pick<LatenessAt, 'responseNs' | 'judgedNs'> | undefined): number {
  const [response, judged] = [tail?.responseNs ?? 0, tail?.judgedNs ?? 0];
  return Math.max(LOOP_DELAY_FLOOR_NS, LATENESS_RATIO * response, LATENESS_RATIO * judged);
}

/**
 * Lateness at each percentile of the recorded phases that has enough records to be reported; none where nothing was
 * acknowledged and nothing received: there is no latency that lateness could distort, and what a target does to every record is
 * its own doing.
 */
export function measureLateness({ cells, scenario }: Pick<Measurements, 'cells' | 'scenario'>): LatenessAt[] {
  const recorded = selectCells(cells, scenario);
  const lag = mergedHistogram(recorded, 'scheduleLag');
  const putToGet = mergedHistogram(recorded, 'putToGet');
  const response = putToGet.count > 0 ? putToGet : mergedHistogram(recorded, 'ackLatency');
  if (response.count === 0) return [];
  const limits = judgedLimits(scenario);
  return PERCENTILES.filter((percentile) => supportOf(percentile, lag.count) !== 'hidden').map((percentile) => ({
    percentile,
    lagNs: lag.percentileNs(percentile),
    responseNs: response.percentileNs(percentile),
    judgedNs: smallest(limits.filter(({ from }) => from <= percentile).map(({ limitNs }) => limitNs)),
  }));
}

interface JudgedLimit {
  /** The percentile that the threshold names; 0 for a mean or minimum, 100 for a maximum. */
  readonly from: number;
  readonly limitNs: number;
}

function judgedLimits(scenario: Scenario): JudgedLimit[] {
  const phases = scenario.workloads.flatMap((workload) => workload.phases);
  const isRecorded = (name: string | undefined) =>
    name === undefined || phases.some((phase) => phase.name === name && phase.recorded);
  return latenessThresholds(scenario)
    .filter(({ phase }) => isRecorded(phase))
    .map(({ statistic, limit }) => ({ from: orderOf(statistic), limitNs: limit }));
}

const orderOf = (statistic: Statistic): number =>
  statistic.kind === 'percentile' ? statistic.percentile : statistic.kind === 'max' ? 100 : 0;

/** Upper limits of the two spans that begin at the intended time, and so include the producers' lateness. */
function latenessThresholds(scenario: Scenario): (Threshold & { readonly statistic: Statistic })[] {
  return scenario.thresholds
    .map((text) => parseThreshold(text, scenario))
    .flatMap((threshold) => {
      const { metric, operator } = threshold;
      const isUpper = operator === '<' || operator === '<=';
      if (!isUpper || metric.kind !== 'latency' || !SPANS_WITH_LATENESS.has(metric.span)) return [];
      return [{ ...threshold, statistic: metric.statistic }];
    });
}

const SPANS_WITH_LATENESS: ReadonlySet<Span> = new Set(['sendDelay', 'putToGet']);

/** Lateness only adds to a latency, so a limit that holds in spite of it holds, and only failures are looked at. */
export function decidedByLag(measurements: Measurements): DecidedByLag[] {
  return latenessThresholds(measurements.scenario).flatMap((threshold): DecidedByLag[] => {
    const [verdict] = judge([threshold], measurements);
    if (verdict === undefined || verdict.holds !== false || verdict.actual === null) return [];
    const lag = mergedHistogram(cellsJudged(threshold, verdict, measurements), 'scheduleLag');
    if (lag.count === 0) return [];
    const lagNs = measureLatency(lag, threshold.statistic).actual ?? lag.maxNs;
    const isDecisive = lagNs > SCHEDULE_LAG_FLOOR_NS && verdict.actual - lagNs <= threshold.limit;
    return isDecisive ? [{ text: threshold.text, lagNs }] : [];
  });
}

/** The window in which the threshold failed, or everything that it selects. */
function cellsJudged(threshold: Threshold, { worstWindow }: ThresholdVerdict, measurements: Measurements) {
  const { scenario, cells, series } = measurements;
  if (worstWindow === undefined) return selectCells(cells, scenario, threshold);
  const { startNs, endNs } = worstWindow;
  return series
    .filter((interval) => interval.startNs >= startNs && interval.endNs <= endNs)
    .flatMap((interval) => selectCells(interval.cells, scenario, threshold));
}

function smallest(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.min(...values);
}
