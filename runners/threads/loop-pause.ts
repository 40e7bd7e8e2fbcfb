import type { RecordableHistogram } from 'node:perf_hooks';

/** Timers fire up to this much late, because the event loop keeps its time in whole milliseconds. */
export const TIMER_GRAIN_NS = 1e6;

/**
 * A pause of a worker on its event loop, until a time or a call of `wake`. Timers have a resolution of a millisecond, so a
 * punctual caller pauses until one grain earlier and then repeats short pauses: a pause that is over already lets the loop
 * turn once.
 */
export class LoopPause {
  #wake: (() => void) | undefined;
  #wasWoken = false;

  /** Ends the current pause, or otherwise the next one before it begins. */
  wake(): void {
    if (this.#wake === undefined) this.#wasWoken = true;
    else this.#wake();
  }

  /** @param ns length of the pause; 0 or less lets the event loop turn once. */
  async for(ns: number): Promise<void> {
    if (this.#wasWoken) {
      this.#wasWoken = false;
      return;
    }
    await new Promise<void>((resolve) => {
      const end = () => {
        this.#wake = undefined;
        resolve();
      };
      if (ns <= 0) {
        const immediate = setImmediate(end);
        this.#wake = () => {
          clearImmediate(immediate);
          end();
        };
        return;
      }
      const timer = setTimeout(end, Math.max(1, Math.round(ns / 1e6)));
      this.#wake = () => {
        clearTimeout(timer);
        end();
      };
    });
  }
}

/** Interval of samples: short enough for a p99, long enough to cost nothing. */
const SAMPLE_MS = 20;

/** Records the delay of timers on the event loop, in ns, until the returned function is called. */
export function sampleLoopDelay(histogram: RecordableHistogram): () => void {
  let dueMs = performance.now() + SAMPLE_MS;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    histogram.record(Math.max(1, Math.round((nowMs - dueMs) * 1e6)));
    dueMs = nowMs + SAMPLE_MS;
  }, SAMPLE_MS);
  return () => clearInterval(timer);
}
