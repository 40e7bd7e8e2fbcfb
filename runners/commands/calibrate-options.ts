import {
  parseBytesPerSecond,
  parseDurationNs,
  parseRatePerSecond,
  parseSizeBytes,
  type Quantity,
} from '../../workloads/units.ts';
import type { CalibrateOptions } from '../calibrate/calibrate.ts';
import type { LatencyConditions } from '../calibrate/calibration-scenario.ts';
import { type RunnerError, runnerError } from '../errors.ts';
import type { CalibrateLine } from './calibrate-line.ts';
import { parseSeed } from './scenario.ts';

export interface CalibrateLineOptions {
  readonly conditions: LatencyConditions;
  readonly probes: CalibrateOptions['probes'];
  readonly runs: number;
}

const RUNS_MIN = 3;
const RUNS_MAX = 100;
const DURATION_MIN_NS = 2e9;

/** @throws RunnerError RUNNER_USAGE */
export function calibrateOptions(line: CalibrateLine): CalibrateLineOptions {
  const isCheck = line.check !== undefined;
  rejectMixed(line, isCheck);
  const durationNs = quantityOf('duration', line.duration, parseDurationNs, isCheck ? 10e9 : 30e9, '30s');
  if (durationNs < DURATION_MIN_NS) throw usage('--duration must be at least 2s', line.duration);
  const conditions: LatencyConditions = {
    ratePerSecond: quantityOf('rate', line.rate, parseRatePerSecond, 200, '200/s'),
    recordBytes: quantityOf('size', line.size, parseSizeBytes, 1000, '1KB'),
    pollIntervalMs: quantityOf('poll-interval', line['poll-interval'], parseDurationNs, 200e6, '200ms') / 1e6,
    durationMs: durationNs / 1e6,
    seed: line.seed === undefined ? 1 : parseSeed(line.seed),
  };
  const probes = {
    overloadRecordsPerSecond: quantityOf('overload', line.overload, parseRatePerSecond, 2000, '2000/s'),
    overloadBytesPerSecond: quantityOf('overload-bytes', line['overload-bytes'], parseBytesPerSecond, 2e6, '2MB/s'),
    durationMs: quantityOf('probe', line.probe, parseDurationNs, 10e9, '10s') / 1e6,
  };
  return { conditions, probes: line['no-limits'] === true ? undefined : probes, runs: runsOf(line.runs) };
}

const CHECK_OPTIONS = ['runs'] as const;
const MEASURING_OPTIONS = ['out', 'name', 'overload', 'overload-bytes', 'probe', 'no-limits', 'force'] as const;

function rejectMixed(line: CalibrateLine, isCheck: boolean): void {
  const misplaced = (isCheck ? MEASURING_OPTIONS : CHECK_OPTIONS).find((option) => line[option] !== undefined);
  if (misplaced === undefined) return;
  throw runnerError('RUNNER_USAGE', {
    what: isCheck ? `--${misplaced} has no effect with --check` : `--${misplaced} needs --check`,
    fix: `Remove --${misplaced}${isCheck ? '' : ', or add --check PROFILE'}.`,
  });
}

function runsOf(text: string | undefined): number {
  if (text === undefined) return 5;
  const runs = /^\d+$/u.test(text) ? Number(text) : Number.NaN;
  if (runs >= RUNS_MIN && runs <= RUNS_MAX) return runs;
  throw usage(`--runs must be a whole number from ${RUNS_MIN} to ${RUNS_MAX}`, text);
}

function quantityOf(
  option: string,
  text: string | undefined,
  parse: (input: unknown) => Quantity,
  standard: number,
  example: string,
): number {
  if (text === undefined) return standard;
  const parsed = parse(text);
  if (parsed.kind !== 'problem' && parsed.value > 0) return parsed.value;
  throw usage(`--${option} must be a quantity above 0 with its unit, such as ${example}`, text);
}

function usage(rule: string, got: string | undefined): RunnerError {
  return runnerError('RUNNER_USAGE', { what: `${rule}, got "${got ?? ''}"`, fix: 'Correct the option.' });
}
