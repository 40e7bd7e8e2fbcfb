import type { ProducerModel } from './load.ts';

const MS = 1e6;

/** Retry settings of a client for throttled records. */
export interface RetryProfile {
  readonly title: string;
  /** Source of the numbers. */
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
