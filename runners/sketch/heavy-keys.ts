/**
 * The keys with most records of a stream of any length, in memory of a fixed size. Keys are compared by their MD5, so no key is kept as
 * text unless its name is given.
 *
 * While there are no more different keys than `capacity`, every count is exact. After that, each time the table is full, the median count
 * m is subtracted from every counter and the counters at 0 or below are dropped. A key's true count is then from `records` to
 * `records + recordsMissedMax`, and `recordsMissedMax` is at most 2 N / capacity for N records: every subtraction of m removes at least
 * m * capacity / 2 from a sum that was N.
 *
 * Source: Misra and Gries, "Finding repeated elements", 1982; with the median instead of 1 as in Anderson et al., "A high-performance
 * algorithm for identifying frequent items in data streams", 2017. Its counters and those of space-saving can be derived from each other
 * (Agarwal et al., "Mergeable summaries", 2012).
 */
export class HeavyKeys {
  readonly capacity: number;
  #size = 0;
  /** Four words an entry. */
  readonly #hashes: Uint32Array;
  /** Records less what was subtracted. */
  readonly #counts: Float64Array;
  /** Records and bytes since the entry was made: their quotient is the key's mean size. */
  readonly #seenRecords: Float64Array;
  readonly #seenBytes: Float64Array;
  readonly #names: (string | undefined)[] = [];
  /** Open addressing: the entry's number plus 1, 0 is free. */
  readonly #places: Int32Array;
  readonly #placeMask: number;
  #missedMax = 0;

  /** @param capacity a whole number from 2 to 2^24 */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.#hashes = new Uint32Array(4 * capacity);
    this.#counts = new Float64Array(capacity);
    this.#seenRecords = new Float64Array(capacity);
    this.#seenBytes = new Float64Array(capacity);
    const places = 2 ** Math.ceil(Math.log2(2 * capacity));
    this.#places = new Int32Array(places);
    this.#placeMask = places - 1;
  }

  /** Upper bound of the records that a key can have beyond its counter, or without one. 0: every key has its exact count. */
  get recordsMissedMax(): number {
    return this.#missedMax;
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Counts one record of a key.
   * @param hash MD5 of the key as four words, most significant first.
   * @returns true if the key has a new entry, which `nameNewest` may name.
   */
  add(hash: Uint32Array, bytes: number): boolean {
    const place = this.#find(hash);
    const known = this.#places[place]! - 1;
    if (known >= 0) {
      this.#counts[known]! += 1;
      this.#seenRecords[known]! += 1;
      this.#seenBytes[known]! += bytes;
      return false;
    }
    if (this.#size === this.capacity) {
      this.#dropLightest();
      return this.add(hash, bytes);
    }
    const entry = this.#size;
    this.#size += 1;
    this.#hashes.set(hash, 4 * entry);
    this.#counts[entry] = 1;
    this.#seenRecords[entry] = 1;
    this.#seenBytes[entry] = bytes;
    this.#names[entry] = undefined;
    this.#places[place] = entry + 1;
    return true;
  }

  nameNewest(name: string): void {
    this.#names[this.#size - 1] = name;
  }

  /** Heaviest first; equal counts by their hash, so that the order depends on the records only. */
  heaviest(limit = this.#size): HeavyKey[] {
    const order = Array.from({ length: this.#size }, (_, entry) => entry).sort((a, b) => this.#compare(a, b));
    return order.slice(0, limit).map((entry) => this.#key(entry));
  }

  #compare(a: number, b: number): number {
    const byCount = this.#counts[b]! - this.#counts[a]!;
    if (byCount !== 0) return byCount;
    for (let word = 0; word < 4; word += 1) {
      const byWord = this.#hashes[4 * a + word]! - this.#hashes[4 * b + word]!;
      if (byWord !== 0) return byWord;
    }
    return 0;
  }

  #key(entry: number): HeavyKey {
    const hash = this.#hashes.slice(4 * entry, 4 * entry + 4);
    const name = this.#names[entry];
    const weighedRecords = this.#seenRecords[entry]!;
    const weighedBytes = this.#seenBytes[entry]!;
    const meanBytes = weighedBytes / weighedRecords;
    const named = name === undefined ? {} : { name };
    return { hash, records: this.#counts[entry]!, weighedRecords, weighedBytes, meanBytes, ...named };
  }

  /** The place of the key, or the free one where it belongs. MD5 is even, so its lowest bits are as good as any. */
  #find(hash: Uint32Array): number {
    const hashes = this.#hashes;
    let place = hash[3]! & this.#placeMask;
    for (;;) {
      const at = 4 * (this.#places[place]! - 1);
      if (at < 0) return place;
      const isSame =
        hashes[at] === hash[0] &&
        hashes[at + 1] === hash[1] &&
        hashes[at + 2] === hash[2] &&
        hashes[at + 3] === hash[3];
      if (isSame) return place;
      place = (place + 1) & this.#placeMask;
    }
  }

  #dropLightest(): void {
    const median = this.#median();
    this.#missedMax += median;
    this.#places.fill(0);
    let kept = 0;
    for (let entry = 0; entry < this.#size; entry += 1) {
      const count = this.#counts[entry]! - median;
      if (count <= 0) continue;
      this.#hashes.copyWithin(4 * kept, 4 * entry, 4 * entry + 4);
      this.#counts[kept] = count;
      this.#seenRecords[kept] = this.#seenRecords[entry]!;
      this.#seenBytes[kept] = this.#seenBytes[entry]!;
      this.#names[kept] = this.#names[entry];
      this.#places[this.#find(this.#hashes.subarray(4 * kept, 4 * kept + 4))] = kept + 1;
      kept += 1;
    }
    this.#size = kept;
    this.#names.length = kept;
  }

  /** The lower median: at least half of the counters are at or below it, and at least half are at or above it. */
  #median(): number {
    let ones = 0;
    for (let entry = 0; entry < this.#size; entry += 1) if (this.#counts[entry] === 1) ones += 1;
    // Sorting costs several times as much, and among many different keys nearly all counters are 1.
    if (2 * ones >= this.#size) return 1;
    return this.#counts.slice(0, this.#size).sort()[(this.#size - 1) >> 1]!;
  }
}

export interface HeavyKey {
  /** MD5 as four words, most significant first. */
  readonly hash: Uint32Array;
  /** The true count is from this to this plus `recordsMissedMax`. */
  readonly records: number;
  /** Records since the key was counted last, and their bytes; their quotient is `meanBytes`. */
  readonly weighedRecords: number;
  readonly weighedBytes: number;
  readonly meanBytes: number;
  readonly name?: string;
}

const WORD = 4_294_967_296;

/** The 53 most significant bits of a hash key over 2^128: 0 to below 1. */
export function hashRatioOf(hash: Uint32Array): number {
  return (hash[0]! * 2_097_152 + (hash[1]! >>> 11)) / (WORD * 2_097_152);
}

/** 32 hexadecimal digits. */
export function hexOf(hash: Uint32Array): string {
  return Array.from(hash, (word) => word.toString(16).padStart(8, '0')).join('');
}
