import { roundingNear } from './atomic-time.ts';

/** Write limits of a shard: two token buckets, one of records and one of bytes. Both start full. */
export interface WriteAllowance {
  readonly bytesPerSecond: number;
  readonly recordsPerSecond: number;
  /** Depth of each bucket: the burst of an idle shard. */
  readonly burstBytes: number;
  readonly burstRecords: number;
  /**
   * Length of the fixed windows in which records and bytes are counted, each from a multiple of it since the stream's epoch: a window
   * admits one burst and carries nothing over. Undefined: a token bucket.
   */
  readonly windowSeconds?: number | undefined;
}

const NS_PER_SECOND = 1e9;
/** Added to the rounding of times near 0, because costs are rounded, too. */
const ROUNDING_NS = 1e-3;

/**
 * The arithmetic of the two buckets (the generic cell rate algorithm), without their state. The state of a bucket is one time, at which
 * the bucket will be full again. A record may pass if paying for it leaves that time at most one burst ahead of now.
 */
export class BucketRates {
  /** Cost of one record and one byte: the time in which the bucket regains them. */
  readonly recordNs: number;
  readonly byteNs: number;
  readonly #recordBurstNs: number;
  readonly #byteBurstNs: number;
  /** 0 for token buckets. */
  readonly #windowNs: number;

  constructor({ bytesPerSecond, recordsPerSecond, burstBytes, burstRecords, windowSeconds = 0 }: WriteAllowance) {
    this.recordNs = NS_PER_SECOND / recordsPerSecond;
    this.byteNs = NS_PER_SECOND / bytesPerSecond;
    this.#recordBurstNs = burstRecords * this.recordNs;
    this.#byteBurstNs = burstBytes * this.byteNs;
    this.#windowNs = windowSeconds * NS_PER_SECOND;
  }

  /**
   * The time that counts for a bucket. A fixed window is a bucket that is full at the window's start and does not refill until its end: the
   * same arithmetic, with that start instead of now.
   */
  countedAtNs(nowNs: number): number {
    return this.#windowNs === 0 ? nowNs : Math.floor(nowNs / this.#windowNs) * this.#windowNs;
  }

  /** The latest time at which the bucket of records may be full again, after a record at `nowNs`. */
  recordsUntilNs(nowNs: number): number {
    return nowNs + ROUNDING_NS + roundingNear(nowNs) + this.#recordBurstNs;
  }

  /** The same for the bucket of bytes. */
  bytesUntilNs(nowNs: number): number {
    return nowNs + ROUNDING_NS + roundingNear(nowNs) + this.#byteBurstNs;
  }
}

/** True if a bucket that will be full at `fullAtNs` can pay `costNs`. */
export const canPay = (fullAtNs: number, costNs: number, untilNs: number): boolean => fullAtNs + costNs <= untilNs;

/**
 * The write buckets of many shards in the memory of one thread. It decides exactly as `Limiter` for records that arrive one by
 * one, and shares nothing. Times are ns from any start and never fall for a shard.
 */
export class LocalBuckets {
  readonly #rates: BucketRates;
  readonly #recordsFullAtNs: Float64Array;
  readonly #bytesFullAtNs: Float64Array;

  constructor(shardCount: number, allowance: WriteAllowance) {
    this.#rates = new BucketRates(allowance);
    this.#recordsFullAtNs = new Float64Array(shardCount);
    this.#bytesFullAtNs = new Float64Array(shardCount);
  }

  /** Pays for one record. Returns false, and pays nothing, if the record is throttled. */
  admit(shard: number, atNs: number, bytes: number): boolean {
    const rates = this.#rates;
    const nowNs = rates.countedAtNs(atNs);
    const recordsFullAtNs = Math.max(this.#recordsFullAtNs[shard]!, nowNs);
    if (!canPay(recordsFullAtNs, rates.recordNs, rates.recordsUntilNs(nowNs))) return false;
    const byteNs = bytes * rates.byteNs;
    const bytesFullAtNs = Math.max(this.#bytesFullAtNs[shard]!, nowNs);
    if (!canPay(bytesFullAtNs, byteNs, rates.bytesUntilNs(nowNs))) return false;
    this.#recordsFullAtNs[shard] = recordsFullAtNs + rates.recordNs;
    this.#bytesFullAtNs[shard] = bytesFullAtNs + byteNs;
    return true;
  }

  /**
   * Pays for up to `count` records of equal size that come at one time.
   * @returns the number that passed: the same as with `admit` one by one, except for the rounding of a time.
   */
  admitMany(shard: number, atNs: number, count: number, bytesPerRecord: number): number {
    const rates = this.#rates;
    const nowNs = rates.countedAtNs(atNs);
    const byteNs = bytesPerRecord * rates.byteNs;
    const recordsFullAtNs = Math.max(this.#recordsFullAtNs[shard]!, nowNs);
    const bytesFullAtNs = Math.max(this.#bytesFullAtNs[shard]!, nowNs);
    const byRecords = (rates.recordsUntilNs(nowNs) - recordsFullAtNs) / rates.recordNs;
    const byBytes = (rates.bytesUntilNs(nowNs) - bytesFullAtNs) / byteNs;
    const passed = Math.max(0, Math.min(count, Math.floor(byRecords), Math.floor(byBytes)));
    this.#recordsFullAtNs[shard] = recordsFullAtNs + passed * rates.recordNs;
    this.#bytesFullAtNs[shard] = bytesFullAtNs + passed * byteNs;
    return passed;
  }
}
