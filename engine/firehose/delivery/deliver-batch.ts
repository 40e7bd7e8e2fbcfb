import type { Clock } from '../../account/clock.ts';
import type { DeliveryRecord, FailedRecord } from './delivery-record.ts';
import type { DeliveryBatch, DeliveryOutcome, Destination } from './destination.ts';
import { retryWaitMs } from './retry-wait.ts';
import { waitOn } from './wait.ts';

export interface DeliveryPolicy {
  /** Time for retries after the first try has failed. */
  readonly retryMs: number;
  readonly clock: Clock;
  /** From 0 to 1, for the jitter of waits. */
  readonly random: () => number;
}

/** Records of a batch that were not delivered. All others were, or the destination discarded them. */
export interface BatchResult {
  readonly failed: readonly FailedRecord[];
  readonly discardedRecords: number;
}

/**
 * Delivers a batch, with retries until the retry duration has passed.
 * @param signal aborts when the stream is deleted or the engine closes: the rest of the batch is neither delivered nor failed.
 */
export async function deliverBatch(
  batch: DeliveryBatch,
  destination: Destination,
  { retryMs, clock, random }: DeliveryPolicy,
  signal: AbortSignal,
): Promise<BatchResult> {
  const failed: FailedRecord[] = [];
  let remaining = batch.records;
  let discardedRecords = 0;
  let retryUntilMs = Number.POSITIVE_INFINITY;
  for (let attempt = 1; remaining.length > 0 && !signal.aborted; attempt++) {
    const outcome = await destination.deliver({ ...batch, records: remaining }, signal);
    const nowMs = clock.nowMs();
    const fail = (record: DeliveryRecord, errorCode: string, errorMessage: string) => {
      failed.push({ record, errorCode, errorMessage, attemptsMade: attempt, attemptEndedAtMs: nowMs });
    };
    if (outcome.kind === 'rejected') {
      for (const { record, errorCode, errorMessage } of outcome.rejected) fail(record, errorCode, errorMessage);
    }
    if (outcome.kind === 'discarded') discardedRecords = remaining.length;
    remaining = remainingOf(outcome, remaining);
    if (attempt === 1) retryUntilMs = nowMs + retryMs;
    if (remaining.length === 0 || signal.aborted) break;
    const waitMs = retryWaitMs(attempt, random);
    if (nowMs + waitMs > retryUntilMs) {
      const { errorCode, errorMessage } = reasonOf(outcome);
      for (const record of remaining) fail(record, errorCode, errorMessage);
      break;
    }
    await waitOn(clock, waitMs, signal);
  }
  return { failed, discardedRecords };
}

function remainingOf(outcome: DeliveryOutcome, tried: readonly DeliveryRecord[]): readonly DeliveryRecord[] {
  switch (outcome.kind) {
    case 'delivered':
    case 'discarded':
      return [];
    case 'retry':
      return outcome.remaining ?? tried;
    case 'rejected':
      return outcome.remaining;
  }
}

function reasonOf(outcome: DeliveryOutcome): { readonly errorCode: string; readonly errorMessage: string } {
  if (outcome.kind === 'retry') return outcome;
  return { errorCode: 'InternalError', errorMessage: 'The destination did not accept the record.' };
}
