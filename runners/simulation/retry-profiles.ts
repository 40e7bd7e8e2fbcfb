import type { ProducerModel } from './load.ts';

const MS = 1e6;

/** How a client retries throttled records. */
export interface RetryProfile {
  readonly title: string;
  /** Where the numbers come from. */
  readonly source: string;
  readonly retry: ProducerModel['retry'];
  readonly quota?: ProducerModel['quota'];
}

/**
 * Retries of common clients, by name. The AWS SDKs wait for `floor(U(0, 1) * min(base * 2^i, cap))` before retry i = 0, 1, ...: full
 * jitter. They retry whole calls; that a producer sends the throttled records of a PutRecords again in the same way is an assumption.
 */
export const RETRY_PROFILES = {
  'aws-sdk-js': {
    title: 'AWS SDK for JavaScript, its constants for throttling',
    source: '@smithy/core 3.41.0: 3 attempts, base 1,000 ms, cap 20 s, 500 tokens, 5 tokens a retry',
    retry: { attempts: 3, baseNs: 1000 * MS, capNs: 20_000 * MS },
    quota: { tokens: 500, tokensPerRetry: 5 },
  },
  'aws-sdk-js-older': {
    title: 'AWS SDK for JavaScript before 2026',
    source:
      'smithy-typescript, constants.ts: 3 attempts, base 500 ms for throttling, cap 20 s, 500 tokens, 5 tokens a retry',
    retry: { attempts: 3, baseNs: 500 * MS, capNs: 20_000 * MS },
    quota: { tokens: 500, tokensPerRetry: 5 },
  },
  scenario: {
    title: 'Producers of a scenario that sets no retries',
    source: 'workloads/schema.ts: 10 attempts, base 100 ms, cap 20 s, no quota',
    retry: { attempts: 10, baseNs: 100 * MS, capNs: 20_000 * MS },
  },
} as const satisfies Record<string, RetryProfile>;

export type RetryProfileName = keyof typeof RETRY_PROFILES;

/** The limits of one PutRecords: 500 records and 5 MiB. Source: API Reference, PutRecords, read 2026-11. */
const PUT_RECORDS_MAX = 500;
const PUT_BYTES_MAX = 5 * 1024 * 1024;
/** Calls that wait to fill: a common choice of client libraries, and the default of the Kinesis Producer Library. */
const LINGER_NS = 100 * MS;
/** What a PutRecords takes in the same region: an assumption, of the order that AWS's own examples show. */
const CALL_NS = 20 * MS;

/** The producers of a load that does not know its own. */
export function defaultProducers(count = 1, profile: RetryProfileName = 'aws-sdk-js'): ProducerModel {
  const { retry, ...rest } = RETRY_PROFILES[profile];
  return {
    count,
    batch: { records: PUT_RECORDS_MAX, bytes: PUT_BYTES_MAX, lingerNs: LINGER_NS },
    whenBusy: 'wait',
    retry,
    callNs: CALL_NS,
    ...('quota' in rest ? { quota: rest.quota } : {}),
  };
}
