import { join } from 'node:path';
import { DEFAULT_TOLERANCE_RATIO } from '../../reports/gate/plan.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { parseDurationNs, shareFix } from '../../workloads/units.ts';
import { type RunnerError, runnerError } from '../errors.ts';
import { folderName } from '../names/safe-name.ts';
import type { GateSharedLine } from './gate-line.ts';

/** The values of the command line in their units. An option that was not given is absent. */
export interface GateLineOptions {
  readonly metric?: string;
  readonly toleranceRatio?: number;
  readonly floorRatio?: number;
  readonly blockNs?: number;
  readonly maxDurationNs?: number;
  readonly maxPairs?: number;
  readonly force?: boolean;
}

/** @throws RunnerError RUNNER_USAGE */
export function gateLineOptions(line: GateSharedLine & { readonly force?: boolean | undefined }): GateLineOptions {
  const { tolerance, floor, block, force } = line;
  const metric = oneMetric(line.metric);
  const maxDuration = line['max-duration'];
  const maxPairs = line['max-pairs'];
  const toleranceRatio = tolerance === undefined ? undefined : ratioOf('tolerance', tolerance);
  const floorRatio = floor === undefined ? undefined : ratioOf('floor', floor);
  if (floorRatio !== undefined && floorRatio > (toleranceRatio ?? DEFAULT_TOLERANCE_RATIO)) {
    throw usage(`--floor must not be above --tolerance, got ${floor}`, 'Lower --floor, or raise --tolerance.');
  }
  return {
    ...(metric === undefined ? {} : { metric }),
    ...(toleranceRatio === undefined ? {} : { toleranceRatio }),
    ...(floorRatio === undefined ? {} : { floorRatio }),
    ...(block === undefined ? {} : { blockNs: durationOf('block', block) }),
    ...(maxDuration === undefined ? {} : { maxDurationNs: durationOf('max-duration', maxDuration) }),
    ...(maxPairs === undefined ? {} : { maxPairs: countOf('max-pairs', maxPairs) }),
    ...(force === true ? { force } : {}),
  };
}

export function gateFolder({ out }: GateSharedLine, scenario: Scenario): string {
  return out ?? join('results', 'gate', folderName(scenario.name));
}

/** With several metrics, equal sides would fail more often: one metric out of many is worse by chance. */
function oneMetric(metrics: readonly string[] | undefined): string | undefined {
  if (metrics === undefined || metrics.length <= 1) return metrics?.[0];
  throw usage(
    `gate accepts one --metric, got ${metrics.length}`,
    'Name the metric that decides; the report shows the usual others too.',
  );
}

/** Reads `5%` or `0.05`. The value must be above 0 and below 100 %. */
function ratioOf(option: string, text: string): number {
  const match = /^(?<number>\d+(?:\.\d+)?|\.\d+)\s*(?<percent>%?)$/u.exec(text.trim())?.groups;
  const ratio = match === undefined ? Number.NaN : Number(match.number) / (match.percent === '%' ? 100 : 1);
  if (ratio > 0 && ratio < 1) return ratio;
  const rule = `--${option} must be above 0% and below 100%, got "${text}"`;
  throw usage(rule, shareFix(text, 'a percentage above 0% and below 100%, such as 5%'));
}

function durationOf(option: string, text: string): number {
  const parsed = parseDurationNs(text);
  if (parsed.kind === 'value' && parsed.value > 0) return parsed.value;
  throw usage(`--${option} must be a duration above 0, got "${text}"`, 'Write it as 2s or 500ms.');
}

function countOf(option: string, text: string): number {
  const count = /^\d+$/u.test(text) ? Number(text) : 0;
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw usage(`--${option} must be a whole number above 0, got "${text}"`, `Write a number such as --${option} 100.`);
}

function usage(what: string, fix: string): RunnerError {
  return runnerError('RUNNER_USAGE', { what, fix });
}
