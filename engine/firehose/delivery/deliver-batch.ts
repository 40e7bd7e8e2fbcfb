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
  /** Records of this age are discarded when a try has failed: the service keeps them no longer. */
  readonly keptMs?: number | undefined;
  /** From 0 to 1, for the jitter of waits. */
  readonly random: () => number;
  /** Called for a bug of the destination. */
  readonly onDefect: (error: unknown) => void;
  /** Called after each try. */
  readonly onTried?: (isSuccess: boolean) => void;
}

/** Records of a batch that were not delivered. All others were, or the destination discarded them or keeps them. */
export interface BatchResult {
  readonly failed: readonly FailedRecord[];
  readonly discardedRecords: number;
  /** Records that were discarded because of their age. */
  readonly lateRecords: number;
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
  const { clock, random, retryMs, retryEveryMs, keptMs = Number.POSITIVE_INFINITY, containsTries = false } = policy;
  const failed: FailedRecord[] = [];
  let rest: DeliveryBatch | undefined = batch;
  let discardedRecords = 0;
  let lateRecords = 0;
  let retryUntilMs = clock.nowMs() + retryMs;
  for (let attempt = 1; rest !== undefined && !signal.aborted; attempt++) {
    const triedAtMs = clock.nowMs();
    const outcome = await tried(rest, destination, policy, signal);
    const nowMs = clock.nowMs();
    policy.onTried?.(outcome.kind !== 'retry');
    const fail = (record: DeliveryRecord, { errorCode, errorMessage }: Reason) => {
      failed.push({ record, errorCode, errorMessage, attemptsMade: attempt, attemptEndedAtMs: nowMs });
    };
    if (outcome.kind === 'rejected') for (const rejected of outcome.rejected) fail(rejected.record, rejected);
    if (outcome.kind === 'discarded') discardedRecords += outcome.discarded?.length ?? rest.records.length;
    rest = restOf(outcome, rest);
    if (!containsTries) retryUntilMs += nowMs - triedAtMs;
    const reason = reasonOf(outcome);
    if (rest === undefined || reason === undefined) continue;
    const young = youngOf(rest, nowMs - keptMs);
    if (young !== rest) {
      lateRecords += rest.records.length - (young?.records.length ?? 0);
      rest = young;
      if (rest === undefined) break;
    }
    const nextMs = retryEveryMs === undefined ? nowMs + retryWaitMs(attempt, random) : triedAtMs + retryEveryMs;
    if (Math.max(nowMs, nextMs) > retryUntilMs) {
      if (await abandoned(rest, destination, policy, signal))
        return { failed, discardedRecords, lateRecords, abandonedRecords: rest.records.length };
      for (const record of rest.records) fail(record, reason);
      break;
    }
    await waitOn(clock, nextMs - nowMs, signal);
  }
  return { failed, discardedRecords, lateRecords, abandonedRecords: 0 };
}

/** The records of a batch that arrived after a time. */
function youngOf(batch: DeliveryBatch, sinceMs: number): DeliveryBatch | undefined {
  if (batch.oldestArrivedAtMs > sinceMs) return batch;
  const young = batch.records.filter(({ arrivedAtMs }) => arrivedAtMs > sinceMs);
  return young.length === batch.records.length ? batch : batchOf(batch, young);
}

/** A try. A bug of the destination counts as a failure that may not happen again. */
async function tried(
  batch: DeliveryBatch,
  destination: Destination,
  { onDefect }: DeliveryPolicy,
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  try {
    return await destination.deliver(batch, signal);
  } catch (error) {
    onDefect(error);
    return { kind: 'retry', errorCode: 'InternalError', errorMessage: 'The delivery failed for an internal reason.' };
  }
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

/** The records that remain of a batch after a try, undefined if none do. */
function restOf(outcome: DeliveryOutcome, tried: DeliveryBatch): DeliveryBatch | undefined {
  switch (outcome.kind) {
    case 'delivered':
      return undefined;
    case 'retry':
      return outcome.remaining === undefined ? tried : batchOf(tried, outcome.remaining);
    case 'rejected':
      return batchOf(tried, outcome.remaining);
    case 'discarded':
      return batchOf(tried, outcome.remaining ?? []);
  }
}

function batchOf(
  { id, oldestArrivedAtMs, version, partitionKeys }: DeliveryBatch,
  records: readonly DeliveryRecord[],
): DeliveryBatch | undefined {
  return records.length === 0 ? undefined : { id, oldestArrivedAtMs, version, partitionKeys, records };
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
