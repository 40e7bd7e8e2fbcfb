/**
 * The times of a fixed number of timers, the earliest one first: the event queue of the simulation. Setting a timer moves it; a timer
 * at Infinity is off. Of timers of the same time the one with the lower number comes first.
 */
export class TimerHeap {
  readonly #atNs: Float64Array;
  /** Numbers of the timers as a binary heap, and the place of each one in it. */
  readonly #heap: Int32Array;
  readonly #places: Int32Array;

  /** @param count 1 or more. */
  constructor(count: number) {
    this.#atNs = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
    this.#heap = Int32Array.from({ length: count }, (_, timer) => timer);
    this.#places = this.#heap.slice();
  }

  /** The timer that is due first. */
  get first(): number {
    return this.#heap[0]!;
  }

  /** When the first timer is due; Infinity if all are off. */
  get firstAtNs(): number {
    return this.#atNs[this.#heap[0]!]!;
  }

  set(timer: number, atNs: number): void {
    const isEarlier = atNs < this.#atNs[timer]!;
    this.#atNs[timer] = atNs;
    if (isEarlier) this.#siftUp(timer);
    else this.#siftDown(timer);
  }

  #siftUp(timer: number): void {
    let place = this.#places[timer]!;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const other = this.#heap[above]!;
      if (!this.#isBefore(timer, other)) break;
      this.#put(other, place);
      place = above;
    }
    this.#put(timer, place);
  }

  #siftDown(timer: number): void {
    const count = this.#heap.length;
    let place = this.#places[timer]!;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= count) break;
      if (below + 1 < count && this.#isBefore(this.#heap[below + 1]!, this.#heap[below]!)) below += 1;
      const other = this.#heap[below]!;
      if (!this.#isBefore(other, timer)) break;
      this.#put(other, place);
      place = below;
    }
    this.#put(timer, place);
  }

  #isBefore(timer: number, other: number): boolean {
    const atNs = this.#atNs[timer]!;
    const otherAtNs = this.#atNs[other]!;
    return atNs < otherAtNs || (atNs === otherAtNs && timer < other);
  }

  #put(timer: number, place: number): void {
    this.#heap[place] = timer;
    this.#places[timer] = place;
  }
}
