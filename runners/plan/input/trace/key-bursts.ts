import type { KeyBurst } from '../../../simulation/load.ts';

/** Different keys that are counted in one second. Those that come after so many others are not. */
const KEYS_MAX = 32_768;
const PLACES = 4 * KEYS_MAX;
const KEPT_MAX = 64;
const SECOND_NS = 1e9;
/** Bytes that weigh as much as a record: a shard takes 1,000 records/s or 1 MiB/s. */
const BYTES_PER_RECORD = 2 ** 20 / 1000;
const TWO_32 = 2 ** 32;
const PLACE_MASK = PLACES - 1;
if ((PLACES & PLACE_MASK) !== 0) throw new Error('key bursts: the number of places must be a power of 2');

interface Burst {
  readonly hashRatio: number;
  readonly records: number;
  readonly bytes: number;
  readonly atNs: number;
  readonly weight: number;
}

/**
 * Finds the keys that are busiest in one second, from records in the order of time. Seconds follow one another from the first record.
 * Memory is fixed; a second costs only as much as it has records, because a stamp distinguishes its counts from older ones.
 */
export class KeyBursts {
  readonly #windowNs: number;
  /** Open addressing by hash ratio. */
  readonly #ratios = new Float64Array(PLACES);
  readonly #stamps = new Int32Array(PLACES);
  readonly #records = new Float64Array(PLACES);
  readonly #bytes = new Float64Array(PLACES);
  readonly #kept = new Map<number, Burst>();
  #stamp = 0;
  #window = -1;
  #keys = 0;
  /** Records or bytes that a key needs to be kept. */
  #least = 0;

  /** @param speed by which times are divided later: a second then has so many seconds of the trace. */
  constructor(speed: number) {
    this.#windowNs = speed * SECOND_NS;
  }

  /** @param ns from the first record */
  add(ns: number, hashRatio: number, bytes: number): void {
    const window = Math.floor(ns / this.#windowNs);
    if (window !== this.#window) {
      this.#window = window;
      this.#stamp += 1;
      this.#keys = 0;
    }
    const place = this.#placeOf(hashRatio);
    if (place < 0) return;
    const records = this.#records[place]! + 1;
    const sum = this.#bytes[place]! + bytes;
    this.#records[place] = records;
    this.#bytes[place] = sum;
    const weight = Math.max(records, sum / BYTES_PER_RECORD);
    if (weight > this.#least) this.#keep({ hashRatio, records, bytes: sum, atNs: window * SECOND_NS, weight });
  }

  /** Busiest first. @param factor of records and bytes. */
  finish(factor: number, nameOf: (hashRatio: number) => string | undefined): KeyBurst[] {
    return [...this.#kept.values()]
      .sort((a, b) => b.weight - a.weight || a.hashRatio - b.hashRatio)
      .map(({ hashRatio, records, bytes, atNs }) => ({
        name: nameOf(hashRatio) ?? firstDigits(hashRatio),
        hashRatio,
        records: records * factor,
        bytes: bytes * factor,
        atNs,
      }));
  }

  /** The key's place, made if it has none; -1 if the second has too many keys. */
  #placeOf(hashRatio: number): number {
    // Bits 15 to 31 of an MD5 are as good as any others.
    let place = ((hashRatio * TWO_32) >>> 0) & PLACE_MASK;
    while (this.#stamps[place] === this.#stamp) {
      if (this.#ratios[place] === hashRatio) return place;
      place = (place + 1) & PLACE_MASK;
    }
    if (this.#keys === KEYS_MAX) return -1;
    this.#keys += 1;
    this.#stamps[place] = this.#stamp;
    this.#ratios[place] = hashRatio;
    this.#records[place] = 0;
    this.#bytes[place] = 0;
    return place;
  }

  #keep(burst: Burst): void {
    const known = this.#kept.get(burst.hashRatio);
    if (known !== undefined && known.weight >= burst.weight) return;
    this.#kept.set(burst.hashRatio, burst);
    if (this.#kept.size <= KEPT_MAX) return;
    let lightest = burst;
    for (const kept of this.#kept.values()) if (kept.weight < lightest.weight) lightest = kept;
    this.#kept.delete(lightest.hashRatio);
    this.#least = Math.min(...Array.from(this.#kept.values(), ({ weight }) => weight));
  }
}

/** The 52 bits of the hash that are known for sure, as hexadecimal digits. */
function firstDigits(hashRatio: number): string {
  return `${Math.floor(hashRatio * 16 ** 13)
    .toString(16)
    .padStart(13, '0')}...`;
}
