import { readCbor } from '../../../../engine/wire/cbor-reader.ts';
import { ARRAY, CborCursor, MAP, TEXT, UNTIL_BREAK, wordOf } from '../../../aws/lean/cbor-cursor.ts';
import { shardIndexOf } from '../../../aws/shards.ts';
import { CALL_ENTRIES_MAX } from '../put-request.ts';

/** Names are recognized by their length and their first four characters. */
const RECORDS = { length: 'Records'.length, word: wordOf('Records') };
const SHARD_ID = { length: 'ShardId'.length, word: wordOf('ShardId') };
/** ErrorCode and ErrorMessage. */
const ERROR_WORD = wordOf('Error');
const ERROR_CODE_LENGTH = 'ErrorCode'.length;
const ERROR_MESSAGE_LENGTH = 'ErrorMessage'.length;
const WORD_BYTES = 4;
const ZERO = 0x30;
const DASH = 0x2d;

/** An entry whose record was not stored. */
interface PutFailure {
  readonly code: string;
  readonly message: string;
}

/** An entry as the general decoders return it. */
type PlainEntry = Readonly<Record<string, unknown>>;

/**
 * The entries of a response of PutRecords, or the one of PutRecord. What AWS and its emulators send in practice is read where it
 * is, without an object for an entry. Anything else, such as JSON, goes through a general decoder.
 */
export class PutResponse {
  /** By entry: the number of its shard; -1 if the response does not name it. */
  readonly shards = new Int32Array(CALL_ENTRIES_MAX);
  /** By entry; they have a place only for entries with an error. */
  readonly #codes: (string | undefined)[] = [];
  readonly #messages: (string | undefined)[] = [];
  readonly #cursor = new CborCursor();
  #body: Buffer = Buffer.alloc(0);
  #count = 0;
  #hasFailures = false;

  /**
   * @returns the number of entries.
   * @throws SyntaxError, with the status that `faultOf` looks for, if the body is no response of these operations.
   */
  read(body: Buffer, contentType: string, put: 'records' | 'record'): number {
    this.#body = body;
    this.#begin();
    if (/cbor/i.test(contentType) && this.#readInPlace(put)) return this.#count;
    this.#begin();
    this.#readPlainly(contentType, put);
    return this.#count;
  }

  /** Undefined for a record that was stored. */
  failureAt(entry: number): PutFailure | undefined {
    const code = this.#hasFailures ? this.#codes[entry] : undefined;
    return code === undefined ? undefined : { code, message: this.#messages[entry] ?? '' };
  }

  #begin(): void {
    this.#count = 0;
    this.#hasFailures = false;
    this.#codes.length = 0;
    this.#messages.length = 0;
  }

  #readInPlace(put: 'records' | 'record'): boolean {
    const cursor = this.#cursor;
    cursor.begin(this.#body);
    try {
      const isRead = put === 'records' ? this.#readResponse() : this.#readEntry();
      return isRead && cursor.isAtEnd;
    } catch (error) {
      // The bytes end too early for the cursor.
      if (error instanceof RangeError) return false;
      throw error;
    }
  }

  #readResponse(): boolean {
    const cursor = this.#cursor;
    if (cursor.head() !== MAP) return false;
    const isOpen = cursor.argument === UNTIL_BREAK;
    for (let left = cursor.argument; left > 0; left--) {
      if (isOpen && cursor.takeBreak()) break;
      if (!this.#skipText()) return false;
      const isRecords = cursor.argument === RECORDS.length && this.#wordOf(RECORDS.length) === RECORDS.word;
      if (!(isRecords ? this.#readEntries() : cursor.skip())) return false;
    }
    return true;
  }

  #readEntries(): boolean {
    const cursor = this.#cursor;
    if (cursor.head() !== ARRAY) return false;
    const isOpen = cursor.argument === UNTIL_BREAK;
    for (let left = cursor.argument; left > 0; left--) {
      if (isOpen && cursor.takeBreak()) break;
      if (!this.#readEntry()) return false;
    }
    return true;
  }

  #readEntry(): boolean {
    const cursor = this.#cursor;
    if (cursor.head() !== MAP || this.#count === CALL_ENTRIES_MAX) return false;
    const entry = this.#count++;
    this.shards[entry] = -1;
    const isOpen = cursor.argument === UNTIL_BREAK;
    for (let left = cursor.argument; left > 0; left--) {
      if (isOpen && cursor.takeBreak()) break;
      if (!this.#skipText() || !this.#readMember(entry)) return false;
    }
    return true;
  }

  /** Reads the value after a name that was just read. */
  #readMember(entry: number): boolean {
    const cursor = this.#cursor;
    const { argument: length } = cursor;
    if (length < WORD_BYTES) return cursor.skip();
    const word = this.#wordOf(length);
    const kind = cursor.head();
    // Some services send null for a member without a value.
    if (kind !== TEXT) return cursor.skipBody(kind);
    const from = cursor.at;
    cursor.at = from + cursor.argument;
    if (cursor.at > this.#body.length) return false;
    if (length === SHARD_ID.length && word === SHARD_ID.word) this.shards[entry] = this.#shardIndex(from, cursor.at);
    else if (word === ERROR_WORD) this.#noteError(entry, length, from);
    return true;
  }

  #noteError(entry: number, nameLength: number, from: number): void {
    const text = this.#body.toString('utf8', from, this.#cursor.at);
    if (nameLength === ERROR_CODE_LENGTH) this.#setFailure(entry, text);
    else if (nameLength === ERROR_MESSAGE_LENGTH) this.#messages[entry] = text;
  }

  #setFailure(entry: number, code: string): void {
    this.#codes[entry] = code;
    this.#hasFailures = true;
  }

  /** `shardId-000000000007` is shard 7. */
  #shardIndex(from: number, end: number): number {
    const body = this.#body;
    let index = 0;
    let unit = 1;
    for (let at = end - 1; at >= from; at--) {
      const digit = body[at]! - ZERO;
      if (digit < 0 || digit > 9) return body[at] === DASH && at < end - 1 ? index : -1;
      index += digit * unit;
      unit *= 10;
    }
    return -1;
  }

  #skipText(): boolean {
    const cursor = this.#cursor;
    if (cursor.head() !== TEXT) return false;
    cursor.at += cursor.argument;
    return true;
  }

  /** The first four characters of the text that was just moved over. */
  #wordOf(length: number): number {
    return this.#cursor.word(this.#cursor.at - length);
  }

  #readPlainly(contentType: string, put: 'records' | 'record'): void {
    const response = decoded(this.#body, contentType);
    const entries = put === 'record' ? [response] : response.Records;
    if (!Array.isArray(entries) || entries.length > CALL_ENTRIES_MAX) throw malformed('no entries');
    for (const entry of entries as readonly PlainEntry[]) {
      const { ShardId, ErrorCode, ErrorMessage } = entry ?? {};
      this.shards[this.#count] = typeof ShardId === 'string' ? shardIndexOf(ShardId) : -1;
      if (typeof ErrorCode === 'string') this.#setFailure(this.#count, ErrorCode);
      if (typeof ErrorMessage === 'string') this.#messages[this.#count] = ErrorMessage;
      this.#count += 1;
    }
  }
}

function decoded(body: Buffer, contentType: string): PlainEntry {
  let value: unknown;
  try {
    value = /cbor/i.test(contentType) ? readCbor(body) : JSON.parse(body.toString());
  } catch (cause) {
    throw malformed(cause instanceof Error ? cause.message : String(cause));
  }
  if (typeof value === 'object' && value !== null) return value as PlainEntry;
  throw malformed('no object');
}

/** An error with the fields by which `faultOf` counts it as a response of something else. */
function malformed(about: string): SyntaxError {
  return Object.assign(new SyntaxError(`the response to a put is malformed: ${about}`), {
    $response: { statusCode: 200 },
  });
}
