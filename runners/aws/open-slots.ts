/** The slots of a producer port whose batches are on their way. A batch is one or more calls. */
export class OpenSlots {
  readonly #wake: () => void;
  /** By slot: calls of its batch without an outcome. */
  readonly #openCalls: Int32Array;
  readonly #completed: number[] = [];

  constructor(inFlight: number, wake: () => void = () => {}) {
    this.#wake = wake;
    this.#openCalls = new Int32Array(inFlight);
  }

  get nextAtNs(): number {
    return this.#completed.length > 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }

  /** Begins a batch. A batch without calls is complete at once. */
  open(slot: number, calls: number): void {
    this.#openCalls[slot] = calls;
    if (calls === 0) this.#complete(slot);
  }

  /** One call of the slot has its outcome. */
  callEnded(slot: number): void {
    this.#openCalls[slot]! -= 1;
    if (this.#openCalls[slot] === 0) this.#complete(slot);
  }

  /** A slot whose calls are complete, once; -1 if there is none. */
  poll(): number {
    return this.#completed.shift() ?? -1;
  }

  #complete(slot: number): void {
    this.#completed.push(slot);
    this.#wake();
  }
}
