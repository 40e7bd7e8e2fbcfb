import type { PutColumns } from '../account/records/put-columns.ts';
import type { PutOperation } from '../account/service/column-service.ts';
import {
  DATA,
  EXPLICIT_HASH_KEY,
  endRow,
  MEMBER_NAME_BYTES_MAX,
  memberAt,
  PARTITION_KEY,
  PUT_RECORD_MEMBERS,
  PUT_RECORDS_MEMBERS,
  RECORD_MEMBERS,
  RECORDS,
  STREAM_NAME,
} from './put-members.ts';

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const EQUALS = 61;
const LIST_START = 91;
const BACKSLASH = 92;
const LIST_END = 93;
const START = 123;
const END = 125;
const ASCII_MAX = 126;

/** Base64 of up to this length is decoded here. For longer texts, the call of Node's decoder costs less than it saves. */
const SHORT_BASE64_MAX = 1024;
const GROUP = 4;
const GROUP_BYTES = 3;

/** The six bits of a character at each of the four places of a group of base64. Others set a bit above all of them. */
const NOT_BASE64 = 1 << 24;
const [FIRST, SECOND, THIRD, FOURTH] = [18, 12, 6, 0].map((shift) => {
  const table = new Int32Array(256).fill(NOT_BASE64);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  for (let i = 0; i < alphabet.length; i++) table[alphabet.charCodeAt(i)] = i << shift;
  return table;
}) as [Int32Array, Int32Array, Int32Array, Int32Array];

const NO_BODY: Buffer = Buffer.alloc(0);

/**
 * Reads bodies of Kinesis' PutRecord and PutRecords in JSON into columns: in one pass over the bytes, without a string or an object
 * for a record. It knows the usual members, each at most once, ASCII without escapes, and base64 with padding.
 */
export class JsonPutReader {
  #body = NO_BODY;
  #at = 0;
  #columns!: PutColumns;
  #explicitHashKey = '';

  /** Returns false for anything unusual. The body then goes to the general decoder, which also words the error. */
  read(operation: PutOperation, body: Buffer, columns: PutColumns): boolean {
    this.#body = body;
    this.#at = 0;
    this.#columns = columns;
    columns.begin();
    const isRead = operation === 'PutRecords' ? this.#putRecords() : this.#putRecord();
    this.#body = NO_BODY;
    return isRead;
  }

  #putRecords(): boolean {
    const seen = this.#members(PUT_RECORDS_MEMBERS);
    return (seen & RECORDS) !== 0 && this.#isAtEnd();
  }

  #putRecord(): boolean {
    const seen = this.#members(PUT_RECORD_MEMBERS);
    return endRow(this.#columns, seen, this.#explicitHashKey) && this.#isAtEnd();
  }

  /** Reads a structure of these members. Returns those that were there; 0 for the general way. */
  #members(allowed: number): number {
    let seen = 0;
    if (!this.#take(START)) return 0;
    do {
      const member = this.#name();
      if ((member & allowed & ~seen) === 0 || !this.#value(member)) return 0;
      seen |= member;
    } while (this.#take(COMMA));
    return this.#take(END) ? seen : 0;
  }

  #value(member: number): boolean {
    if (member === RECORDS) return this.#records();
    if (!this.#take(QUOTE)) return false;
    if (member === DATA) return this.#data();
    const from = this.#at;
    if (!this.#skipText()) return false;
    const to = this.#at - 1;
    if (member === PARTITION_KEY) return this.#columns.takeKey(this.#body, from, to - from);
    const text = this.#body.toString('latin1', from, to);
    if (member === EXPLICIT_HASH_KEY) this.#explicitHashKey = text;
    else if (member === STREAM_NAME) this.#columns.streamName = text;
    else this.#columns.streamArn = text;
    return true;
  }

  #records(): boolean {
    if (!this.#take(LIST_START)) return false;
    do {
      this.#columns.beginRow();
      if (!endRow(this.#columns, this.#members(RECORD_MEMBERS), this.#explicitHashKey)) return false;
    } while (this.#take(COMMA));
    return this.#take(LIST_END);
  }

  /** Reads the name of a member and the colon after it. Returns 0 for an unknown one. */
  #name(): number {
    if (!this.#take(QUOTE)) return 0;
    const body = this.#body;
    const from = this.#at;
    let to = from;
    while (to - from <= MEMBER_NAME_BYTES_MAX && to < body.length && body[to] !== QUOTE) to += 1;
    this.#at = to + 1;
    return this.#take(COLON) ? memberAt(body, from, to - from) : 0;
  }

  /** Continues after the end of a text. Returns false for characters other than ASCII, and for escapes. */
  #skipText(): boolean {
    const body = this.#body;
    for (let at = this.#at; at < body.length; at++) {
      const byte = body[at]!;
      if (byte === QUOTE) {
        this.#at = at + 1;
        return true;
      }
      if (byte === BACKSLASH || byte < SPACE || byte > ASCII_MAX) return false;
    }
    return false;
  }

  #data(): boolean {
    const body = this.#body;
    const columns = this.#columns;
    if (!columns.hasRoomFor(SHORT_BASE64_MAX)) return this.#longData();
    const { memory, dataAt } = columns;
    const last = Math.min(body.length - GROUP, this.#at + SHORT_BASE64_MAX - GROUP);
    let at = this.#at;
    let to = dataAt;
    for (; at <= last; at += GROUP) {
      const bits = FIRST[body[at]!]! | SECOND[body[at + 1]!]! | THIRD[body[at + 2]!]! | FOURTH[body[at + 3]!]!;
      if (bits >= NOT_BASE64) break;
      memory[to] = bits >> 16;
      memory[to + 1] = bits >> 8;
      memory[to + 2] = bits;
      to += GROUP_BYTES;
    }
    if (body[at] !== QUOTE) {
      if (at > last) return this.#longData();
      to = this.#lastGroup(at, to);
      at += GROUP;
      if (to === 0 || body[at] !== QUOTE) return false;
    }
    this.#at = at + 1;
    columns.endData(to - dataAt);
    return true;
  }

  /** Decodes a group that ends with padding. Returns the byte after its data; 0 if it is none. */
  #lastGroup(at: number, to: number): number {
    const body = this.#body;
    const { memory } = this.#columns;
    if (body[at + 3] !== EQUALS) return 0;
    const isOne = body[at + 2] === EQUALS;
    const bits = FIRST[body[at]!]! | SECOND[body[at + 1]!]! | (isOne ? 0 : THIRD[body[at + 2]!]!);
    if (bits >= NOT_BASE64) return 0;
    memory[to] = bits >> 16;
    if (isOne) return to + 1;
    memory[to + 1] = bits >> 8;
    return to + 2;
  }

  /** Node's decoder skips what is not base64, so the length of the data shows if there was any. */
  #longData(): boolean {
    const columns = this.#columns;
    const from = this.#at;
    const to = this.#body.indexOf(QUOTE, from);
    const characters = to - from;
    if (to < 0 || characters % GROUP !== 0 || !columns.hasRoomFor((characters / GROUP) * GROUP_BYTES)) return false;
    const padding = this.#body[to - 1] !== EQUALS ? 0 : this.#body[to - 2] !== EQUALS ? 1 : 2;
    const bytes = (characters / GROUP) * GROUP_BYTES - (characters === 0 ? 0 : padding);
    const text = this.#body.toString('latin1', from, to);
    if (columns.memory.write(text, columns.dataAt, bytes, 'base64') !== bytes) return false;
    columns.endData(bytes);
    this.#at = to + 1;
    return true;
  }

  #isAtEnd(): boolean {
    this.#skipSpace();
    return this.#at === this.#body.length;
  }

  /** Skips white space and then this character. Returns false if another character follows. */
  #take(code: number): boolean {
    if (this.#body[this.#at] !== code) {
      this.#skipSpace();
      if (this.#body[this.#at] !== code) return false;
    }
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    const body = this.#body;
    while (this.#at < body.length) {
      const byte = body[this.#at];
      if (byte !== SPACE && byte !== LF && byte !== CR && byte !== TAB) return;
      this.#at += 1;
    }
  }
}
