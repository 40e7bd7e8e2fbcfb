import { samplesToGate } from '../../reports/histogram/percentile-support.ts';
import type { SearchRules } from '../../reports/knee/search.ts';
import { parseThreshold } from '../../reports/verdict/threshold-grammar.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { RATE_MAX_PER_SECOND } from '../../workloads/schema-fields.ts';
import { type RunnerError, runnerError } from '../errors.ts';
import { kindOf } from '../targets/targets.ts';
import { baseRatePerSecond } from './trial-scenario.ts';

export interface KneeOptions {
  readonly objectives: readonly string[];
  readonly warmUpNs: number;
  readonly trialNs: number;
  /** Rate of the first trial. */
  readonly fromPerSecond?: number;
  readonly toPerSecond?: number;
  readonly resolutionRatio: number;
  readonly confirmations: number;
  readonly skipsDescent?: boolean;
  /** Burst capacity of the target, as time at its limit (default from the scenario or the AWS documentation). */
  readonly burstNs?: number;
}

const TRIALS_MAX = 150;
/** Share of the rate of the scenario down to which a search goes before it reports that no rate is sustainable. */
const LOWEST_RATIO = 1 / 1024;
/** More records than a percentile needs, because random arrivals may bring fewer. */
const SPARE_FACTOR = 1.3;

/** @throws RunnerError RUNNER_USAGE if the scenario sets no rate, or the range is empty. */
export function rulesOf(scenario: Scenario, options: KneeOptions): SearchRules {
  const { objectives, trialNs, resolutionRatio, confirmations, skipsDescent, fromPerSecond, toPerSecond } = options;
  const base = fromPerSecond ?? baseRatePerSecond(scenario);
  if (!(base > 0)) throw usage('the recorded phases of the scenario have no rate to start from', 'Add --from 1000/s.');
  const judgeable = (SPARE_FACTOR * recordsNeeded(objectives, scenario)) / (trialNs / 1e9);
  const lowestPerSecond = Math.max(1, base * LOWEST_RATIO, judgeable);
  const highestPerSecond = toPerSecond ?? RATE_MAX_PER_SECOND;
  if (highestPerSecond < lowestPerSecond) {
    throw usage(
      `--to is below ${Math.ceil(lowestPerSecond)}/s, the lowest rate that trials of this length can judge`,
      'Raise it, or use a longer --trial.',
    );
  }
  return {
    startPerSecond: Math.max(base, lowestPerSecond),
    lowestPerSecond,
    highestPerSecond,
    resolutionRatio,
    confirmations,
    ...(skipsDescent === true ? { skipsDescent } : {}),
    trialNs,
    burstNs: options.burstNs ?? burstNsOf(scenario),
    trialsMax: TRIALS_MAX,
    seed: scenario.seed % 2 ** 31,
  };
}

/** Returns the number of records that a trial needs for its objectives. */
function recordsNeeded(objectives: readonly string[], scenario: Scenario): number {
  const needed = objectives.map((text) => {
    const { metric } = parseThreshold(text);
    const isPercentile = metric.kind === 'latency' && metric.statistic.kind === 'percentile';
    return isPercentile ? samplesToGate((metric.statistic as { readonly percentile: number }).percentile) : 1;
  });
  // Each consumer receives every record, and an objective of one workload covers only the records of that workload.
  return Math.max(1, ...needed) * scenario.workloads.length;
}

/** @returns 0 for a target without limits. */
export function burstNsOf({ target }: Scenario): number {
  return kindOf(target).burstNs?.(target) ?? 0;
}

function usage(what: string, fix: string): RunnerError {
  return runnerError('RUNNER_USAGE', { what, fix });
}
