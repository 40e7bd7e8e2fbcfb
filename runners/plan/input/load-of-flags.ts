import { resolveScenario } from '../../../workloads/resolve.ts';
import type { Scenario } from '../../../workloads/scenario.ts';
import { RATE_MAX_PER_SECOND, RECORD_MAX_BYTES } from '../../../workloads/schema-fields.ts';
import { parseDurationNs, parseRatePerSecond, parseSizeBytes, type Quantity } from '../../../workloads/units.ts';
import { runnerError } from '../../errors.ts';
import { consumersOfFlag } from './consumers-flag.ts';
import { keysOfFlag } from './keys-flag.ts';
import { SDK_PRODUCERS } from './sdk-producers.ts';

/** A load as flags describe it, each as it was written. */
export interface LoadFlags {
  readonly rate?: string | undefined;
  readonly size?: string | undefined;
  /** Default: `uniform:100000`. */
  readonly keys?: string | undefined;
  /** Default: one that polls each second. */
  readonly consumers?: string | undefined;
  /** Default: 1m. */
  readonly duration?: string | undefined;
  /** Default: 1. */
  readonly producers?: number | undefined;
  /** Default: 1. */
  readonly seed?: number | undefined;
}

const DEFAULT_KEYS = 'uniform:100000';
export const DEFAULT_CONSUMERS = '1';
const DEFAULT_DURATION = '1m';
const DURATION_MAX_NS = 24 * 3600e9;

/**
 * The scenario that flags describe: Poisson arrivals at a constant rate, records of one size, and the AWS SDK's batches and retries. Its
 * target is the engine with the limits of AWS, so that it can be run as it is.
 * @throws RunnerError RUNNER_USAGE for a flag that is missing or wrong.
 */
export function scenarioOfFlags(flags: LoadFlags): Scenario {
  const rate = need('--rate', flags.rate, '5000/s');
  const size = need('--size', flags.size, '800B');
  const duration = flags.duration ?? DEFAULT_DURATION;
  check('--rate', rate, parseRatePerSecond(rate), {
    above: 0,
    max: RATE_MAX_PER_SECOND,
    words: 'a rate above 0/s, at most 100M/s',
  });
  const sizeBytes = check('--size', size, parseSizeBytes(size), {
    above: 0,
    max: RECORD_MAX_BYTES,
    words: 'a size from 1B to 10MiB',
  });
  const range = { above: 0, max: DURATION_MAX_NS, words: 'a duration above 0, at most 24h' };
  check('--duration', duration, parseDurationNs(duration), range);
  const isLarge = sizeBytes > RECORD_MAX_BYTES / 10;
  const { batch, retry } = SDK_PRODUCERS;
  return resolveScenario({
    name: 'flags',
    description: `${rate} of ${size}`,
    ...(flags.seed === undefined ? {} : { seed: flags.seed }),
    target: { kind: 'engine', shards: 1, limits: 'aws', ...(isLarge ? { maxRecordBytes: '10MiB' } : {}) },
    workloads: [
      {
        name: 'load',
        arrivals: 'poisson',
        phases: [{ name: 'steady', duration, rate }],
        keys: keysOfFlag(flags.keys ?? DEFAULT_KEYS),
        payload: { size },
        producers: {
          count: flags.producers ?? 1,
          batch: { records: batch.records, bytes: `${batch.bytes}B` },
          retry: { attempts: retry.attempts, base: `${retry.baseNs}ns`, cap: `${retry.capNs}ns` },
        },
      },
    ],
    consumers: consumersOfFlag(flags.consumers ?? DEFAULT_CONSUMERS).map((consumer) =>
      consumer.kind === 'fan-out'
        ? { name: consumer.name, kind: consumer.kind }
        : { name: consumer.name, kind: consumer.kind, intervalMs: consumer.intervalNs / 1e6 },
    ),
  });
}

function need(flag: string, value: string | undefined, example: string): string {
  if (value !== undefined) return value;
  throw runnerError('RUNNER_USAGE', {
    what: `a plan from flags needs ${flag}`,
    fix: `Add ${flag} ${example}, or give a scenario, a trace, metrics or a sketch as INPUT.`,
  });
}

function check(
  flag: string,
  text: string,
  quantity: Quantity,
  { above, max, words }: { readonly above: number; readonly max: number; readonly words: string },
): number {
  if (quantity.kind === 'problem') {
    throw runnerError('RUNNER_USAGE', { what: `${flag}: ${quantity.what}`, fix: quantity.fix });
  }
  if (quantity.value > above && quantity.value <= max) return quantity.value;
  throw runnerError('RUNNER_USAGE', { what: `${flag} must be ${words}, got "${text}"`, fix: `Write ${words}.` });
}
