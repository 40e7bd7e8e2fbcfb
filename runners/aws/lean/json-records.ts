import { AGGREGATE_MAGIC } from '../../../engine/aggregate/aggregate-format.ts';
import { RECORD_HEAD_BYTES, type ReadRecords, type RecordTaker } from '../read-client.ts';
import { decodedBytes, decodeHead } from './base64-data.ts';
import { COLON, COMMA, JsonCursor, LIST_END, LIST_START, OBJECT_END, OBJECT_START } from './json-cursor.ts';
import { isData, isPartitionKey, isSequenceNumber } from './member-names.ts';
import { type ReadResponse, ResponseParts } from './response-parts.ts';

const AGGREGATE_START = AGGREGATE_MAGIC.readInt32BE();

/**
 * Reads responses in JSON in one pass, without an object for a record. Subscriptions get JSON from every service. Data are
 * decoded when they are given: all of an aggregate, the first bytes of another record.
 *
 * It leaves to the general decoder what a service sends rarely: escapes, null, child shards, a record without data, and malformed
 * text.
 */
export class JsonRecords implements ReadRecords {
  readonly #cursor = new JsonCursor();
  readonly #parts = new ResponseParts();
  readonly #head = new DataView(new ArrayBuffer(RECORD_HEAD_BYTES));
  #bytes: Buffer = Buffer.alloc(0);

  /**
   * The records of the response are those of this reader until it reads the next one.
   * @returns undefined for a response that the general decoder must read.
   */
  read(bytes: Buffer): ReadResponse | undefined {
    this.#bytes = bytes;
    this.#parts.clear();
    try {
      const isRead = this.#cursor.begin(bytes) && this.#readResponse() && this.#cursor.isAtEnd();
      return isRead && this.#parts.hasRecords ? this.#parts.response(bytes, this) : undefined;
    } catch (error) {
      // The text ends too early.
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }

  giveTo(taker: RecordTaker): void {
    const { buffer, byteOffset, byteLength } = this.#bytes;
    const view = new DataView(buffer, byteOffset, byteLength);
    const parts = this.#parts;
    for (let i = 0; i < parts.count; i++) {
      const at = parts.dataAt(i);
      const characters = parts.dataBytes(i);
      const dataBytes = decodedBytes(view, at, characters);
      decodeHead(view, at, characters, this.#head);
      const isAggregate = dataBytes >= AGGREGATE_MAGIC.length && this.#head.getInt32(0) === AGGREGATE_START;
      taker.record(isAggregate ? this.#decoded(at, characters) : this.#head, 0, dataBytes, parts.keyBytes(i));
    }
  }

  #decoded(at: number, characters: number): DataView {
    const { buffer, byteOffset, byteLength } = Buffer.from(
      this.#bytes.toString('latin1', at, at + characters),
      'base64',
    );
    return new DataView(buffer, byteOffset, byteLength);
  }

  #readResponse(): boolean {
    const cursor = this.#cursor;
    if (!cursor.take(OBJECT_START)) return false;
    if (cursor.take(OBJECT_END)) return true;
    do {
      if (!cursor.string()) return false;
      const name = cursor.text();
      if (!cursor.take(COLON) || !this.#readMember(name)) return false;
    } while (cursor.take(COMMA));
    return cursor.take(OBJECT_END);
  }

  #readMember(name: string): boolean {
    const cursor = this.#cursor;
    const parts = this.#parts;
    switch (name) {
      case 'Records':
        return this.#readRecords();
      case 'MillisBehindLatest':
        if (!cursor.number()) return false;
        parts.behindMs = Number(cursor.text());
        return parts.behindMs >= 0;
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
    return cursor.string() && cursor.valueBytes > 0 ? cursor.text() : undefined;
  }

  #readRecords(): boolean {
    const cursor = this.#cursor;
    if (!cursor.take(LIST_START)) return false;
    this.#parts.hasRecords = true;
    if (cursor.take(LIST_END)) return true;
    do {
      if (!this.#readRecord()) return false;
    } while (cursor.take(COMMA));
    return cursor.take(LIST_END);
  }

  #readRecord(): boolean {
    const cursor = this.#cursor;
    if (!cursor.take(OBJECT_START)) return false;
    let dataAt = -1;
    let dataCharacters = 0;
    let keyBytes = 0;
    do {
      if (!cursor.string()) return false;
      const nameAt = cursor.valueAt;
      const nameBytes = cursor.valueBytes;
      if (!cursor.take(COLON)) return false;
      if (isData(cursor, nameAt, nameBytes)) {
        if (!cursor.string()) return false;
        dataAt = cursor.valueAt;
        dataCharacters = cursor.valueBytes;
      } else if (isPartitionKey(cursor, nameAt, nameBytes)) {
        if (!cursor.string()) return false;
        keyBytes = cursor.valueBytes;
      } else if (isSequenceNumber(cursor, nameAt, nameBytes)) {
        if (!cursor.string()) return false;
        this.#parts.sequenceNumberAt = cursor.valueAt;
        this.#parts.sequenceNumberBytes = cursor.valueBytes;
      } else if (!cursor.skip()) return false;
    } while (cursor.take(COMMA));
    if (dataAt < 0 || dataCharacters % 4 !== 0 || !cursor.take(OBJECT_END)) return false;
    this.#parts.add(dataAt, dataCharacters, keyBytes);
    return true;
  }
}
