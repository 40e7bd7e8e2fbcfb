import { LINE_BYTES } from '../log/layout.ts';
import { PENDING, type RecordBatch, THROTTLED } from '../log/record-batch.ts';
import { bitsOf, timeOf } from './atomic-time.ts';
import { BucketRates, canPay, type WriteAllowance } from './write-buckets.ts';

/**
 * Limits of one shard: its write limits and, if a user set their own limits, its read limits.
 *
 * Every rate is a token bucket that starts full, so a shard accepts rate times seconds plus one burst: at 5 % over
 * the rate for 60 s that is (3,000 - 1,000) of 63,000 records throttled, 3.2 %, and 4.8 % in the long run.
 */
export interface ShardLimits extends WriteAllowance {
  /** Bytes a second of GetRecords (default: no limit). */
  readonly readBytesPerSecond?: number | undefined;
  /** Calls of GetRecords a second, all callers together (default: no limit). */
  readonly readCallsPerSecond?: number | undefined;
}

export const MIB = 1024 * 1024;

/**
 * 1 MiB/s and 1,000 records/s a shard, with a burst of one second; a stream that accepts records over 1 MiB has a burst of
 * 10 MiB. Bytes are those of partition key and data.
 *
 * AWS writes "1 MB" on most pages and "1 MiB" in the type documentation of @aws-sdk/client-kinesis 3.1143.0; MB is read
 * as MiB throughout. The burst follows AWS's description of a tank that is drawn down and refilled ("Handle large records",
 * which names records of up to 10 MiB but no depth); one second's worth for streams of ordinary records is a choice.
 * Both read 2026-11.
 */
export function awsLimits(maxRecordBytes: number): ShardLimits {
  const burstBytes = maxRecordBytes > MIB ? 10 * MIB : MIB;
  return { bytesPerSecond: MIB, recordsPerSecond: 1000, burstBytes, burstRecords: 1000 };
}

/** AWS's text of a put or read over a shard's limits. Source: example response of PutRecords in the API Reference. */
export const rateExceededText = (shardId: string, streamName: string, accountId: string): string =>
  `Rate exceeded for shard ${shardId} in stream ${streamName} under account ${accountId}.`;

const BUCKET_LONGS = LINE_BYTES / 8;
const BYTES_LONG = 0;
const RECORDS_LONG = 1;

export const limiterBytes = (shardCount: number): number => shardCount * LINE_BYTES;

/**
 * Token buckets of a stream's shards in shared memory, used by every thread.
 *
 * Each bucket is one time, at which it will be full again, ns since the stream's epoch (the generic cell rate algorithm).
 * A record may pass if paying for it leaves that time at most one burst ahead of now, so an idle bucket needs no
 * refill. A draw is one compare-and-exchange for records and one for bytes, whatever the batch. Tokens are only
 * returned to a bucket that no other thread has drawn from since: later, they could be worth more than they cost, because
 * the bucket may have refilled meanwhile. So the buckets never give more than they hold. If threads collide,
 * they may give a little less.
 */
export class Limiter {
  readonly #times: BigInt64Array;
  readonly #rates: BucketRates;
  readonly #recordNs: number;
  readonly #byteNs: number;
  /** State of the two buckets after the last draw. */
  #drawnRecords = 0n;
  #drawnBytes = 0n;

  constructor(buffer: SharedArrayBuffer, limits: ShardLimits) {
    this.#times = new BigInt64Array(buffer);
    this.#rates = new BucketRates(limits);
    this.#recordNs = this.#rates.recordNs;
    this.#byteNs = this.#rates.byteNs;
  }

  /**
   * Takes tokens for rows `order[from..to)` of one shard, record by record: those that find none are marked THROTTLED,
   * the others move to the front of the range in their order.
   *
   * @returns the number of rows that may pass.
   */
  admit(shard: number, atNs: number, batch: RecordBatch, order: Int32Array, from: number, to: number): number {
    const nowNs = this.#rates.countedAtNs(atNs);
    const recordsLong = shard * BUCKET_LONGS + RECORDS_LONG;
    const bytesLong = shard * BUCKET_LONGS + BYTES_LONG;
    const recordsUntil = this.#rates.recordsUntilNs(nowNs);
    const bytesUntil = this.#rates.bytesUntilNs(nowNs);
    let recordsBefore = 0n;
    let bytesBefore = 0n;
    do {
      recordsBefore = Atomics.load(this.#times, recordsLong);
      bytesBefore = Atomics.load(this.#times, bytesLong);
      let recordsFullAt = Math.max(timeOf(recordsBefore), nowNs);
      let bytesFullAt = Math.max(timeOf(bytesBefore), nowNs);
      for (let k = from; k < to; k++) {
        const row = order[k]!;
        const byteNs = batch.recordBytes(row) * this.#byteNs;
        const fits = canPay(recordsFullAt, this.#recordNs, recordsUntil) && canPay(bytesFullAt, byteNs, bytesUntil);
        batch.status[row] = fits ? PENDING : THROTTLED;
        if (!fits) continue;
        recordsFullAt += this.#recordNs;
        bytesFullAt += byteNs;
      }
      this.#drawnRecords = bitsOf(recordsFullAt);
      this.#drawnBytes = bitsOf(bytesFullAt);
    } while (Atomics.compareExchange(this.#times, recordsLong, recordsBefore, this.#drawnRecords) !== recordsBefore);
    while (Atomics.compareExchange(this.#times, bytesLong, bytesBefore, this.#drawnBytes) !== bytesBefore) {
      bytesBefore = Atomics.load(this.#times, bytesLong);
      this.#drawnBytes = bitsOf(
        this.#payBytes(Math.max(timeOf(bytesBefore), nowNs), bytesUntil, batch, order, from, to),
      );
    }
    return movePassedToFront(batch, order, from, to);
  }

  /**
   * Returns the tokens that `admit` took last for rows that passed but found no room in the log, so that a retry
   * does not pay again. Does nothing if another thread has drawn meanwhile.
   */
  giveBack(shard: number, batch: RecordBatch, order: Int32Array, from: number, to: number): void {
    let byteNs = 0;
    for (let k = from; k < to; k++) byteNs += batch.recordBytes(order[k]!) * this.#byteNs;
    this.#putBack(shard * BUCKET_LONGS + RECORDS_LONG, this.#drawnRecords, (to - from) * this.#recordNs);
    this.#putBack(shard * BUCKET_LONGS + BYTES_LONG, this.#drawnBytes, byteNs);
  }

  #putBack(long: number, drawn: bigint, ns: number): void {
    Atomics.compareExchange(this.#times, long, drawn, bitsOf(timeOf(drawn) - ns));
  }

  /** Checks again which rows with a record token find bytes, after another thread took some. */
  #payBytes(startNs: number, untilNs: number, batch: RecordBatch, order: Int32Array, from: number, to: number): number {
    let fullAt = startNs;
    for (let k = from; k < to; k++) {
      const row = order[k]!;
      if (batch.status[row] === THROTTLED) continue;
      const byteNs = batch.recordBytes(row) * this.#byteNs;
      if (canPay(fullAt, byteNs, untilNs)) fullAt += byteNs;
      else batch.status[row] = THROTTLED;
    }
    return fullAt;
  }
}

/** Stable for rows that pass; the order of the throttled rows does not matter. */
function movePassedToFront(batch: RecordBatch, order: Int32Array, from: number, to: number): number {
  let write = from;
  for (let k = from; k < to; k++) {
    const row = order[k]!;
    if (batch.status[row] === THROTTLED) continue;
    order[k] = order[write]!;
    order[write] = row;
    write += 1;
  }
  return write - from;
}
