import type { ReadRecord } from '../account/records/record-writer.ts';
import type { BodyPieces } from './body-pieces.ts';
import type { RecordBodyWriter } from './codec.ts';
import { longsOf, RecordBytes } from './record-bytes.ts';

const BACKSLASH = 92;
const COMMA = 44;
const DELETE = 127;
const END = 125;
const EQUALS = 61;
const QUOTE = 34;
const SPACE = 32;

const BEFORE_NUMBER = '{"SequenceNumber":"';
const START = Buffer.from(`${BEFORE_NUMBER}${'0'.repeat(56)}","Data":"`);
const START_LONGS = longsOf(START);
const NUMBER_AT = BEFORE_NUMBER.length;
const ENCRYPTED = Buffer.from(',"EncryptionType":"KMS"');
/** Bytes of a record other than its key and its data. */
const OTHER_BYTES_MAX = START.length + ENCRYPTED.length + 100;
/** A byte of a key takes at most six, as an escape. */
const ESCAPED_BYTES_MAX = 6;
const LIST_END = Buffer.from(']}');

/** Data of up to this length is encoded here. For more, the call of Node's encoder costs less than it saves. */
const SHORT_DATA_MAX = 1024;

/** Two characters of base64 for each number of twelve bits. */
const PAIRS = new Uint16Array(4096);
const ALPHABET = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
for (let i = 0; i < PAIRS.length; i++) PAIRS[i] = ALPHABET[i >> 6]! | (ALPHABET[i & 63]! << 8);

/** Writes the response of GetRecords in JSON, from the log to the body of the response. */
export class JsonRecordWriter implements RecordBodyWriter {
  readonly #bytes = new RecordBytes();
  readonly #startOf: (others: object) => string;
  /** Text from the end of the data to the key, for records that arrived at one time. */
  #arrivedAtMs = Number.NaN;
  #afterData: Buffer = Buffer.alloc(0);
  #afterDataLongs: BigInt64Array = new BigInt64Array(0);

  /** @param startOf returns the start of the response with these members, up to its list of records. */
  constructor(startOf: (others: object) => string) {
    this.#startOf = startOf;
  }

  record(record: ReadRecord): void {
    const bytes = this.#bytes;
    const { cursor, arrivedAtMs, numbers, putSecond, isEncrypted } = record;
    const { keyBytes, dataBytes } = cursor;
    bytes.reserve(OTHER_BYTES_MAX + ESCAPED_BYTES_MAX * keyBytes + 4 * Math.ceil(dataBytes / 3));
    const numberAt = bytes.at + NUMBER_AT;
    bytes.constant(START_LONGS, START.length);
    numbers.write(bytes.view, numberAt, cursor.sequenceNumber, putSecond);
    this.#data(record);
    if (arrivedAtMs !== this.#arrivedAtMs) this.#setTime(arrivedAtMs);
    bytes.constant(this.#afterDataLongs, this.#afterData.length);
    if (keyBytes > 0) this.#key(record);
    if (isEncrypted) bytes.write(ENCRYPTED);
    bytes.bytes[bytes.at] = END;
    bytes.bytes[bytes.at + 1] = COMMA;
    bytes.at += 2;
  }

  end(others: object): BodyPieces {
    const bytes = this.#bytes;
    // The last record has a comma after it.
    if (bytes.at > 0) bytes.at -= 1;
    bytes.write(LIST_END);
    const body = bytes.end();
    body.addFirst(Buffer.from(this.#startOf(others)));
    return body;
  }

  #setTime(arrivedAtMs: number): void {
    this.#arrivedAtMs = arrivedAtMs;
    this.#afterData = Buffer.from(`","ApproximateArrivalTimestamp":${arrivedAtMs / 1000}`);
    this.#afterDataLongs = longsOf(this.#afterData);
  }

  #data({ cursor }: ReadRecord): void {
    const bytes = this.#bytes;
    const { buffer } = cursor.views;
    const from = cursor.dataByte;
    const to = from + cursor.dataBytes;
    if (cursor.dataBytes > SHORT_DATA_MAX) {
      bytes.at += bytes.bytes.write(buffer.toString('base64', from, to), bytes.at, 'latin1');
      return;
    }
    const { view } = bytes;
    let { at } = bytes;
    let read = from;
    for (; read + 3 <= to; read += 3, at += 4) {
      const bits = (buffer[read]! << 16) | (buffer[read + 1]! << 8) | buffer[read + 2]!;
      view.setUint16(at, PAIRS[bits >> 12]!, true);
      view.setUint16(at + 2, PAIRS[bits & 4095]!, true);
    }
    if (read < to) {
      const isOne = read + 1 === to;
      const bits = (buffer[read]! << 16) | (isOne ? 0 : buffer[read + 1]! << 8);
      view.setUint16(at, PAIRS[bits >> 12]!, true);
      view.setUint8(at + 2, isOne ? EQUALS : PAIRS[bits & 4095]! & 255);
      view.setUint8(at + 3, EQUALS);
      at += 4;
    }
    bytes.at = at;
  }

  #key({ cursor }: ReadRecord): void {
    const { bytes: target } = this.#bytes;
    const { buffer } = cursor.views;
    const from = cursor.keyByte;
    const nameAt = this.#bytes.at;
    this.#bytes.constant(KEY_LONGS, KEY.length);
    const { at } = this.#bytes;
    for (let i = 0; i < cursor.keyBytes; i++) {
      const byte = buffer[from + i]!;
      if (byte < SPACE || byte === QUOTE || byte === BACKSLASH || byte >= DELETE) {
        const text = `,"PartitionKey":${JSON.stringify(cursor.key())}`;
        this.#bytes.at = nameAt + target.write(text, nameAt);
        return;
      }
      target[at + i] = byte;
    }
    target[at + cursor.keyBytes] = QUOTE;
    this.#bytes.at = at + cursor.keyBytes + 1;
  }
}

const KEY = Buffer.from(',"PartitionKey":"');
const KEY_LONGS = longsOf(KEY);
