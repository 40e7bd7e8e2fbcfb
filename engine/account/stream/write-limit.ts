import type { RecordBatch } from '../../log/record-batch.ts';
import { awsLimits, Limiter, limiterBytes, type ShardLimits } from '../../twin/limits.ts';
import type { AccountOptions } from '../options.ts';

/** Write limits of one shard, from the account's options; they depend on the stream's largest record. */
export class WriteLimit {
  readonly #limits: 'aws' | 'none' | ShardLimits;
  readonly #stream: { readonly maxRecordBytes: number };
  #limiter: Limiter | undefined;
  #bucket: SharedArrayBuffer | undefined;
  #forRecordsOf = 0;

  /** @param stream is read at each put, because its largest record may change. */
  constructor(limits: AccountOptions['limits'], stream: { readonly maxRecordBytes: number }) {
    this.#limits = limits;
    this.#stream = stream;
  }

  /** Admits rows like Limiter.admit; without limits it admits all of them. */
  admit(batch: RecordBatch, order: Int32Array, from: number, to: number, nowNs: number): number {
    if (this.#limits === 'none') return to - from;
    const { maxRecordBytes } = this.#stream;
    if (this.#limiter === undefined || this.#forRecordsOf !== maxRecordBytes) {
      this.#forRecordsOf = maxRecordBytes;
      this.#bucket ??= new SharedArrayBuffer(limiterBytes(1));
      this.#limiter = new Limiter(this.#bucket, this.#limits === 'aws' ? awsLimits(maxRecordBytes) : this.#limits);
    }
    return this.#limiter.admit(0, nowNs, batch, order, from, to);
  }
}
