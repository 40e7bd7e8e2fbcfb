import type { Clock } from '../../account/clock.ts';
import type { DeliveryRecord, FailedRecord } from './delivery-record.ts';
import type { DeliveryBatch, DeliveryOutcome, Destination } from './destination.ts';
import { retryWaitMs } from './retry-wait.ts';
import { waitOn } from './wait.ts';

/** When a batch that failed is tried again, and for how long. */
export interface RetryPolicy {
  /** Time for retries. */
  readonly retryMs: number;
  /** Time from the start of a try to the start of the next; undefined for waits that double. */
  readonly retryEveryMs?: number | undefined;
  /** The retry duration contains the tries, the first included. Otherwise it starts after the first and contains waits only. */
  readonly containsTries?: boolean | undefined;
}

export interface DeliveryPolicy extends RetryPolicy {
  readonly clock: Clock;
  /** From 0 to 1, for the jitter of waits. */
  readonly random: () => number;
}

/** Records of a batch that were not delivered. All others were, or the destination discarded them or keeps them. */
export interface BatchResult {
  readonly failed: readonly FailedRecord[];
  readonly discardedRecords: number;
  /** Records that the destination keeps in its own way after the retry duration: the destination has `abandon`. */
  readonly abandonedRecords: number;
}

interface Reason {
  readonly errorCode: string;
  readonly errorMessage: string;
}

/**
 * Delivers a batch, with retries until the retry duration has passed.
 * @param signal aborts when the stream is deleted or the engine closes: the rest of the batch is neither delivered nor failed.
 */
export async function deliverBatch(
  batch: DeliveryBatch,
  destination: Destination,
  policy: DeliveryPolicy,
  signal: AbortSignal,
): Promise<BatchResult> {
  const { clock, random, retryMs, retryEveryMs, containsTries = false } = policy;
  const failed: FailedRecord[] = [];
  let remaining = batch.records;
  let discardedRecords = 0;
  let retryUntilMs = clock.nowMs() + retryMs;
  for (let attempt = 1; remaining.length > 0 && !signal.aborted; attempt++) {
    const triedAtMs = clock.nowMs();
    const outcome = await destination.deliver({ ...batch, records: remaining }, signal);
    const nowMs = clock.nowMs();
    const fail = (record: DeliveryRecord, { errorCode, errorMessage }: Reason) => {
      failed.push({ record, errorCode, errorMessage, attemptsMade: attempt, attemptEndedAtMs: nowMs });
    };
    if (outcome.kind === 'rejected') for (const rejected of outcome.rejected) fail(rejected.record, rejected);
    if (outcome.kind === 'discarded') discardedRecords += outcome.discarded?.length ?? remaining.length;
    remaining = remainingOf(outcome, remaining);
    if (!containsTries) retryUntilMs += nowMs - triedAtMs;
    const reason = reasonOf(outcome);
    if (reason === undefined) continue;
    const nextMs = retryEveryMs === undefined ? nowMs + retryWaitMs(attempt, random) : triedAtMs + retryEveryMs;
    if (Math.max(nowMs, nextMs) > retryUntilMs) {
      if (await abandoned({ ...batch, records: remaining }, destination, policy, signal))
        return { failed, discardedRecords, abandonedRecords: remaining.length };
      for (const record of remaining) fail(record, reason);
      break;
    }
    await waitOn(clock, nextMs - nowMs, signal);
  }
  return { failed, discardedRecords, abandonedRecords: 0 };
}

/** Lets the destination keep a batch in its own way. @returns false if it has none. */
async function abandoned(
  batch: DeliveryBatch,
  destination: Destination,
  { clock, random }: DeliveryPolicy,
  signal: AbortSignal,
): Promise<boolean> {
  if (destination.abandon === undefined) return false;
  for (let attempt = 1; !signal.aborted; attempt++) {
    const outcome = await destination.abandon(batch, signal);
    if (outcome.kind !== 'retry') break;
    await waitOn(clock, retryWaitMs(attempt, random), signal);
  }
  return true;
}

function remainingOf(outcome: DeliveryOutcome, tried: readonly DeliveryRecord[]): readonly DeliveryRecord[] {
  switch (outcome.kind) {
    case 'delivered':
      return [];
    case 'retry':
      return outcome.remaining ?? tried;
    case 'rejected':
      return outcome.remaining;
    case 'discarded':
      return outcome.remaining ?? [];
  }
}

/** Why records remain; undefined if nothing speaks against trying them at once. */
function reasonOf(outcome: DeliveryOutcome): Reason | undefined {
  switch (outcome.kind) {
    case 'retry':
      return outcome;
    case 'rejected':
      return outcome.remainingError;
    default:
      return undefined;
  }
}
