interface Part<Position> {
  readonly position: Position;
  isSettled: boolean;
}

/**
 * Parts of a source that were taken in its order, and may be settled in any order. A restart reads again from the first that
 * is not settled.
 */
export class SettledOrder<Position> {
  readonly #parts: Part<Position>[] = [];
  readonly #onSettled: (position: Position) => void;

  /** @param onSettled called with the position up to which everything is settled now. */
  constructor(onSettled: (position: Position) => void) {
    this.#onSettled = onSettled;
  }

  /** Adds the part up to a position. Returns how to settle it. */
  add(position: Position): () => void {
    const part = { position, isSettled: false };
    this.#parts.push(part);
    return () => this.#settle(part);
  }

  #settle(part: Part<Position>): void {
    part.isSettled = true;
    let last: Part<Position> | undefined;
    while (this.#parts[0]?.isSettled === true) last = this.#parts.shift();
    if (last !== undefined) this.#onSettled(last.position);
  }
}
