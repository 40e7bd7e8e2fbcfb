import {
  CHANGE_POINT_DEFAULTS,
  type ChangePoint,
  type ChangePointOptions,
  findChangePoints,
  magnitudeRatio,
  pooledTTest,
  sampleOf,
} from '../statistics/change-points.ts';
import { tQuantile } from '../statistics/distributions.ts';
import { isBetterHigher } from '../verdict/metric.ts';
import { type Metric, parseMetric } from '../verdict/threshold-grammar.ts';
import { type Detection, detectionOf } from './detection.ts';
import type { AcceptedLevel, HistoryResult } from './history-line.ts';
import { type HistorySeries, timeOf } from './history-series.ts';

export interface HistoryGateOptions {
  /** Names of metrics, as in thresholds. */
  readonly metrics: readonly string[];
  /** Results in a window of the search. */
  readonly windowResults: number;
  readonly pValue: number;
  /** Smaller relative changes pass; 0.05 is 5 %. */
  readonly minMagnitudeRatio: number;
}

export const HISTORY_GATE_DEFAULTS = {
  metrics: ['putToGet.p50', 'putToGet.p99', 'achieved.rate'],
  windowResults: CHANGE_POINT_DEFAULTS.windowLength,
  pValue: CHANGE_POINT_DEFAULTS.pValue,
  minMagnitudeRatio: 0.05,
} as const satisfies HistoryGateOptions;

export interface HistoryJudgement {
  readonly kind: 'passed' | 'failed' | 'inconclusive';
  readonly metrics: readonly MetricJudgement[];
  readonly resultCount: number;
  /** Results that are needed before a change can be distinguished from noise. */
  readonly resultsNeeded: number;
}

export interface MetricJudgement {
  readonly name: string;
  readonly metric: Metric;
  readonly betterHigher: boolean;
  /** Results that have a value of the metric, oldest first. */
  readonly points: readonly HistoryPoint[];
  readonly changes: readonly JudgedChange[];
  /** For each outage the number of points before it. */
  readonly outageIndexes: readonly number[];
  /** too-soon: the newest results are worse, but so few that they may be outliers. too-few: the series is too short. */
  readonly state: 'holds' | 'worse' | 'too-soon' | 'too-few';
  readonly detection: Detection;
}

interface HistoryPoint {
  readonly startedAt: string;
  readonly commit?: string;
  readonly value: number;
}

/**
 * better      the level became better
 * open        the level became worse, and the present level is still worse than before
 * recovered   the level became worse, and later better again
 * accepted    the level became worse, and a person accepted it as normal
 */
export interface JudgedChange extends ChangePoint {
  readonly magnitudeRatio: number;
  readonly state: 'better' | 'open' | 'recovered' | 'accepted';
  /** The accepted level, if the change is open although it was accepted: the present level is worse than that one. */
  readonly acceptedMean?: number;
}

/**
 * Fails if a gated metric became worse at some point of the series, stayed worse until the newest result, and was not
 * accepted. With several metrics, each is tested at its share of `pValue`, so that their number does not multiply false alarms
 * (Bonferroni).
 */
export function judgeHistory(series: HistorySeries, options: HistoryGateOptions): HistoryJudgement {
  const search = searchOf(options);
  const resultsNeeded = resultsNeededFor(search.pValue);
  const metrics = options.metrics.map((name) => judgeMetric(name, series, search, resultsNeeded));
  const has = (state: MetricJudgement['state']) => metrics.some((judgement) => judgement.state === state);
  return {
    kind: has('worse') ? 'failed' : has('too-few') || has('too-soon') ? 'inconclusive' : 'passed',
    metrics,
    resultCount: series.results.length,
    resultsNeeded,
  };
}

/**
 * The smallest number of results with which a change of three times the noise is significant, if half of them are before the
 * change: 10 at p = 0.001. With fewer results only far larger changes are detected, so that a PASSED would mean little.
 * @internal
 */
export function resultsNeededFor(pValue: number): number {
  const VISIBLE_DEVIATIONS = 3;
  for (let side = 2; ; side++) {
    const degrees = 2 * side - 2;
    // The test uses the standard deviation of the population, which is sqrt((n - 1) / n) of the noise.
    const smallest = tQuantile(1 - pValue / 2, degrees) * Math.sqrt((2 / side) * ((side - 1) / side));
    if (smallest <= VISIBLE_DEVIATIONS) return 2 * side;
  }
}

function judgeMetric(
  name: string,
  { results, outages, accepts }: HistorySeries,
  search: ChangePointOptions,
  resultsNeeded: number,
): MetricJudgement {
  const metric = parseMetric(name);
  const betterHigher = isBetterHigher(metric);
  const points = results.flatMap((result) => pointOf(result, name));
  const values = points.map(({ value }) => value);
  const found = findChangePoints(values, search);
  const accept = accepts.findLast(({ levels }) => levels[name] !== undefined);
  const accepted = accept && { level: accept.levels[name]!, index: pointsUntil(points, accept.at) };
  const changes = found.map((change) => judgeChange(change, found, { values, betterHigher, accepted, search }));
  const detection = detectionOf(values, found, search);
  const tooFew = values.length < resultsNeeded || results.at(-1)?.metrics[name] === undefined;
  const state = stateOf(changes, values.length) ?? (tooFew ? 'too-few' : 'holds');
  const outageIndexes = outages.map(({ line }) => pointsUntil(points, line.startedAt));
  return { name, metric, betterHigher, points, changes, outageIndexes, state, detection };
}

/**
 * A worsening must last for so many results before it fails. If values hardly vary, such as those of a rate, a single outlier
 * is a change point already.
 */
export const LASTING_RESULTS = 3;

function stateOf(changes: readonly JudgedChange[], resultCount: number): 'worse' | 'too-soon' | undefined {
  const open = changes.filter(({ state }) => state === 'open');
  if (open.length === 0) return undefined;
  return open.some(({ index }) => resultCount - index >= LASTING_RESULTS) ? 'worse' : 'too-soon';
}

function pointOf({ startedAt, commit, metrics }: HistoryResult, name: string): HistoryPoint[] {
  const value = metrics[name];
  if (value === undefined) return [];
  return [commit === undefined ? { startedAt, value } : { startedAt, commit, value }];
}

function pointsUntil(points: readonly HistoryPoint[], at: string): number {
  return points.filter(({ startedAt }) => timeOf(startedAt) <= timeOf(at)).length;
}

interface Surroundings {
  readonly values: readonly number[];
  readonly betterHigher: boolean;
  /** `index` is the index of the first value after the acceptance. */
  readonly accepted: { readonly level: AcceptedLevel; readonly index: number } | undefined;
  readonly search: ChangePointOptions;
}

function judgeChange(change: ChangePoint, all: readonly ChangePoint[], surroundings: Surroundings): JudgedChange {
  const { betterHigher, accepted, search } = surroundings;
  const magnitude = magnitudeRatio(change);
  const judged = (state: JudgedChange['state']) => ({ ...change, magnitudeRatio: magnitude, state });
  const isWorse = (before: number, after: number) => (betterHigher ? after < before : after > before);
  if (!isWorse(change.before, change.after)) return judged('better');
  const present = all.at(-1)!.after;
  const isStill = (before: number) =>
    isWorse(before, present) && magnitudeRatio({ before, after: present }) > search.minMagnitudeRatio;
  if (!isStill(change.before)) return judged('recovered');
  if (accepted === undefined || change.index >= accepted.index) return judged('open');
  const covered = all.filter(({ index }) => index < accepted.index);
  if (change !== covered.at(-1)) return judged('accepted');
  // A person accepts a level, not every change until then: a change that was too recent to be detected still fails.
  const until = all[covered.length]?.index ?? surroundings.values.length;
  const since = sampleOf(surroundings.values.slice(Math.max(change.index, accepted.index), until));
  const { level } = accepted;
  const isBeyond =
    isWorse(level.mean, since.mean) &&
    magnitudeRatio({ before: level.mean, after: since.mean }) > search.minMagnitudeRatio &&
    pooledTTest(level, since) < search.pValue;
  return isBeyond && isStill(level.mean) ? { ...judged('open'), acceptedMean: level.mean } : judged('accepted');
}

/**
 * The levels that an acceptance stores: for each metric, its values since its last change.
 * @param names also includes metrics that are not gated, so that they are accepted too if a later check gates them.
 */
export function presentLevels(
  { results }: HistorySeries,
  names: readonly string[],
  options: HistoryGateOptions,
): Record<string, AcceptedLevel> {
  const levels = names.flatMap((name): [string, AcceptedLevel][] => {
    const values = results.flatMap((result) => pointOf(result, name)).map(({ value }) => value);
    const changes = findChangePoints(values, searchOf(options));
    return values.length === 0 ? [] : [[name, sampleOf(values.slice(changes.at(-1)?.index ?? 0))]];
  });
  return Object.fromEntries(levels);
}

/** Each of several metrics is searched at its share of the probability (Bonferroni). */
function searchOf({ metrics, pValue, minMagnitudeRatio, windowResults }: HistoryGateOptions): ChangePointOptions {
  return { pValue: pValue / Math.max(1, metrics.length), minMagnitudeRatio, windowLength: windowResults };
}
