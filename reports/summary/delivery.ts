import type { Ledger } from '../result/result.ts';

/** Records that a run owed its consumers, and those that did not arrive, for whatever reason. */
export interface Delivery {
  /** Records that were due. */
  readonly due: number;
  /** Each record that was due is owed to each consumer; without consumers, an acknowledgement is owed for it. */
  readonly owed: number;
  readonly undelivered: number;
  /** 1 - undelivered / owed; null if nothing was due. */
  readonly ratio: number | null;
}

/** Records that were due in the whole run: each is in exactly one part of the ledger. */
export function dueOf({ sent, unacknowledged, failed, dropped }: Ledger): number {
  return sent + unacknowledged + failed + dropped;
}

/**
 * Counts from what was received, not from what was lost, so that the reason does not matter: dropped, failed, lost, trimmed and
 * unacknowledged records are all undelivered.
 * @returns undefined if the ledger has no such consumer.
 */
export function deliveryOf(ledger: Ledger, consumer?: string): Delivery | undefined {
  const due = dueOf(ledger);
  const consumers =
    consumer === undefined ? ledger.consumers : ledger.consumers.filter(({ name }) => name === consumer);
  if (consumer !== undefined && consumers.length === 0) return undefined;
  const owed = due * Math.max(1, consumers.length);
  const delivered = consumers.length === 0 ? ledger.sent : consumers.reduce((sum, { received }) => sum + received, 0);
  const undelivered = Math.max(0, owed - delivered);
  return { due, owed, undelivered, ratio: owed === 0 ? null : 1 - undelivered / owed };
}
