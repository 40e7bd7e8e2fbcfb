import type { ReadRecords, RecordTaker } from '../read-client.ts';
import { ARRAY, BYTES, CborCursor, MAP, TEXT, UNSIGNED, UNTIL_BREAK } from './cbor-cursor.ts';
import { isData, isPartitionKey, isSequenceNumber } from './member-names.ts';
import { type ReadResponse, ResponseParts } from './response-parts.ts';

/**
 * Reads responses in CBOR in one pass, without an object for a record: it notes where the data of each record are.
 *
 *   { Records: [{ SequenceNumber, ApproximateArrivalTimestamp, Data, PartitionKey, ... }, ...],
 *     NextShardIterator, MillisBehindLatest, ... }
 *
 * Members may come in any order, and unknown ones are skipped. It leaves to the general decoder what a service sends rarely:
 * child shards, a record without data, strings in parts, and malformed bytes.
 */
export class CborRecords implements ReadRecords {
  readonly #cursor = new CborCursor();
  readonly #parts = new ResponseParts();
  #bytes: Buffer = Buffer.alloc(0);

  /**
   * The records of the response are those of this reader until it reads the next one.
   * @returns undefined for a response that the general decoder must read.
   */
  read(bytes: Buffer): ReadResponse | undefined {
    this.#bytes = bytes;
    this.#parts.clear();
    this.#cursor.begin(bytes);
    try {
      const isRead = this.#readResponse() && this.#cursor.isAtEnd && this.#parts.hasRecords;
      return isRead ? this.#parts.response(bytes, this) : undefined;
    } catch (error) {
      // The bytes end too early.
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }

  giveTo(taker: RecordTaker): void {
    const { buffer, byteOffset, byteLength } = this.#bytes;
    const view = new DataView(buffer, byteOffset, byteLength);
    const parts = this.#parts;
    for (let i = 0; i < parts.count; i++) taker.record(view, parts.dataAt(i), parts.dataBytes(i), parts.keyBytes(i));
  }

  #readResponse(): boolean {
    const cursor = this.#cursor;
    if (cursor.head() !== MAP) return false;
    const isOpen = cursor.argument === UNTIL_BREAK;
    for (let left = cursor.argument; left > 0; left--) {
      if (isOpen && cursor.takeBreak()) break;
      const name = this.#text();
      if (name === undefined || !this.#readMember(name)) return false;
    }
    return true;
  }

  #readMember(name: string): boolean {
    const cursor = this.#cursor;
    const parts = this.#parts;
    switch (name) {
      case 'Records':
        return this.#readRecords();
      case 'MillisBehindLatest':
        if (cursor.head() !== UNSIGNED) return false;
        parts.behindMs = cursor.number;
        return true;
      case 'NextShardIterator':
        parts.nextIterator = this.#text();
        return parts.nextIterator !== undefined;
      case 'ContinuationSequenceNumber':
        parts.continuation = this.#text();
        return parts.continuation !== undefined;
      default:
        return cursor.skip();
    }
  }

  /** Returns undefined for anything but text that is not empty. */
  #text(): string | undefined {
    const cursor = this.#cursor;
    if (cursor.head() !== TEXT || cursor.argument === 0) return undefined;
    const from = cursor.at;
    cursor.at += cursor.argument;
    return this.#bytes.toString('utf8', from, cursor.at);
  }

  #readRecords(): boolean {
    const cursor = this.#cursor;
    if (cursor.head() !== ARRAY) return false;
    this.#parts.hasRecords = true;
    const isOpen = cursor.argument === UNTIL_BREAK;
    for (let left = cursor.argument; left > 0; left--) {
      if (isOpen && cursor.takeBreak()) break;
      if (!this.#readRecord()) return false;
    }
    return true;
  }

  #readRecord(): boolean {
    const cursor = this.#cursor;
    if (cursor.head() !== MAP) return false;
    let dataAt = -1;
    let dataBytes = 0;
    let keyBytes = 0;
    const isOpen = cursor.argument === UNTIL_BREAK;
    for (let left = cursor.argument; left > 0; left--) {
      if (isOpen && cursor.takeBreak()) break;
      if (cursor.head() !== TEXT) return false;
      const nameAt = cursor.at;
      const nameBytes = cursor.argument;
      cursor.at = nameAt + nameBytes;
      const kind = cursor.head();
      const { at, argument } = cursor;
      if (isData(cursor, nameAt, nameBytes)) {
        if (kind !== BYTES) return false;
        dataAt = at;
        dataBytes = argument;
      } else if (isPartitionKey(cursor, nameAt, nameBytes)) {
        if (kind !== TEXT) return false;
        keyBytes = argument;
      } else if (isSequenceNumber(cursor, nameAt, nameBytes)) {
        if (kind !== TEXT) return false;
        this.#parts.sequenceNumberAt = at;
        this.#parts.sequenceNumberBytes = argument;
      }
      if (!cursor.skipBody(kind)) return false;
    }
    if (dataAt < 0) return false;
    this.#parts.add(dataAt, dataBytes, keyBytes);
    return true;
  }
}
