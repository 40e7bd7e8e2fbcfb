import type { Clock } from '../../account/clock.ts';

/** Waits on the engine's clock. Ends at once when the signal aborts. */
export function waitOn(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted || ms <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const callOff = clock.at(clock.nowMs() + ms, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    const stop = () => {
      callOff();
      resolve();
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}
