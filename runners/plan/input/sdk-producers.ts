import type { ProducerModel } from '../../simulation/load.ts';
import { RETRY_PROFILES } from '../../simulation/retry-profiles.ts';

/** What a put takes on AWS without throttling, for inputs that do not tell. Clients in the stream's region see 5 to 20 ms. */
const CALL_NS = 10e6;

/**
 * How producers write when the input does not tell: PutRecords with up to 500 records, and the retries of the AWS SDK.
 *
 * Retries: 3 attempts, at most 1 s before the first retry of a throttled call, doubled each time, at most 20 s, and a quota of 500 tokens
 * of which a throttled retry takes 5. Source: the constants of @smithy/core 3.41 (those for throttling errors).
 */
export const SDK_PRODUCERS = {
  batch: { records: 500, bytes: 5 * 2 ** 20, lingerNs: 0 },
  whenBusy: 'wait',
  retry: RETRY_PROFILES['aws-sdk-js'].retry,
  callNs: CALL_NS,
  quota: RETRY_PROFILES['aws-sdk-js'].quota,
} as const satisfies Omit<ProducerModel, 'count'>;

/** A producer for this many records/s, if nobody gives a number. */
const RECORDS_PER_PRODUCER = 1000;
/** What a Uint16Array of producers' numbers and a plan's memory hold with ease. */
export const PRODUCERS_MAX = 10_000;

export function producerCount(given: number | undefined, recordsPerSecond: number): number {
  return given ?? Math.min(PRODUCERS_MAX, Math.max(1, Math.ceil(recordsPerSecond / RECORDS_PER_PRODUCER)));
}
