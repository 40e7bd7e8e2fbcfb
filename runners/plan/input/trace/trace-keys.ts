import { DistinctKeys } from '../../../sketch/distinct-keys.ts';
import { type HeavyKey, HeavyKeys } from '../../../sketch/heavy-keys.ts';

/** Even bins over all hash keys: 65,536, the most shards that a plan may have. */
const HASH_BINS = 65_536;
const BIN_SHIFT = 16;
/** Below so many different keys, every count is exact. */
const KEYS_EXACT_MAX = 65_536;

/** The keys of a trace, in memory of a fixed size. */
export class TraceKeys {
  readonly heavy: HeavyKeys;
  readonly distinct = new DistinctKeys();
  readonly binRecords = new Float64Array(HASH_BINS);
  readonly binBytes = new Float64Array(HASH_BINS);

  constructor(capacity = KEYS_EXACT_MAX) {
    this.heavy = new HeavyKeys(capacity);
  }

  /** @returns whether `heavy.nameNewest` may name the key. */
  add(hash: Uint32Array, bytes: number): boolean {
    const bin = hash[0]! >>> BIN_SHIFT;
    this.binRecords[bin]! += 1;
    this.binBytes[bin]! += bytes;
    this.distinct.add(hash);
    return this.heavy.add(hash, bytes);
  }

  /** Every key is known, with its exact count. */
  get isExact(): boolean {
    return this.heavy.recordsMissedMax === 0;
  }

  get distinctKeys(): number {
    return this.isExact ? this.heavy.size : Math.round(this.distinct.estimate());
  }

  /** Keys that are counted one by one, and the bins without them. */
  split(): { readonly keys: readonly HeavyKey[]; readonly binRecords: Float64Array; readonly binBytes: Float64Array } {
    const keys = this.heavy.heaviest();
    const binRecords = this.binRecords.slice();
    const binBytes = this.binBytes.slice();
    for (const { hash, records, meanBytes } of keys) {
      const bin = hash[0]! >>> BIN_SHIFT;
      binRecords[bin] = Math.max(0, binRecords[bin]! - records);
      // Subtracting all products of a sum does not give exactly 0.
      binBytes[bin] = this.isExact ? 0 : Math.max(0, binBytes[bin]! - records * meanBytes);
    }
    return { keys, binRecords, binBytes };
  }
}
