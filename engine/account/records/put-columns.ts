import { alignFrame } from '../../log/layout.ts';
import type { ByteTable } from '../../log/record-batch.ts';
import { shareableMemory } from '../../log/shared-memory.ts';
import { hashKey } from '../../routing/hash-key.ts';
import { isHashKey } from '../../routing/hash-range.ts';
import { parseExplicitHashKey } from '../../routing/shard-map.ts';
import { KEY_MAX_BYTES } from '../../threads/stream.ts';

/** AWS: at most 500 records and 10 MiB, keys included, in one PutRecords. */
export const PUT_RECORDS_MAX = 500;
export const PUT_BYTES_MAX = 10 * 1024 * 1024;

/** Characters of a partition key. ASCII of this length is within the service's limit whatever it counts. */
const ASCII_KEY_BYTES_MAX = 256;
const ALIGNMENT_BYTES = 8;
export const HASH_WORDS = 4;
const INT32_BYTES = 4;
/** From this length on, a copy by a view costs less than a loop over words, although the view must be created. */
const COPY_BY_SET_BYTES = 1024;

/**
 * The one memory of the columns. Strings start on multiples of 8 bytes, so that a log copies them by words.
 *
 *   0          64              576 k            11 M
 *   +----------+---------------+----------------+---------------------------------------------------------+
 *   | counts   | keys          | data           | offsets and lengths of keys and of data, hashes of rows |
 *   | int32    | UTF-8         | bytes          | int32, four uint32 for each hash                         |
 *   +----------+---------------+----------------+---------------------------------------------------------+
 */
const COUNTS_BYTES = 64;
const KEYS_AT = COUNTS_BYTES;
const DATA_AT = KEYS_AT + PUT_RECORDS_MAX * (KEY_MAX_BYTES + ALIGNMENT_BYTES);
const TABLES_AT = DATA_AT + PUT_BYTES_MAX + PUT_RECORDS_MAX * ALIGNMENT_BYTES;
const COLUMN_BYTES = PUT_RECORDS_MAX * INT32_BYTES;
/** Columns of offsets and lengths. */
const TABLES = 4;
const HASHES_AT = TABLES_AT + TABLES * COLUMN_BYTES;
const MEMORY_BYTES = HASHES_AT + HASH_WORDS * COLUMN_BYTES;

const COUNT_WORDS = COUNTS_BYTES / INT32_BYTES;
/** Bytes of a row in the tables and the hashes. */
const ROW_BYTES = (TABLES + HASH_WORDS) * INT32_BYTES;

/** Words of the counts. */
const COUNT = 0;
const BYTES = 1;
const LARGEST_BYTES = 2;
const KEYS_END = 3;
const DATA_END = 4;

/**
 * The records of one put call as columns: row i of each array is record i, in the order of the call. A decoder of any format fills
 * them on any thread, and a service appends them; neither sees an object for a record. They know nothing of HTTP.
 *
 * What a filled set of columns guarantees:
 *
 * - `count` is from 1 to 500, and `bytes`, the sum of all keys and data, is at most 10 MiB.
 * - Every row has a key of 1 to 256 characters, unless it was added without one, and the hash of its key: its MD5, or its explicit
 *   hash key, which is a number from 0 to 2^128 - 1. Four uint32, most significant first.
 * - `streamName` or `streamArn` names the stream. Neither is checked: a service that does not know the stream, or finds a record
 *   larger than the stream takes, does not take the columns, and the call goes the general way, which words the error.
 *
 * All numbers and bytes are in one memory, which threads can share; the two names are not. Filled for one call, then filled again.
 */
export class PutColumns {
  streamName = '';
  streamArn = '';
  readonly keys: ByteTable;
  readonly data: ByteTable;
  /** Hash of row i, four words from element 4 i on. */
  readonly hashes: Uint32Array;
  /** All the memory, in which keys and data have their absolute places. */
  readonly memory: Buffer;
  readonly #counts: Int32Array;
  readonly #longs: BigInt64Array;
  readonly #keyOffsets: Int32Array;
  readonly #keyLengths: Int32Array;
  readonly #dataOffsets: Int32Array;
  readonly #dataLengths: Int32Array;

  constructor() {
    const shared = shareableMemory(MEMORY_BYTES);
    const buffer = shared?.buffer ?? new ArrayBuffer(MEMORY_BYTES);
    const column = (i: number) => new Int32Array(buffer, TABLES_AT + i * COLUMN_BYTES, PUT_RECORDS_MAX);
    this.memory = Buffer.from(buffer as ArrayBuffer);
    this.#longs = new BigInt64Array(buffer, 0, TABLES_AT / ALIGNMENT_BYTES);
    this.#counts = new Int32Array(buffer, 0, COUNT_WORDS);
    this.#keyOffsets = column(0);
    this.#keyLengths = column(1);
    this.#dataOffsets = column(2);
    this.#dataLengths = column(3);
    this.hashes = new Uint32Array(buffer, HASHES_AT, HASH_WORDS * PUT_RECORDS_MAX);
    const common = { longs: this.#longs, bytes: this.memory, memory: shared };
    this.keys = { ...common, offsets: this.#keyOffsets, lengths: this.#keyLengths };
    this.data = { ...common, offsets: this.#dataOffsets, lengths: this.#dataLengths };
  }

  get count(): number {
    return this.#counts[COUNT]!;
  }

  /** Bytes of all rows as AWS counts them: keys and data. */
  get bytes(): number {
    return this.#counts[BYTES]!;
  }

  /** Bytes of the largest row. */
  get largestBytes(): number {
    return this.#counts[LARGEST_BYTES]!;
  }

  /**
   * A copy of the rows as bytes of their own, for another thread, whose columns `fill` takes them. The names are not in it.
   *
   *   counts | offsets and lengths of keys and of data | hashes | keys | data
   */
  packed(): Uint8Array<ArrayBuffer> {
    const counts = this.#counts;
    const rows = counts[COUNT]!;
    const keysBytes = counts[KEYS_END]! - KEYS_AT;
    const dataBytes = counts[DATA_END]! - DATA_AT;
    const tablesBytes = COUNTS_BYTES + rows * ROW_BYTES;
    const packed = Buffer.allocUnsafeSlow(tablesBytes + keysBytes + dataBytes);
    const words = new Uint32Array(packed.buffer, 0, tablesBytes / INT32_BYTES);
    words.set(counts);
    for (const [i, column] of this.#tables().entries()) words.set(column.subarray(0, rows), COUNT_WORDS + i * rows);
    words.set(this.hashes.subarray(0, HASH_WORDS * rows), COUNT_WORDS + TABLES * rows);
    packed.set(this.memory.subarray(KEYS_AT, KEYS_AT + keysBytes), tablesBytes);
    packed.set(this.memory.subarray(DATA_AT, DATA_AT + dataBytes), tablesBytes + keysBytes);
    return packed;
  }

  /** Takes rows that `packed` of other columns returned, as the rows of the next call. */
  fill(packed: Uint8Array): void {
    const words = new Uint32Array(packed.buffer, packed.byteOffset);
    const counts = this.#counts;
    counts.set(words.subarray(0, COUNT_WORDS));
    const rows = counts[COUNT]!;
    for (const [i, column] of this.#tables().entries()) {
      column.set(words.subarray(COUNT_WORDS + i * rows, COUNT_WORDS + (i + 1) * rows));
    }
    this.hashes.set(words.subarray(COUNT_WORDS + TABLES * rows, COUNT_WORDS + (TABLES + HASH_WORDS) * rows));
    const keysAt = COUNTS_BYTES + rows * ROW_BYTES;
    const dataAt = keysAt + counts[KEYS_END]! - KEYS_AT;
    this.memory.set(packed.subarray(keysAt, dataAt), KEYS_AT);
    this.memory.set(packed.subarray(dataAt), DATA_AT);
  }

  #tables(): readonly Int32Array[] {
    return [this.#keyOffsets, this.#keyLengths, this.#dataOffsets, this.#dataLengths];
  }

  begin(): void {
    this.streamName = this.streamArn = '';
    this.#counts[COUNT] = this.#counts[BYTES] = this.#counts[LARGEST_BYTES] = 0;
    this.#counts[KEYS_END] = KEYS_AT;
    this.#counts[DATA_END] = DATA_AT;
    this.beginRow();
  }

  /** Begins a row: its parts follow in any order, each at most once, and then `endRow`. */
  beginRow(): void {
    const row = this.#counts[COUNT]!;
    this.#keyLengths[row] = 0;
    this.#dataLengths[row] = 0;
  }

  /** Takes bytes of a body as the key of the row. Returns false, for the general way, if they are not 1 to 256 of ASCII. */
  takeKey(source: Uint8Array, from: number, bytes: number): boolean {
    if (bytes < 1 || bytes > ASCII_KEY_BYTES_MAX || this.count === PUT_RECORDS_MAX) return false;
    const { memory } = this;
    const keyAt = this.#counts[KEYS_END]!;
    let high = 0;
    for (let i = 0; i < bytes; i++) {
      const byte = source[from + i]!;
      high |= byte;
      memory[keyAt + i] = byte;
    }
    if (high > 0x7f) return false;
    this.#noteKey(keyAt, bytes);
    return true;
  }

  /**
   * Takes a text as the key of the row; the caller has checked its length. Without a key, the row has one of no bytes.
   * @returns the bytes of the key.
   */
  takeKeyText(key: string | undefined): number {
    const keyAt = this.#counts[KEYS_END]!;
    const bytes = key === undefined ? 0 : this.memory.write(key, keyAt, KEY_MAX_BYTES, 'utf8');
    this.#noteKey(keyAt, bytes);
    return bytes;
  }

  #noteKey(keyAt: number, bytes: number): void {
    const row = this.#counts[COUNT]!;
    this.#keyOffsets[row] = keyAt;
    this.#keyLengths[row] = bytes;
    this.#counts[KEYS_END] = keyAt + alignFrame(bytes);
  }

  /** The byte of `memory` from which the data of the row may be written; `endData` notes how many there are. */
  get dataAt(): number {
    return this.#counts[DATA_END]!;
  }

  /** Returns true if the memory has room for another row with this much data. The limit of a call is on `bytes`. */
  hasRoomFor(dataBytes: number): boolean {
    const row = this.#counts[COUNT]!;
    return row < PUT_RECORDS_MAX && this.#counts[DATA_END]! + dataBytes + row * ALIGNMENT_BYTES <= TABLES_AT;
  }

  endData(bytes: number): void {
    const row = this.#counts[COUNT]!;
    const dataAt = this.#counts[DATA_END]!;
    this.#dataOffsets[row] = dataAt;
    this.#dataLengths[row] = bytes;
    this.#counts[DATA_END] = dataAt + alignFrame(bytes);
  }

  /**
   * Takes bytes of a body as the data of the row. Returns false, for the general way, if the call is too large.
   * @param view of the same bytes as `source`: reads of 8 bytes at any place make a copy of 100 bytes three times as fast.
   */
  takeData(source: Uint8Array, view: DataView, from: number, bytes: number): boolean {
    if (!this.hasRoomFor(bytes)) return false;
    const dataAt = this.#counts[DATA_END]!;
    if (bytes >= COPY_BY_SET_BYTES) this.memory.set(source.subarray(from, from + bytes), dataAt);
    else {
      const longs = this.#longs;
      const whole = bytes & ~7;
      const long = dataAt >> 3;
      for (let i = 0; i < whole; i += 8) longs[long + (i >> 3)] = view.getBigInt64(from + i, true);
      for (let i = whole; i < bytes; i++) this.memory[dataAt + i] = source[from + i]!;
    }
    this.endData(bytes);
    return true;
  }

  /** Ends a row whose key decides its shard. */
  endRow(): void {
    const row = this.#counts[COUNT]!;
    hashKey(this.memory, this.#keyOffsets[row]!, this.#keyLengths[row]!, this.hashes, row * HASH_WORDS);
    this.#endRow(row);
  }

  /** Ends a row with an explicit hash key. Returns false, for the general way, if it is none. */
  endRowAt(explicitHashKey: string): boolean {
    if (!isHashKey(explicitHashKey)) return false;
    const row = this.#counts[COUNT]!;
    parseExplicitHashKey(explicitHashKey, this.hashes, row * HASH_WORDS);
    this.#endRow(row);
    return true;
  }

  #endRow(row: number): void {
    const counts = this.#counts;
    const bytes = this.#keyLengths[row]! + this.#dataLengths[row]!;
    counts[BYTES]! += bytes;
    if (bytes > counts[LARGEST_BYTES]!) counts[LARGEST_BYTES] = bytes;
    counts[COUNT] = row + 1;
  }
}
