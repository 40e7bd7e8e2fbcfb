import type { LiveSnapshot } from './snapshot.ts';

/** Reads once a second are usual; only longer waits are worth a mark. */
const SILENCE_MIN_NS = 1.5e9;

/**
 * How long nothing has arrived although records are on their way, at each snapshot; 0 if something has, or nothing is due.
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

/** `nothing received for 4s`, `nothing received yet`; of a run without consumers, that there are none. */
export function absenceText({ received, consumerCount }: LiveSnapshot, silentNs: number): string {
  if (silentNs > 0) {
    const what = consumerCount === 0 ? 'nothing acknowledged' : 'nothing received';
    return `${what} for ${Math.floor(silentNs / 1e9)}s`;
  }
  if (consumerCount === 0) return 'no consumer';
  return received === 0 ? 'nothing received yet' : 'nothing received in the last 3s';
}

function isWaiting({ inFlight, lagRecords }: LiveSnapshot): boolean {
  return inFlight > 0 || lagRecords.some((records) => records > 0);
}
