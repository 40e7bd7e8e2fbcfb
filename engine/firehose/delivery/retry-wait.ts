const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 120_000;
const JITTER_RATIO = 0.15;

/**
 * Wait after a failed try, from 1: doubles from 1 s to 120 s, with a jitter of 15%. Source: Firehose guide, HTTP endpoint
 * delivery request and response specifications.
 */
export function retryWaitMs(attempt: number, random: () => number): number {
  const plainMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
  return plainMs * (1 + JITTER_RATIO * (2 * random() - 1));
}
