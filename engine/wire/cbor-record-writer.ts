import type { ReadRecord } from '../account/records/record-writer.ts';
import type { BodyPieces } from './body-pieces.ts';
import { BREAK } from './cbor-reader.ts';
import { writeCbor } from './cbor-writer.ts';
import type { RecordBodyWriter } from './codec.ts';
import { longsOf, RecordBytes } from './record-bytes.ts';

/** A string of up to 9 bytes before its own. */
const HEAD_BYTES_MAX = 9;
const BYTES_KIND = 0x40;
const TEXT_KIND = 0x60;
const NUMBER = '0'.repeat(56);
/** A record without data and key: its first bytes are those of every record, other than the digits and the time. */
const EMPTY = writeCbor({ SequenceNumber: NUMBER, ApproximateArrivalTimestamp: new Date(0) });
const TIME_BYTES = 8;
const START = EMPTY.subarray(0, EMPTY.length - TIME_BYTES - 1);
const START_LONGS = longsOf(START);
const NUMBER_AT = START.indexOf(NUMBER);
/** The name of a member as it is in a map: that map without its ends and the value. */
const nameOf = (name: string): Buffer => writeCbor({ [name]: 0 }).subarray(1, -2);
const DATA = nameOf('Data');
const DATA_LONGS = longsOf(DATA);
const KEY = nameOf('PartitionKey');
const KEY_LONGS = longsOf(KEY);
const ENCRYPTED = writeCbor({ EncryptionType: 'KMS' }).subarray(1, -1);
const LIST_START = writeCbor({ Records: [] }).subarray(0, -2);
const LIST_END = Buffer.from([BREAK]);
/** Bytes of a record other than its key and its data. */
const OTHER_BYTES_MAX =
  START.length + TIME_BYTES + DATA.length + KEY.length + 2 * HEAD_BYTES_MAX + ENCRYPTED.length + 8;

/** Writes the response of GetRecords in CBOR, from the log to the body of the response. */
export class CborRecordWriter implements RecordBodyWriter {
  readonly #bytes = new RecordBytes();

  constructor() {
    this.#bytes.write(LIST_START);
  }

  record(record: ReadRecord): void {
    const bytes = this.#bytes;
    const { cursor, arrivedAtMs, numbers, putSecond, isEncrypted } = record;
    const { keyBytes, dataBytes } = cursor;
    bytes.reserve(OTHER_BYTES_MAX + keyBytes + dataBytes);
    const numberAt = bytes.at + NUMBER_AT;
    bytes.constant(START_LONGS, START.length);
    numbers.write(bytes.view, numberAt, cursor.sequenceNumber, putSecond);
    bytes.view.setUint32(bytes.at, Math.floor(arrivedAtMs / 2 ** 32));
    bytes.view.setUint32(bytes.at + 4, arrivedAtMs % 2 ** 32);
    bytes.at += TIME_BYTES;
    bytes.constant(DATA_LONGS, DATA.length);
    this.#head(BYTES_KIND, dataBytes);
    // The views of a record are found before the places in them.
    void cursor.views;
    bytes.copy(record, cursor.dataByte, dataBytes);
    if (keyBytes > 0) {
      bytes.constant(KEY_LONGS, KEY.length);
      this.#head(TEXT_KIND, keyBytes);
      bytes.copy(record, cursor.keyByte, keyBytes);
    }
    if (isEncrypted) bytes.write(ENCRYPTED);
    bytes.bytes[bytes.at] = BREAK;
    bytes.at += 1;
  }

  end(others: object): BodyPieces {
    this.#bytes.write(LIST_END);
    this.#bytes.write(writeCbor(others).subarray(1));
    return this.#bytes.end();
  }

  /** The first bytes of a string. */
  #head(kind: number, length: number): void {
    const bytes = this.#bytes;
    const { view, at } = bytes;
    if (length < 24) {
      view.setUint8(at, kind | length);
      bytes.at = at + 1;
    } else if (length < 0x100) {
      view.setUint16(at, ((kind | 24) << 8) | length);
      bytes.at = at + 2;
    } else if (length < 0x1_0000) {
      view.setUint8(at, kind | 25);
      view.setUint16(at + 1, length);
      bytes.at = at + 3;
    } else {
      view.setUint8(at, kind | 26);
      view.setUint32(at + 1, length);
      bytes.at = at + 5;
    }
  }
}
