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

/** Shown beside the one that decides. */
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
 * A metric of which a ratio can be taken.
 * @throws ReportError METRIC_UNKNOWN with the nearest name; RunnerError RUNNER_USAGE for counts, which may be 0.
 */
export function gatedMetric(name: string): GatedMetric {
  const metric = parseMetric(name);
  if (metric.kind === 'latency' || isBetterHigher(metric)) return { name, isBetterHigher: isBetterHigher(metric) };
  throw runnerError('RUNNER_USAGE', {
    what: `${name} is 0 in a good run, so a gate cannot compare it by its ratio`,
    fix: 'Name a latency or a rate, such as putToGet.p99 or achieved.rate. A gate checks delivery beside its metric.',
  });
}

/** What is shown beside `primary`: the usual metrics, as far as a block has enough records for them. */
export function otherMetrics(primary: string, scenario: Scenario): GatedMetric[] {
  return SHOWN_METRICS.filter((name) => name !== primary && missingRecords(name, scenario) === undefined).map(
    gatedMetric,
  );
}

/** @param scenario in the length of a block. @throws RunnerError RUNNER_GATE_TOO_SHORT saying how long a block it takes. */
export function checkBlockLength(name: string, scenario: Scenario): void {
  const missing = missingRecords(name, scenario);
  if (missing === undefined) return;
  const { needed, expected } = missing;
  const neededNs = Math.ceil((recordedNs(scenario) * needed * 1.1) / Math.max(1, expected) / 1e9) * 1e9;
  throw runnerError('RUNNER_GATE_TOO_SHORT', {
    what: `${name} takes ${formatCount(needed)} records in each block, and a block of ${formatDuration(recordedNs(scenario))} has about ${formatCount(expected)}`,
    fix: `Say --block ${neededNs / 1e9}s (the scenario must be as long), raise its rate, or gate a percentile nearer to the middle.`,
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
