import { LINE_BYTES } from './layout.ts';
import { PENDING, type RecordBatch, THROTTLED } from './record-batch.ts';

/** Write limits of one shard. */
export interface ShardLimits {
  readonly bytesPerSecond: number;
  readonly recordsPerSecond: number;
  /** How much of a second's allowance an idle shard saves up. */
  readonly burstBytes: number;
  readonly burstRecords: number;
}

const MIB = 1024 * 1024;

/**
 * 1 MiB/s and 1,000 records/s a shard, a second's worth saved up; a stream that takes records over 1 MiB saves up
 * 10 MiB. Source: type documentation of @aws-sdk/client-kinesis 3.1143.0 and "Handle large records", read 2026-11.
 */
export function awsLimits(maxRecordBytes: number): ShardLimits {
  const burstBytes = maxRecordBytes > MIB ? 10 * MIB : MIB;
  return { bytesPerSecond: MIB, recordsPerSecond: 1000, burstBytes, burstRecords: 1000 };
}

const BUCKET_LONGS = LINE_BYTES / 8;
const BYTES_LONG = 0;
const RECORDS_LONG = 1;
const NS_PER_SECOND = 1e9;

export const limiterBytes = (shardCount: number): number => shardCount * LINE_BYTES;

/**
 * Token buckets of a stream's shards in shared memory, drawn on by every thread.
 *
 * Each bucket is one int64: the time at which it will be full again, ns since the stream's epoch (the generic cell
 * rate algorithm). A record may pass when paying for it leaves that time at most one burst ahead of now, so an idle
 * bucket needs no filling. A draw is one compare-and-exchange for records and one for bytes, whatever the batch; a
 * draw that another thread overtakes starts again, and what turns out to be too much is given back, so that the
 * buckets never give more than they hold.
 */
export class Limiter {
  readonly #times: BigInt64Array;
  readonly #recordNs: number;
  readonly #byteNs: number;
  readonly #recordBurstNs: number;
  readonly #byteBurstNs: number;

  constructor(buffer: SharedArrayBuffer, limits: ShardLimits) {
    this.#times = new BigInt64Array(buffer);
    this.#recordNs = NS_PER_SECOND / limits.recordsPerSecond;
    this.#byteNs = NS_PER_SECOND / limits.bytesPerSecond;
    this.#recordBurstNs = limits.burstRecords * this.#recordNs;
    this.#byteBurstNs = limits.burstBytes * this.#byteNs;
  }

  /**
   * Takes tokens for rows `order[from..to)` of one shard, record by record: those that find none are marked THROTTLED,
   * the others move to the front of the range in their order.
   *
   * @returns how many may pass.
   */
  admit(shard: number, nowNs: number, batch: RecordBatch, order: Int32Array, from: number, to: number): number {
    const at = shard * BUCKET_LONGS;
    for (;;) {
      const recordsBefore = Atomics.load(this.#times, at + RECORDS_LONG);
      const bytesBefore = Atomics.load(this.#times, at + BYTES_LONG);
      const start = Math.max(Number(recordsBefore), nowNs);
      let recordsFullAt = start;
      let bytesFullAt = Math.max(Number(bytesBefore), nowNs);
      let passed = 0;
      for (let k = from; k < to; k++) {
        const row = order[k]!;
        const byteNs = batch.recordBytes(row) * this.#byteNs;
        const fits =
          recordsFullAt + this.#recordNs - nowNs <= this.#recordBurstNs &&
          bytesFullAt + byteNs - nowNs <= this.#byteBurstNs;
        batch.status[row] = fits ? PENDING : THROTTLED;
        if (!fits) continue;
        recordsFullAt += this.#recordNs;
        bytesFullAt += byteNs;
        passed += 1;
      }
      if (passed > 0) {
        const recordsAfter = BigInt(Math.round(recordsFullAt));
        if (Atomics.compareExchange(this.#times, at + RECORDS_LONG, recordsBefore, recordsAfter) !== recordsBefore)
          continue;
        const bytesAfter = BigInt(Math.round(bytesFullAt));
        if (Atomics.compareExchange(this.#times, at + BYTES_LONG, bytesBefore, bytesAfter) !== bytesBefore) {
          Atomics.sub(this.#times, at + RECORDS_LONG, recordsAfter - BigInt(Math.round(start)));
          continue;
        }
      }
      moveThrottledBack(batch, order, from, to);
      return passed;
    }
  }
}

/** Stable for those that pass; the order of the throttled among themselves does not matter. */
function moveThrottledBack(batch: RecordBatch, order: Int32Array, from: number, to: number): void {
  let write = from;
  for (let k = from; k < to; k++) {
    const row = order[k]!;
    if (batch.status[row] === THROTTLED) continue;
    order[k] = order[write]!;
    order[write] = row;
    write += 1;
  }
}
