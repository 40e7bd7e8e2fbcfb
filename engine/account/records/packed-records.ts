import { alignFrame } from '../../log/layout.ts';
import { SequenceNumbers } from '../identifiers/sequence-number.ts';
import { type ClaimViews, claimViews } from '../store/record-span.ts';
import type { RecordCursor } from '../store/record-store.ts';
import type { ReadRecord, RecordWriter } from './record-writer.ts';

/**
 * A packed record. Key and data start on multiples of 8 bytes, as in the log.
 *
 *   0       8             16          20          24         28          32
 *   +-------+-------------+-----------+-----------+----------+-----------+---------------------------
 *   | place | arrivedAtMs | putSecond | encrypted | keyBytes | dataBytes | key, data, each with padding
 *   | f64   | f64         | int32     | int32     | int32    | int32     |
 *   +-------+-------------+-----------+-----------+----------+-----------+---------------------------
 */
const HEADER_BYTES = 32;
const ARRIVED_AT_FLOAT = 1;
const PUT_SECOND_WORD = 4;
const ENCRYPTED_WORD = 5;
const KEY_BYTES_WORD = 6;
const DATA_BYTES_WORD = 7;

const FIRST_BYTES = 16 * 1024;
/** From this length on, a copy by a view costs less than a loop over words, although the view must be created. */
const COPY_BY_SET_BYTES = 1024;

/** Records of one read of a shard as bytes, for another thread, with what their sequence numbers need. */
export interface PackedRecords {
  readonly count: number;
  readonly shardIndex: number;
  readonly createdSecond: number;
  /** The records are at its start. */
  readonly buffer: ArrayBuffer;
}

/** Copies the records of a read from the log, key and data of each in one piece. */
export class RecordPacker implements RecordWriter {
  #views: ClaimViews | undefined;
  #at = 0;
  #count = 0;
  #numbers: SequenceNumbers | undefined;

  record({ cursor, arrivedAtMs, numbers, putSecond, isEncrypted }: ReadRecord): void {
    // The views come first: they may have to be read again, and then the places have changed.
    const { views } = cursor;
    const { keyByte, keyBytes, dataBytes } = cursor;
    const recordBytes = alignFrame(cursor.dataByte - keyByte + dataBytes);
    const { words, floats, longs, bytes } = this.#viewsFor(this.#at + HEADER_BYTES + recordBytes);
    const word = this.#at >> 2;
    floats[this.#at >> 3] = cursor.sequenceNumber;
    floats[(this.#at >> 3) + ARRIVED_AT_FLOAT] = arrivedAtMs;
    words[word + PUT_SECOND_WORD] = putSecond;
    words[word + ENCRYPTED_WORD] = isEncrypted ? 1 : 0;
    words[word + KEY_BYTES_WORD] = keyBytes;
    words[word + DATA_BYTES_WORD] = dataBytes;
    if (recordBytes >= COPY_BY_SET_BYTES) {
      bytes.set(views.bytes.subarray(keyByte, keyByte + recordBytes), this.#at + HEADER_BYTES);
    } else {
      const long = (this.#at + HEADER_BYTES) >> 3;
      const from = keyByte >> 3;
      for (let i = 0; i < recordBytes >> 3; i++) longs[long + i] = views.longs[from + i]!;
    }
    this.#at += HEADER_BYTES + recordBytes;
    this.#count += 1;
    this.#numbers = numbers;
  }

  /** All records; undefined if there are none. */
  end(): PackedRecords | undefined {
    if (this.#views === undefined || this.#numbers === undefined) return undefined;
    const { shardIndex, createdSecond } = this.#numbers;
    return { count: this.#count, shardIndex, createdSecond, buffer: this.#views.buffer.buffer as ArrayBuffer };
  }

  #viewsFor(bytes: number): ClaimViews {
    if (this.#views !== undefined && bytes <= this.#views.bytes.length) return this.#views;
    const larger = claimViews(Buffer.allocUnsafeSlow(alignFrame(Math.max(bytes, 2 * this.#at, FIRST_BYTES))).buffer);
    if (this.#views !== undefined) larger.bytes.set(this.#views.bytes.subarray(0, this.#at));
    this.#views = larger;
    return larger;
  }
}

/** Passes packed records to a writer, in their order. */
export function unpackInto(writer: RecordWriter, { count, shardIndex, createdSecond, buffer }: PackedRecords): void {
  const cursor = new PackedCursor(claimViews(buffer));
  const { words, floats } = cursor.views;
  const shard = { index: shardIndex, sequenceSecond: createdSecond, createdAtMs: 0, closedAtMs: undefined };
  const record = {
    cursor,
    numbers: new SequenceNumbers(shard),
    arrivedAtMs: 0,
    putSecond: 0,
    isEncrypted: false,
  };
  let at = 0;
  for (let i = 0; i < count; i++) {
    const word = at >> 2;
    record.arrivedAtMs = floats[(at >> 3) + ARRIVED_AT_FLOAT]!;
    record.putSecond = words[word + PUT_SECOND_WORD]!;
    record.isEncrypted = words[word + ENCRYPTED_WORD] === 1;
    at = cursor.show(at);
    writer.record(record);
  }
}

/** A cursor at one packed record at a time, for writers: it cannot be moved by them. */
class PackedCursor implements RecordCursor {
  readonly views: ClaimViews;
  sequenceNumber = 0;
  readonly writtenAtNs = 0;
  keyByte = 0;
  keyBytes = 0;
  dataByte = 0;
  dataBytes = 0;

  constructor(views: ClaimViews) {
    this.views = views;
  }

  /** Shows the record at a byte. Returns the byte after it. */
  show(at: number): number {
    const { words, floats } = this.views;
    this.sequenceNumber = floats[at >> 3]!;
    this.keyBytes = words[(at >> 2) + KEY_BYTES_WORD]!;
    this.dataBytes = words[(at >> 2) + DATA_BYTES_WORD]!;
    this.keyByte = at + HEADER_BYTES;
    this.dataByte = this.keyByte + alignFrame(this.keyBytes);
    return this.dataByte + alignFrame(this.dataBytes);
  }

  get passedTo(): number {
    return this.sequenceNumber + 1;
  }

  seek(): void {
    throw new Error('A cursor of packed records cannot be moved.');
  }

  next(): boolean {
    return false;
  }

  key(): string {
    return this.views.buffer.toString('utf8', this.keyByte, this.keyByte + this.keyBytes);
  }

  data(): Buffer {
    return Buffer.from(this.views.buffer.subarray(this.dataByte, this.dataByte + this.dataBytes));
  }

  copyData(target: Buffer, atByte: number): void {
    this.views.buffer.copy(target, atByte, this.dataByte, this.dataByte + this.dataBytes);
  }

  dataBase64(): string {
    return this.views.buffer.toString('base64', this.dataByte, this.dataByte + this.dataBytes);
  }
}
