import type { Scenario } from '../../workloads/scenario.ts';
import type { Result } from '../result/result.ts';
import { type LinearFit, linearFit, slopeBounds } from '../statistics/linear-fit.ts';
import { quantileInterval } from '../statistics/quantile-interval.ts';
import { mergedHistogram, selectCells } from '../summary/cells.ts';
import { deliveryOf } from '../summary/delivery.ts';
import { type Measurements, measurementsOf } from '../summary/summary.ts';
import { defaultThresholds } from '../verdict/judge-run.ts';
import { parseThreshold, type Threshold } from '../verdict/threshold-grammar.ts';
import { judge } from '../verdict/thresholds.ts';
import type { BacklogTrend, BehindTrend, BusiestShard, MeasuredObjective, TrialMeasures } from './trial.ts';

/** Counts of the records of a trial at one time. The schedule provides the count of due records. */
export interface BacklogSample {
  readonly atNs: number;
  readonly due: number;
  readonly acked: number;
  readonly received: number;
  /** Failed and dropped records, which are no longer due. */
  readonly gone: number;
}

export interface TrialWindow {
  readonly startNs: number;
  readonly endNs: number;
}

/** Samples are averaged over this many parts of the trial, so that batches and single late threads count little. */
const BINS = 20;
const NS_PER_SECOND = 1e9;

/**
 * Returns the numbers of one trial from the result of its run.
 * @param samples samples of the whole run.
 * @param window times of the trial within the run.
 * @param wasCut true if the run was stopped because the trial was over.
 */
export function measureTrial(
  result: Result,
  samples: readonly BacklogSample[],
  window: TrialWindow,
  wasCut: boolean,
): TrialMeasures {
  const measurements = measurementsOf(result);
  const { summary, validity, series, scenario } = result;
  const { rate, spans } = summary;
  const { undelivered = 0 } = deliveryOf(summary.ledger) ?? {};
  const [invalid] = validity.reasons;
  const recorded = series.filter(({ startNs, endNs }) => startNs >= window.startNs && endNs <= window.endNs * 1.001);
  return {
    intendedPerSecond: rate.intendedPerSecond,
    achievedPerSecond: rate.achievedPerSecond,
    throttledRatio: rate.throttledRatio,
    undelivered,
    objectives: measureObjectives(scenario, measurements),
    backlog: backlogTrend(samples, window),
    behind: behindTrend(recorded.map(({ endNs, gauges }) => ({ atNs: endNs, behindMs: gauges.behindMs }))),
    putToGetP50Ns: spans.putToGet.p50Ns,
    putToGetP99Ns: spans.putToGet.p99Ns,
    ackLatencyP50Ns: spans.ackLatency.p50Ns,
    wasCut,
    invalidCodes: [...new Set(validity.reasons.map(({ code }) => code))],
    ...(invalid === undefined ? {} : { invalidWhy: invalid.what }),
    otherCpuRatio: validity.checks.otherCpuRatio,
    targetLimited: validity.checks.targetLimited,
    busiestShard: busiestShard(recorded),
  };
}

/** Measures the objectives: the thresholds of the trial scenario, and full delivery. */
function measureObjectives(scenario: Scenario, measurements: Measurements): MeasuredObjective[] {
  const own = scenario.thresholds.map((text) => ({ text, isDefault: false }));
  const byDefault = defaultThresholds(scenario).map((text) => ({ text, isDefault: true }));
  return [...own, ...byDefault].map(({ text, isDefault }): MeasuredObjective => {
    const threshold = parseThreshold(text, scenario);
    const { actual, holds, reason } = judge([threshold], measurements)[0]!;
    return {
      text,
      actual,
      limit: threshold.limit,
      holds,
      ...boundsOf(threshold, measurements),
      ...(reason === undefined ? {} : { reason }),
      ...(isDefault ? { default: true } : {}),
    };
  });
}

function boundsOf(threshold: Threshold, { cells, scenario }: Measurements): Pick<MeasuredObjective, 'low' | 'high'> {
  const { metric } = threshold;
  const isPercentile = metric.kind === 'latency' && metric.statistic.kind === 'percentile';
  if (!isPercentile || threshold.overNs !== undefined) return { low: null, high: null };
  const histogram = mergedHistogram(selectCells(cells, scenario, threshold), metric.span);
  const { percentile } = metric.statistic as { readonly percentile: number };
  if (histogram.count === 0) return { low: null, high: null };
  const { lowerNs, upperNs } = quantileInterval(histogram, percentile / 100);
  return { low: lowerNs, high: upperNs };
}

/**
 * Fits the number of records that are due and not yet received, over time.
 * @returns null if there are too few samples for a slope.
 * @internal
 */
export function backlogTrend(samples: readonly BacklogSample[], { startNs, endNs }: TrialWindow): BacklogTrend | null {
  const inside = samples.filter(({ atNs }) => atNs >= startNs && atNs <= endNs);
  const bins = binned(inside, startNs, endNs);
  const fit = linearFit(
    bins.map(({ atNs }) => atNs / NS_PER_SECOND),
    bins.map(({ backlog }) => backlog),
  );
  const last = inside.at(-1);
  if (fit === undefined || last === undefined) return null;
  const { low, high } = slopeBounds(fit);
  return {
    samples: inside.length,
    growthPerSecond: fit.slope,
    lowPerSecond: low,
    highPerSecond: high,
    unackedRecords: Math.max(0, Math.round(last.due - last.acked - last.gone)),
    unreceivedRecords: Math.max(0, last.acked - last.received),
  };
}

function binned(
  samples: readonly BacklogSample[],
  startNs: number,
  endNs: number,
): { atNs: number; backlog: number }[] {
  const binOf = ({ atNs }: BacklogSample) =>
    Math.min(BINS - 1, Math.floor(((atNs - startNs) / (endNs - startNs)) * BINS));
  return [...Map.groupBy(samples, binOf).values()].map((own) => ({
    atNs: own.reduce((sum, { atNs }) => sum + atNs, 0) / own.length,
    backlog: own.reduce((sum, { due, received, gone }) => sum + due - received - gone, 0) / own.length,
  }));
}

function behindTrend(
  seconds: readonly { readonly atNs: number; readonly behindMs: number | undefined }[],
): BehindTrend | null {
  const known = seconds.flatMap(({ atNs, behindMs }) =>
    behindMs === undefined ? [] : [{ atNs, behindNs: behindMs * 1e6 }],
  );
  const fit: LinearFit | undefined = linearFit(
    known.map(({ atNs }) => atNs),
    known.map(({ behindNs }) => behindNs),
  );
  return fit === undefined ? null : { growthRatio: fit.slope, lowRatio: slopeBounds(fit).low };
}

function busiestShard(series: Result['series']): BusiestShard | null {
  const seconds = series.reduce((sum, { startNs, endNs }) => sum + (endNs - startNs), 0) / NS_PER_SECOND;
  const byShard = Map.groupBy(
    series.flatMap(({ shards }) => shards),
    ({ shard }) => shard,
  );
  let busiest: BusiestShard | null = null;
  for (const [shard, rows] of byShard) {
    const recordsPerSecond = rows.reduce((sum, { acked }) => sum + acked, 0) / seconds;
    const bytesPerSecond = rows.reduce((sum, { bytes }) => sum + bytes, 0) / seconds;
    if (busiest === null || recordsPerSecond > busiest.recordsPerSecond)
      busiest = { shard, recordsPerSecond, bytesPerSecond };
  }
  return busiest;
}
