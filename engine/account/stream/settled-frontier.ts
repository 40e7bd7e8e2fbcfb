import type { RecordStore } from '../store/record-store.ts';

/**
 * End of the records of a shard that are as safe as the durability level promises. Readers stop there: a record that was read
 * and then lost in a crash would arrive a second time when its producer retries.
 */
export class SettledFrontier {
  readonly #store: RecordStore;
  readonly #onMove: () => void;
  /** Where the records begin that are not settled; undefined when all are. */
  #from: number | undefined;

  /** @param onMove called, later than the put, when more may be read. */
  constructor(store: RecordStore, onMove: () => void) {
    this.#store = store;
    this.#onMove = onMove;
  }

  /** One past the newest settled record. */
  get end(): number {
    return this.#from ?? this.#store.end;
  }

  /** Records have been appended; before, the store ended at `endBefore`. */
  appended(endBefore: number): void {
    const settled = this.#store.settled();
    if (settled === undefined) return;
    this.#from ??= endBefore;
    const { end } = this.#store;
    const move = () => {
      this.#from = end >= this.#store.end ? undefined : Math.max(this.#from ?? end, end);
      this.#onMove();
    };
    // The store reports a disk that fails. Its records stay invisible until they are written.
    settled.then(move, () => {});
  }
}
