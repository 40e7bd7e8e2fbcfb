import { formatCount, formatDuration } from '../../reports/format/numbers.ts';
import type { GatedMetric } from '../../reports/gate/pairs.ts';
import { samplesToGate } from '../../reports/histogram/percentile-support.ts';
import { isBetterHigher } from '../../reports/verdict/metric.ts';
import { parseMetric } from '../../reports/verdict/threshold-grammar.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { expectedRecords } from '../../workloads/schedule.ts';
import { runnerError } from '../errors.ts';
import { recordedNs } from './shorten.ts';

export const DEFAULT_METRIC = 'putToGet.p50';

/** Metrics that a gate shows and that do not decide. */
const SHOWN_METRICS = [
  'putToGet.p50',
  'putToGet.p90',
  'putToGet.p99',
  'ackLatency.p50',
  'ackLatency.p99',
  'residence.p50',
  'achieved.rate',
];

/**
 * Returns the metric of a name, if its values have a ratio.
 * @throws ReportError METRIC_UNKNOWN with the nearest name; RunnerError RUNNER_USAGE for counts, because they may be 0.
 */
export function gatedMetric(name: string): GatedMetric {
  const metric = parseMetric(name);
  if (metric.kind === 'latency' || isBetterHigher(metric)) return { name, isBetterHigher: isBetterHigher(metric) };
  throw runnerError('RUNNER_USAGE', {
    what: `${name} is 0 in a good run, so a gate cannot compare it by its ratio`,
    fix: 'Name a latency or a rate, such as putToGet.p99 or achieved.rate. A gate always checks delivery too.',
  });
}

/** Metrics that are shown in addition to `primary`, if a block has enough records for them. */
export function otherMetrics(primary: string, scenario: Scenario): GatedMetric[] {
  return SHOWN_METRICS.filter((name) => name !== primary && missingRecords(name, scenario) === undefined).map(
    gatedMetric,
  );
}

/** @param scenario shortened to a block. @throws RunnerError RUNNER_GATE_TOO_SHORT with the block length that the metric needs. */
export function checkBlockLength(name: string, scenario: Scenario): void {
  const missing = missingRecords(name, scenario);
  if (missing === undefined) return;
  const { needed, expected } = missing;
  const neededNs = Math.ceil((recordedNs(scenario) * needed * 1.1) / Math.max(1, expected) / 1e9) * 1e9;
  throw runnerError('RUNNER_GATE_TOO_SHORT', {
    what: `${name} needs ${formatCount(needed)} records in each block, but a block of ${formatDuration(recordedNs(scenario))} has about ${formatCount(expected)}`,
    fix: `Pass --block ${neededNs / 1e9}s (the scenario must be at least as long), raise the rate, or gate a percentile closer to p50.`,
  });
}

function missingRecords(name: string, scenario: Scenario): { needed: number; expected: number } | undefined {
  const metric = parseMetric(name);
  if (metric.kind !== 'latency' || metric.statistic.kind !== 'percentile') return undefined;
  const needed = samplesToGate(metric.statistic.percentile);
  const expected = recordedRecords(scenario);
  return expected < needed ? { needed, expected } : undefined;
}

function recordedRecords({ workloads }: Scenario): number {
  let sum = 0;
  for (const workload of workloads) {
    for (const { recorded, startNs, durationNs } of workload.phases) {
      if (recorded) sum += expectedRecords(workload, startNs, startNs + durationNs);
    }
  }
  return Math.floor(sum);
}
