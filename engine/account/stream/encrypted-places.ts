import type { PlaceRange, ShardState } from './stream-state.ts';

/**
 * Ranges of a shard's records that were encrypted when they were put. A stream switches a few times a day at most, so the shard
 * stores ranges and the records store nothing.
 */
export class EncryptedPlaces {
  readonly #shard: ShardState;

  constructor(shard: ShardState) {
    this.#shard = shard;
  }

  /** From a place on, records are encrypted, or not. Returns whether that is a change. */
  switch(place: number, isEncrypted: boolean): boolean {
    const ranges = this.#shard.encryptedPlaces;
    const last = ranges.at(-1);
    const wasEncrypted = last !== undefined && last.to === undefined;
    if (wasEncrypted === isEncrypted) return false;
    if (wasEncrypted) last.to = place;
    else ranges.push({ from: place, to: undefined });
    return true;
  }

  /** Forgets ranges that end before the oldest record. */
  trimBefore(place: number): void {
    const ranges = this.#shard.encryptedPlaces;
    while (ranges.length > 0 && (ranges[0]!.to ?? Number.POSITIVE_INFINITY) <= place) ranges.shift();
  }

  /** For records that are read in their order: of each, whether it was encrypted. */
  reader(): (place: number) => boolean {
    const ranges = this.#shard.encryptedPlaces;
    if (ranges.length === 0) return never;
    let next = 0;
    return (place) => {
      let range = ranges[next];
      while (range !== undefined && endOf(range) <= place) {
        next += 1;
        range = ranges[next];
      }
      return range !== undefined && range.from <= place;
    };
  }
}

const endOf = ({ to }: PlaceRange): number => to ?? Number.POSITIVE_INFINITY;
const never = (): boolean => false;
