import { TimerHeap } from './timer-heap.ts';

/** The calls of a producer that have no response yet, by the times of their responses. */
export class OpenCalls {
  readonly #max: number;
  readonly #timers: TimerHeap;
  /** Numbers of timers that are off; the first `#freeCount` are. */
  readonly #free: Int32Array;
  #freeCount: number;

  /** @param max calls that may be open at once, 1 or more. */
  constructor(max: number) {
    this.#max = max;
    this.#timers = new TimerHeap(max);
    this.#free = Int32Array.from({ length: max }, (_, timer) => timer);
    this.#freeCount = max;
  }

  get count(): number {
    return this.#max - this.#freeCount;
  }

  get isFull(): boolean {
    return this.#freeCount === 0;
  }

  /** When the next response arrives; Infinity if no call is open. */
  get nextAtNs(): number {
    return this.#timers.firstAtNs;
  }

  /** Adds a call. At most `max` calls may be open. */
  open(respondedAtNs: number): void {
    this.#freeCount -= 1;
    this.#timers.set(this.#free[this.#freeCount]!, respondedAtNs);
  }

  /** Removes the calls whose responses have arrived. */
  complete(nowNs: number): void {
    while (this.#timers.firstAtNs <= nowNs) {
      this.#free[this.#freeCount] = this.#timers.first;
      this.#freeCount += 1;
      this.#timers.set(this.#timers.first, Number.POSITIVE_INFINITY);
    }
  }
}
