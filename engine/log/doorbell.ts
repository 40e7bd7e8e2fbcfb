import { LINE_BYTES } from './layout.ts';

const SLEEPERS_WORD = 0; // readers that sleep or are about to: written by readers, read by producers after they publish
const RINGS_WORD = LINE_BYTES / 4; // raised by a producer that saw a sleeper; what readers wait on

export const DOORBELL_BYTES = 2 * LINE_BYTES;

/**
 * How readers of a stream sleep until there is something to read, and how producers wake them.
 *
 * A producer publishes and then looks whether someone sleeps; a reader says that it sleeps and then looks once more
 * for something published. At least one of them sees the other, so no wake-up is lost, and a producer pays for one
 * atomic load while nobody sleeps.
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

  /** Say it before the last look for something to read; then `sleep`, and `awake` in any case. */
  aboutToSleep(): number {
    Atomics.add(this.#words, SLEEPERS_WORD, 1);
    return Atomics.load(this.#words, RINGS_WORD);
  }

  /** Sleeps until a ring after `rings` was taken, at most `timeoutMs`. Costs no CPU. */
  sleep(rings: number, timeoutMs: number): void {
    Atomics.wait(this.#words, RINGS_WORD, rings, timeoutMs);
  }

  awake(): void {
    Atomics.sub(this.#words, SLEEPERS_WORD, 1);
  }
}
