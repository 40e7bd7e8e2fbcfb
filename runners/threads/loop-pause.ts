import type { RecordableHistogram } from 'node:perf_hooks';

/** Timers fire up to this much late, because the event loop keeps its time in whole milliseconds. */
export const TIMER_GRAIN_NS = 1e6;

/**
 * How a worker waits on its event loop: until a time, or until something calls `wake`. Timers are as fine as a
 * millisecond, so whoever needs to be punctual asks for a time a grain earlier and comes again and again from there:
 * a pause that is over already lets the loop turn once.
 */
export class LoopPause {
  #wake: (() => void) | undefined;
  #wasWoken = false;

  /** Ends the pause under way, or else the next one before it begins. */
  wake(): void {
    if (this.#wake === undefined) this.#wasWoken = true;
    else this.#wake();
  }

  /** @param ns how long; 0 or less lets the event loop turn once. */
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

/** Often enough for a p99, seldom enough to cost nothing. */
const SAMPLE_MS = 20;

/** Records how late the event loop comes to a timer, in ns, until the function that it returns is called. */
export function sampleLoopDelay(histogram: RecordableHistogram): () => void {
  let dueMs = performance.now() + SAMPLE_MS;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    histogram.record(Math.max(1, Math.round((nowMs - dueMs) * 1e6)));
    dueMs = nowMs + SAMPLE_MS;
  }, SAMPLE_MS);
  return () => clearInterval(timer);
}
