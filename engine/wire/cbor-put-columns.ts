import type { PutColumns } from '../account/records/put-columns.ts';
import type { PutOperation } from '../account/service/column-service.ts';
import { ARRAY, BREAK, BYTES, INDEFINITE, MAP, TEXT } from './cbor-reader.ts';
import {
  DATA,
  EXPLICIT_HASH_KEY,
  endRow,
  memberAt,
  PARTITION_KEY,
  PUT_RECORD_MEMBERS,
  PUT_RECORDS_MEMBERS,
  RECORD_MEMBERS,
  RECORDS,
  STREAM_NAME,
} from './put-members.ts';

const NO_BODY: Buffer = Buffer.alloc(0);
const NO_VIEW: DataView = new DataView(new ArrayBuffer(0));
/** A length that is not there: of another kind of item, of indefinite length, or behind the end of the body. */
const NONE = -1;
const ASCII_END = 0x80;
/** Number of items of a list or map that a break ends. */
const UNCOUNTED = 0x7fff_ffff;

/**
 * Reads bodies of Kinesis' PutRecord and PutRecords in CBOR into columns: in one pass over the bytes, without a string or an object
 * for a record. It knows the usual members, each at most once, and strings of definite length.
 */
export class CborPutReader {
  #body = NO_BODY;
  #view: DataView = NO_VIEW;
  #at = 0;
  #columns!: PutColumns;
  #explicitHashKey = '';

  /** Returns false for anything unusual. The body then goes to the general decoder, which also words the error. */
  read(operation: PutOperation, body: Buffer, columns: PutColumns): boolean {
    this.#body = body;
    this.#view = new DataView(body.buffer, body.byteOffset, body.length);
    this.#at = 0;
    this.#columns = columns;
    columns.begin();
    const isRead = operation === 'PutRecords' ? this.#putRecords() : this.#putRecord();
    this.#body = NO_BODY;
    this.#view = NO_VIEW;
    return isRead && this.#at === body.length;
  }

  #putRecords(): boolean {
    return (this.#members(PUT_RECORDS_MEMBERS) & RECORDS) !== 0;
  }

  #putRecord(): boolean {
    return endRow(this.#columns, this.#members(PUT_RECORD_MEMBERS), this.#explicitHashKey);
  }

  /** Reads a map of these members. Returns those that were there; 0 for the general way. */
  #members(allowed: number): number {
    let seen = 0;
    const items = this.#items(MAP);
    for (let i = 0; i < items; i++) {
      if (items === UNCOUNTED && this.#isBreak()) return seen;
      const bytes = this.#length(TEXT);
      if (bytes === NONE) return 0;
      const member = memberAt(this.#body, this.#at, bytes);
      this.#at += bytes;
      if ((member & allowed & ~seen) === 0 || !this.#value(member)) return 0;
      seen |= member;
    }
    return seen;
  }

  #value(member: number): boolean {
    if (member === RECORDS) return this.#records();
    const columns = this.#columns;
    const bytes = this.#length(member === DATA ? BYTES : TEXT);
    if (bytes === NONE) return false;
    const from = this.#at;
    this.#at += bytes;
    if (member === DATA) return columns.takeData(this.#body, this.#view, from, bytes);
    if (member === PARTITION_KEY) return columns.takeKey(this.#body, from, bytes);
    for (let at = from; at < from + bytes; at++) if (this.#body[at]! >= ASCII_END) return false;
    const text = this.#body.toString('latin1', from, from + bytes);
    if (member === EXPLICIT_HASH_KEY) this.#explicitHashKey = text;
    else if (member === STREAM_NAME) columns.streamName = text;
    else columns.streamArn = text;
    return true;
  }

  #records(): boolean {
    const items = this.#items(ARRAY);
    for (let i = 0; i < items; i++) {
      if (items === UNCOUNTED && this.#isBreak()) break;
      this.#columns.beginRow();
      if (!endRow(this.#columns, this.#members(RECORD_MEMBERS), this.#explicitHashKey)) return false;
    }
    return this.#columns.count > 0;
  }

  /** Number of items of a list or map; UNCOUNTED if a break ends it. */
  #items(kind: number): number {
    if (this.#body[this.#at] === ((kind << 5) | INDEFINITE)) {
      this.#at += 1;
      return UNCOUNTED;
    }
    return this.#argument(kind);
  }

  /** Length of a string whose bytes are all there. */
  #length(kind: number): number {
    const bytes = this.#argument(kind);
    return bytes <= this.#body.length - this.#at ? bytes : NONE;
  }

  /** The number of an item of a kind. Numbers of more than 32 bits are none of a put. */
  #argument(kind: number): number {
    const body = this.#body;
    const at = this.#at;
    if (at >= body.length) return NONE;
    const first = body[at]!;
    if (first >> 5 !== kind) return NONE;
    const info = first & 31;
    if (info < 24) {
      this.#at = at + 1;
      return info;
    }
    const bytes = info === 24 ? 1 : info === 25 ? 2 : info === 26 ? 4 : 0;
    if (bytes === 0 || at + bytes >= body.length) return NONE;
    this.#at = at + 1 + bytes;
    if (bytes === 1) return body[at + 1]!;
    return bytes === 2 ? this.#view.getUint16(at + 1) : this.#view.getUint32(at + 1);
  }

  /** Skips the break that ends items without a number. */
  #isBreak(): boolean {
    if (this.#body[this.#at] !== BREAK) return false;
    this.#at += 1;
    return true;
  }
}
