/**
 * Byte strings one after the other in shared memory: partition keys, or payloads.
 * Each starts on a multiple of 8 bytes, so that it can be copied by words.
 */
export interface ByteTable {
  readonly longs: BigInt64Array;
  readonly bytes: Uint8Array;
  /** Byte where string i starts. */
  readonly offsets: Int32Array;
  /** Exact bytes of string i. */
  readonly lengths: Int32Array | Uint16Array;
}

/** What became of a record of a batch. */
export const PENDING = 0; // not decided yet, or refused for want of room: put it again when readers have gone on
export const ACCEPTED = 1;
export const THROTTLED = 2; // over the shard's write limit: put it again later
export const TOO_LARGE = 3; // over the stream's maximum record size: never fits

/**
 * Records on their way into a stream, as columns: record i is row i of each array. Keys and payloads stay where they
 * are, in tables; a row only names them. Made once and filled again and again.
 */
export class RecordBatch {
  readonly capacity: number;
  readonly keys: ByteTable;
  readonly payloads: ByteTable;
  /** Which producer made the records, 0 to 65,535. */
  readonly source: number;
  count = 0;
  readonly keyIndex: Int32Array;
  readonly payloadIndex: Int32Array;
  readonly keyCounter: Int32Array;
  readonly intendedAtNs: Float64Array;
  /** Filled in by the stream: PENDING, ACCEPTED, THROTTLED or TOO_LARGE. */
  readonly status: Uint8Array;
  /** Filled in by the stream: the shard the record belongs to. */
  readonly shard: Int32Array;

  constructor(capacity: number, keys: ByteTable, payloads: ByteTable, source: number) {
    this.capacity = capacity;
    this.keys = keys;
    this.payloads = payloads;
    this.source = source;
    this.keyIndex = new Int32Array(capacity);
    this.payloadIndex = new Int32Array(capacity);
    this.keyCounter = new Int32Array(capacity);
    this.intendedAtNs = new Float64Array(capacity);
    this.status = new Uint8Array(capacity);
    this.shard = new Int32Array(capacity);
  }

  /** Bytes of row i as AWS counts them: partition key and data. */
  recordBytes(row: number): number {
    return this.keys.lengths[this.keyIndex[row]!]! + this.payloads.lengths[this.payloadIndex[row]!]!;
  }
}
