import { closest } from 'fastest-levenshtein';
import type { PlanSlo } from '../../reports/plan/plan.ts';
import { METRIC_NAMES, type Metric, parseThreshold, type Threshold } from '../../reports/verdict/threshold-grammar.ts';
import { compare } from '../../reports/verdict/thresholds.ts';
import { runnerError } from '../errors.ts';
import type { LatencyQuantiles, SimulatedRun } from '../simulation/simulated-run.ts';

/** A plan without an SLO must hold these. */
const DEFAULT_SLO: readonly string[] = ['failed == 0', 'dropped == 0', 'throttledRecords.ratio <= 1%'];

/** Thresholds that a simulation can judge, parsed. */
export interface Slo extends Pick<PlanSlo, 'isDefault' | 'skipped'> {
  readonly thresholds: readonly Threshold[];
}

interface SloSource {
  /** From the command line: each must be one that a simulation can judge. */
  readonly given: readonly string[];
  /** Those of a scenario: the ones that a simulation cannot judge are skipped. */
  readonly scenario: readonly string[];
  readonly consumers: readonly { readonly name: string }[];
}

/** @throws RunnerError RUNNER_USAGE for a given threshold that no simulation can judge, THRESHOLD_NOT_UNDERSTOOD */
export function sloOf({ given, scenario, consumers }: SloSource): Slo {
  if (given.length > 0) {
    const thresholds = given.map((text) => parseThreshold(text));
    for (const threshold of thresholds) checkGiven(threshold, consumers);
    return { thresholds, isDefault: false, skipped: [] };
  }
  const parsed = scenario.map((text) => parseThreshold(text));
  const thresholds = parsed.filter((threshold) => whyNotJudged(threshold) === undefined);
  const skipped = parsed.flatMap((threshold) => {
    const why = whyNotJudged(threshold);
    return why === undefined ? [] : [{ text: threshold.text, why }];
  });
  if (thresholds.length > 0) return { thresholds, isDefault: false, skipped };
  return { thresholds: DEFAULT_SLO.map((text) => parseThreshold(text)), isDefault: true, skipped };
}

function checkGiven(threshold: Threshold, consumers: SloSource['consumers']): void {
  const { text, consumer, metric } = threshold;
  const why = whyNotJudged(threshold);
  if (why !== undefined) {
    const known = METRIC_NAMES.filter(
      (name) => whyNotJudged({ metric: parseThreshold(exampleOf(name)).metric }) === undefined,
    );
    throw runnerError('RUNNER_USAGE', {
      what: `--slo "${text}" cannot be judged: ${why}`,
      fix: `Use one of ${known.join(', ')}.`,
    });
  }
  const readsNothing = metric.kind === 'latency' && metric.span === 'putToGet' && consumers.length === 0;
  if (readsNothing) {
    const fix = 'Add a consumer, such as --consumers 1, or use ackLatency.';
    throw runnerError('RUNNER_USAGE', { what: `--slo "${text}" needs a consumer, and the load has none`, fix });
  }
  const names = consumers.map(({ name }) => name);
  if (consumer === undefined || names.includes(consumer)) return;
  const fix = names.length === 0 ? 'The load has no consumers.' : `Did you mean "${closest(consumer, names)}"?`;
  throw runnerError('RUNNER_USAGE', { what: `--slo "${text}": the load has no consumer "${consumer}"`, fix });
}

/** A threshold of a metric that parses, whatever its unit. */
function exampleOf(name: string): string {
  const unit = /\.ratio$/u.test(name)
    ? '0%'
    : /^bytes\.rate$/u.test(name)
      ? '0B/s'
      : /\.rate$/u.test(name)
        ? '0/s'
        : '0';
  return `${name} >= ${/^(?:sendDelay|ackLatency|residence|putToGet|uncorrected)\./u.test(name) ? '0ms' : unit}`;
}

/** Statistics that a simulated run has. */
const PERCENTILES: Readonly<Record<number, 'p50' | 'p75' | 'p90' | 'p95' | 'p99' | 'p999'>> = {
  50: 'p50',
  75: 'p75',
  90: 'p90',
  95: 'p95',
  99: 'p99',
  99.9: 'p999',
};

function whyNotJudged({
  metric,
  phase,
  workload,
  overNs,
}: Pick<Threshold, 'metric' | 'phase' | 'workload' | 'overNs'>): string | undefined {
  if (phase !== undefined || workload !== undefined || overNs !== undefined) {
    return 'a simulation knows the whole load, and no phase, workload or window of it';
  }
  switch (metric.kind) {
    case 'latency':
      if (metric.span !== 'putToGet' && metric.span !== 'ackLatency')
        return `a simulation does not know ${metric.span}`;
      return hasStatistic(metric)
        ? undefined
        : 'of latencies, a simulation has mean, p50, p75, p90, p95, p99, p99.9 and max';
    case 'ratio':
      return metric.subject === 'throttled' || metric.subject === 'throttledRecords'
        ? undefined
        : 'a simulation loses no record by itself';
    case 'count':
      return undefined;
    case 'rate':
      return 'the load itself sets the rate';
    case 'ledger':
      return 'a simulation loses no record by itself';
  }
}

function hasStatistic({ statistic }: Extract<Metric, { readonly kind: 'latency' }>): boolean {
  if (statistic.kind === 'percentile') return PERCENTILES[statistic.percentile] !== undefined;
  return statistic.kind !== 'min';
}

export interface SloVerdict {
  readonly isHeld: boolean;
  /** The thresholds that fail, as they were written. */
  readonly failed: readonly string[];
}

/** Judges a simulated run as a run is judged: put-to-get of all consumers together, unless the threshold names one. */
export function judgeSlo(slo: Slo, run: SimulatedRun): SloVerdict {
  const failed = slo.thresholds.filter((threshold) => !holds(threshold, run)).map(({ text }) => text);
  return { isHeld: failed.length === 0, failed };
}

/** Listed as a failed threshold if no other threshold fails. */
export const LASTING = 'busiest shard below 99% on average';
/**
 * Above it, arrivals at random empty what a shard has saved up: with 1 s saved and 1,000 records/s, a shard in the long run is without
 * tokens for exp(-2 * spare * 1000) of the time, which is 2e-9 with 1 % to spare and 13 % with 0.1 %.
 */
const LASTING_MAX_RATIO = 0.99;
/** A load as short as this may live on what shards have saved up. */
const LASTING_FROM_NS = 10e9;

/** Returns true if a shard can sustain a load of this average ratio of its limit. */
export function canLast(durationNs: number, meanRatio: number): boolean {
  return durationNs < LASTING_FROM_NS || meanRatio < LASTING_MAX_RATIO;
}

/**
 * The SLO, and that the load can go on for ever: a short load may hold its SLO on saved-up bursts although a shard is due more than its
 * limit on average.
 */
export function judgeCount(slo: Slo, durationNs: number, run: SimulatedRun): SloVerdict {
  const verdict = judgeSlo(slo, run);
  if (!verdict.isHeld || canLast(durationNs, run.busiest.meanRatio)) return verdict;
  return { isHeld: false, failed: [LASTING] };
}

function holds({ metric, operator, limit, consumer }: Threshold, run: SimulatedRun): boolean {
  return valuesOf(metric, consumer, run).every((actual) => compare(actual, operator, limit));
}

function valuesOf(metric: Metric, consumer: string | undefined, run: SimulatedRun): number[] {
  switch (metric.kind) {
    case 'ratio':
      return [metric.subject === 'throttled' ? run.throttledRatio : run.throttledRecordsRatio];
    case 'count':
      return [metric.subject === 'failed' ? run.counts.failed : run.counts.unsent];
    case 'latency': {
      if (metric.span === 'ackLatency') return [statisticOf(metric, run.ackLatency)];
      if (consumer === undefined) return [statisticOf(metric, run.putToGet)];
      const consumers = run.consumers.filter(({ name }) => name === consumer);
      return consumers.map(({ putToGet }) => statisticOf(metric, putToGet));
    }
    case 'rate':
    case 'ledger':
      return [];
  }
}

function statisticOf({ statistic }: Extract<Metric, { readonly kind: 'latency' }>, latency: LatencyQuantiles): number {
  if (statistic.kind === 'percentile') return latency[PERCENTILES[statistic.percentile] ?? 'max'];
  return statistic.kind === 'mean' ? latency.mean : latency.max;
}

/** The largest share of throttled records that the SLO allows; 1 if it names none. */
export function throttledRecordsAllowed({ thresholds }: Slo): number {
  const limits = thresholds
    .filter(
      ({ metric, operator }) =>
        metric.kind === 'ratio' && metric.subject === 'throttledRecords' && /^(?:<|==)/u.test(operator),
    )
    .map(({ limit }) => limit);
  return Math.min(1, ...limits);
}
