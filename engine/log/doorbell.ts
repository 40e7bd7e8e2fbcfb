import { LINE_BYTES } from './layout.ts';

const SLEEPERS_WORD = 0; // readers that sleep or are about to sleep: written by readers, read by producers after they publish
const RINGS_WORD = LINE_BYTES / 4; // raised by a producer that saw a sleeper; readers wait for its change

export const DOORBELL_BYTES = 2 * LINE_BYTES;

/**
 * Lets readers of a stream sleep until there is something to read, and lets producers wake them.
 *
 * A producer publishes first and then checks for sleepers. A reader registers as a sleeper first and then checks once more
 * for published claims. At least one of them sees the other, so no wake-up is lost. While nobody sleeps, a producer pays
 * for one atomic load.
 */
export class Doorbell {
  readonly #words: Int32Array;

  constructor(buffer: SharedArrayBuffer) {
    this.#words = new Int32Array(buffer);
  }

  /** Wakes every sleeping reader. Call after publishing. */
  ring(): void {
    if (Atomics.load(this.#words, SLEEPERS_WORD) === 0) return;
    Atomics.add(this.#words, RINGS_WORD, 1);
    Atomics.notify(this.#words, RINGS_WORD);
  }

  /** Registers a sleeper. Call it before the last check for something to read; then call `sleep`, and `awake` in any case. */
  aboutToSleep(): number {
    Atomics.add(this.#words, SLEEPERS_WORD, 1);
    return Atomics.load(this.#words, RINGS_WORD);
  }

  /** Sleeps until a ring that follows the reading of `rings`, at most `timeoutMs`. Uses no CPU. */
  sleep(rings: number, timeoutMs: number): void {
    Atomics.wait(this.#words, RINGS_WORD, rings, timeoutMs);
  }

  awake(): void {
    Atomics.sub(this.#words, SLEEPERS_WORD, 1);
  }
}
