import type { Clock } from '../../account/clock.ts';

/** A virtual clock may jump over any timeout while a response is on its way, so a response has this much real time at least. */
const REAL_MS_MIN = 1000;

/**
 * Runs something once a time has passed on the engine's clock, and the least time on the machine. Returns how to call it off.
 */
export function whenOverdue(clock: Clock, ms: number, run: () => void, realMsMin = REAL_MS_MIN): () => void {
  const startedAtMs = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const callOff = clock.at(clock.nowMs() + ms, () => {
    const leftMs = realMsMin - (performance.now() - startedAtMs);
    if (leftMs <= 0) run();
    else timer = setTimeout(run, leftMs).unref();
  });
  return () => {
    callOff();
    clearTimeout(timer);
  };
}
