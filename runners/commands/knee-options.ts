import { parseDurationNs, parseRatePerSecond, parseRatio, type Quantity, shareFix } from '../../workloads/units.ts';
import { type RunnerError, runnerError } from '../errors.ts';
import type { KneeOptions } from '../knee/knee-rules.ts';
import type { KneeLine } from './knee-line.ts';

/** The values of the command line in their units, with their defaults. */
export interface KneeLineOptions extends Omit<KneeOptions, 'objectives'> {
  readonly shardCounts: readonly number[];
  readonly maxDurationNs: number;
}

const DEFAULT_TRIAL_NS = 10e9;
/** The backlog is read about every 50 ms. A shorter trial has too few readings. */
const TRIAL_MIN_NS = 2e9;
const WARM_UP_RATIO = 0.2;
/** Long enough for the threads to compile their code. */
const WARM_UP_MIN_NS = 1e9;
const DEFAULT_RESOLUTION_RATIO = 0.005;
const DEFAULT_CONFIRMATIONS = 5;
const DEFAULT_MAX_DURATION_NS = 15 * 60e9;
const CONFIRMATIONS_MAX = 100;
const SHARDS_MAX = 4096;
const SHARD_COUNTS_MAX = 64;

/** @throws RunnerError RUNNER_USAGE */
export function kneeLineOptions(line: KneeLine): KneeLineOptions {
  const trialNs = durationOf('trial', line.trial, TRIAL_MIN_NS) ?? DEFAULT_TRIAL_NS;
  const warmUpNs = durationOf('warm-up', line['warm-up'], 0) ?? Math.max(WARM_UP_MIN_NS, WARM_UP_RATIO * trialNs);
  const fromPerSecond = rateOf('from', line.from);
  const toPerSecond = rateOf('to', line.to);
  if (fromPerSecond !== undefined && toPerSecond !== undefined && fromPerSecond > toPerSecond) {
    throw usage(`--from must not be above --to, got ${line.from} and ${line.to}`, 'Lower --from, or raise --to.');
  }
  const burstNs = durationOf('burst', line.burst, 0);
  return {
    shardCounts: line.shards === undefined ? [] : parseShardCounts(line.shards),
    trialNs,
    warmUpNs: Math.max(1, warmUpNs),
    ...(fromPerSecond === undefined ? {} : { fromPerSecond }),
    ...(toPerSecond === undefined ? {} : { toPerSecond }),
    resolutionRatio: line.resolution === undefined ? DEFAULT_RESOLUTION_RATIO : ratioOf('resolution', line.resolution),
    confirmations: line.confirm === undefined ? DEFAULT_CONFIRMATIONS : countOf('confirm', line.confirm),
    ...(line['no-descent'] === true ? { skipsDescent: true } : {}),
    ...(burstNs === undefined ? {} : { burstNs }),
    maxDurationNs: durationOf('max-duration', line['max-duration'], 1) ?? DEFAULT_MAX_DURATION_NS,
  };
}

/** `1..8`, `1,2,4,8` or both: `1..4,8`. @returns ascending, each once. @throws RunnerError RUNNER_USAGE @internal */
export function parseShardCounts(text: string): number[] {
  const counts = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^\s*(\d{1,4})(?:\.\.(\d{1,4}))?\s*$/u.exec(part);
    const [first, last] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
    if (match === null || first < 1 || last > SHARDS_MAX || first > last) {
      throw usage(
        `--shards must be numbers from 1 to ${SHARDS_MAX} or ranges of them, got "${text}"`,
        'Write --shards 1..8, or --shards 1,2,4,8.',
      );
    }
    for (let count = first; count <= last && counts.size <= SHARD_COUNTS_MAX; count++) counts.add(count);
  }
  if (counts.size > SHARD_COUNTS_MAX) {
    throw usage(
      `--shards must be at most ${SHARD_COUNTS_MAX} numbers`,
      'Name fewer, such as 1,2,4,8: each one takes minutes.',
    );
  }
  return [...counts].sort((a, b) => a - b);
}

function durationOf(option: string, text: string | undefined, minNs: number): number | undefined {
  if (text === undefined) return undefined;
  const ns = amountOf(parseDurationNs(text));
  if (ns !== undefined && ns >= minNs) return ns;
  const rule = minNs > 1 ? `at least ${minNs / 1e9}s` : minNs === 1 ? 'above 0s' : '0s or more';
  const example = minNs > 1 ? '10s or 1m' : '10s or 500ms';
  throw usage(`--${option} must be a duration of ${rule}, got "${text}"`, `Write it as ${example}.`);
}

function rateOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const rate = amountOf(parseRatePerSecond(text));
  if (rate !== undefined && rate > 0) return rate;
  throw usage(`--${option} must be a rate above 0, got "${text}"`, 'Write it with its unit, such as 1000/s or 2k/s.');
}

function ratioOf(option: string, text: string): number {
  const ratio = amountOf(parseRatio(/^\d*\.?\d+$/u.test(text) ? Number(text) : text));
  if (ratio !== undefined && ratio >= 0.001 && ratio <= 0.5) return ratio;
  throw usage(`--${option} must be from 0.1% to 50%, got "${text}"`, shareFix(text, 'a percentage, such as 1%'));
}

function countOf(option: string, text: string): number {
  const count = /^\d+$/u.test(text) ? Number(text) : Number.NaN;
  if (count >= 1 && count <= CONFIRMATIONS_MAX) return count;
  throw usage(`--${option} must be a whole number from 1 to ${CONFIRMATIONS_MAX}, got "${text}"`, 'Write --confirm 5.');
}

const amountOf = (quantity: Quantity): number | undefined => (quantity.kind === 'value' ? quantity.value : undefined);

function usage(what: string, fix: string): RunnerError {
  return runnerError('RUNNER_USAGE', { what, fix });
}
