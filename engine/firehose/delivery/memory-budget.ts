/** Memory that the buffers of a delivery stream share. The parts that fill them stop while it is used up. */
export class MemoryBudget {
  readonly #maxBytes: number;
  readonly #onRoom: () => void;
  #bytes = 0;

  /** @param onRoom called when there is room again. */
  constructor(maxBytes: number, onRoom: () => void) {
    this.#maxBytes = maxBytes;
    this.#onRoom = onRoom;
  }

  get isFull(): boolean {
    return this.#bytes >= this.#maxBytes;
  }

  /** Takes memory even if there is no room: records that were read must go somewhere. */
  take(bytes: number): void {
    this.#bytes += bytes;
  }

  give(bytes: number): void {
    const wasFull = this.isFull;
    this.#bytes -= bytes;
    if (wasFull && !this.isFull) this.#onRoom();
  }
}
