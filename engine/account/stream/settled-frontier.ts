import type { RecordStore } from '../store/record-store.ts';

/**
 * How far the records of a shard are as safe as the durability level promises. Nobody reads beyond it: a record that a
 * crash took back after it was read would come a second time when its producer tries again.
 */
export class SettledFrontier {
  readonly #store: RecordStore;
  readonly #onMove: () => void;
  /** Where the records begin that are not settled; undefined when all are. */
  #from: number | undefined;

  /** @param onMove told, later than the put, that more may be read. */
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
    // The store tells of a disk that fails; its records stay unseen until they are written after all.
    settled.then(move, () => {});
  }
}
