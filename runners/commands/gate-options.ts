import { join } from 'node:path';
import { DEFAULT_TOLERANCE_RATIO } from '../../reports/gate/plan.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { parseDurationNs, shareFix } from '../../workloads/units.ts';
import { type RunnerError, runnerError } from '../errors.ts';
import { folderName } from '../names/safe-name.ts';
import type { GateSharedLine } from './gate-line.ts';

/** What the words of the line say, in their units; left out where they were. */
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
    throw usage(
      `--floor ${floor} is above the tolerance`,
      'What fails a gate must not be more than what it tolerates.',
    );
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

/** Of several metrics one is worse by chance in many comparisons of equals; a verdict about one of them is about one. */
function oneMetric(metrics: readonly string[] | undefined): string | undefined {
  if (metrics === undefined || metrics.length <= 1) return metrics?.[0];
  throw usage(
    `a paired gate decides by one metric, and --metric is given ${metrics.length} times`,
    'Name the one that matters; the usual others are shown anyway.',
  );
}

/** `5%` or `0.05`; above 0, below 100 %. */
function ratioOf(option: string, text: string): number {
  const match = /^(?<number>\d+(?:\.\d+)?|\.\d+)\s*(?<percent>%?)$/u.exec(text.trim())?.groups;
  const ratio = match === undefined ? Number.NaN : Number(match.number) / (match.percent === '%' ? 100 : 1);
  if (ratio > 0 && ratio < 1) return ratio;
  throw usage(`--${option} is "${text}"`, shareFix(text, 'a percentage above 0% and below 100%, such as 5%'));
}

function durationOf(option: string, text: string): number {
  const parsed = parseDurationNs(text);
  if (parsed.kind === 'problem') throw usage(`--${option} is "${text}"`, 'Write it as 2s or 500ms.');
  if (parsed.value > 0) return parsed.value;
  throw usage(`--${option} is "${text}"`, 'Write a length of time above 0, such as 2s.');
}

function countOf(option: string, text: string): number {
  const count = /^\d+$/u.test(text) ? Number(text) : 0;
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw usage(`--${option} is "${text}"`, 'Write a whole number above 0.');
}

function usage(what: string, fix: string): RunnerError {
  return runnerError('RUNNER_USAGE', { what, fix });
}
