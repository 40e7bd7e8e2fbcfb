import { THROTTLED } from '../../log/record-batch.ts';
import { rateExceededText } from '../../twin/limits.ts';
import { shardIdOf } from '../identifiers/shard-id.ts';
import { PUT_RECORDS_MAX } from './put-columns.ts';

export { ACCEPTED as PUT_ACCEPTED } from '../../log/record-batch.ts';

/** A place, two seconds and an index, and a status. */
const ROW_BYTES = 8 + 3 * 4 + 1;

/**
 * The outcome of the records of a put as columns: row i of each array is record i of the call. An encoder of any format writes the
 * response from them, on any thread: they hold numbers only, besides the names that texts of errors contain.
 *
 * `status` is PUT_ACCEPTED, or anything else for a record with an error, which `errorOf` words. `shardIndex` is set for all rows. Accepted rows have the parts of their sequence number, too: place in the shard, second of the put, and the second of
 * creation of the shard, as `SequenceNumbers` takes them.
 *
 * One outcome serves all calls of an account, so it is valid until the next put. `copy` makes one that is kept.
 */
export class PutOutcome {
  count = 0;
  accepted = 0;
  isEncrypted = false;
  streamName = '';
  accountId = '';
  readonly status: Uint8Array;
  readonly shardIndex: Int32Array;
  readonly place: Float64Array;
  readonly putSecond: Uint32Array;
  readonly createdSecond: Uint32Array;

  /** All the columns, with which another thread makes the same outcome. */
  readonly buffer: ArrayBuffer;

  constructor(rowsMax: number = PUT_RECORDS_MAX, buffer: ArrayBuffer = new ArrayBuffer(rowsMax * ROW_BYTES)) {
    const wordsAt = rowsMax * Float64Array.BYTES_PER_ELEMENT;
    const wordBytes = rowsMax * Uint32Array.BYTES_PER_ELEMENT;
    this.buffer = buffer;
    this.place = new Float64Array(buffer, 0, rowsMax);
    this.putSecond = new Uint32Array(buffer, wordsAt, rowsMax);
    this.createdSecond = new Uint32Array(buffer, wordsAt + wordBytes, rowsMax);
    this.shardIndex = new Int32Array(buffer, wordsAt + 2 * wordBytes, rowsMax);
    this.status = new Uint8Array(buffer, wordsAt + 3 * wordBytes, rowsMax);
  }

  /** The code and the text for a row that was not accepted. */
  errorOf(row: number): { readonly code: string; readonly message: string } {
    if (this.status[row] !== THROTTLED) return { code: 'InternalFailure', message: 'Internal service failure.' };
    const message = rateExceededText(shardIdOf(this.shardIndex[row]!), this.streamName, this.accountId);
    return { code: 'ProvisionedThroughputExceededException', message };
  }

  copy(): PutOutcome {
    const { count, accepted, isEncrypted, streamName, accountId } = this;
    const copy = new PutOutcome(count);
    Object.assign(copy, { count, accepted, isEncrypted, streamName, accountId });
    copy.status.set(this.status.subarray(0, count));
    copy.shardIndex.set(this.shardIndex.subarray(0, count));
    copy.place.set(this.place.subarray(0, count));
    copy.putSecond.set(this.putSecond.subarray(0, count));
    copy.createdSecond.set(this.createdSecond.subarray(0, count));
    return copy;
  }
}
