import type { LiveSnapshot } from './snapshot.ts';

/** Readers often poll once per second, so that only longer waits count as silence. */
const SILENCE_MIN_NS = 1.5e9;

/**
 * Returns, for each snapshot, the time since the last arrival if records are on their way; 0 if records arrived or none are
 * due.
 * @param history oldest first.
 */
export function silentForNs(history: readonly LiveSnapshot[]): number[] {
  let since = history[0];
  return history.map((snapshot) => {
    if (since === undefined || snapshot.received !== since.received || !isWaiting(snapshot)) since = snapshot;
    const silentNs = snapshot.elapsedNs - since.elapsedNs;
    return silentNs >= SILENCE_MIN_NS ? silentNs : 0;
  });
}

/** `nothing received for 4s`, `nothing received yet`, or `no consumer`. */
export function absenceText({ received, consumerCount }: LiveSnapshot, silentNs: number): string {
  if (silentNs > 0) {
    const absence = consumerCount === 0 ? 'nothing acknowledged' : 'nothing received';
    return `${absence} for ${Math.floor(silentNs / 1e9)}s`;
  }
  if (consumerCount === 0) return 'no consumer';
  return received === 0 ? 'nothing received yet' : 'nothing received in the last 3s';
}

function isWaiting({ inFlight, lagRecords }: LiveSnapshot): boolean {
  return inFlight > 0 || lagRecords.some((records) => records > 0);
}
