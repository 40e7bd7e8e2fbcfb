import { AGGREGATE_MAGIC, DIGEST_BYTES, digestOf, TAG } from './aggregate-format.ts';

/** Content of an aggregate, by record. Data are views of the aggregate's own bytes. */
export interface Aggregate {
  readonly keys: readonly Uint8Array[];
  readonly explicitHashKeys: readonly Uint8Array[];
  readonly records: readonly AggregatedRecord[];
}

interface AggregatedRecord {
  readonly keyPlace: number;
  readonly hashKeyPlace: number | undefined;
  readonly data: Uint8Array;
}

/**
 * Reads an aggregate. As every reader of the format, it takes a record without the magic, with a wrong digest or with
 * anything in it that cannot be read for a plain record: those bytes may be somebody's payload by chance.
 * @returns undefined for a plain record.
 */
export function readAggregate(data: Uint8Array): Aggregate | undefined {
  if (!startsWithMagic(data) || data.length <= AGGREGATE_MAGIC.length + DIGEST_BYTES) return undefined;
  const protobuf = data.subarray(AGGREGATE_MAGIC.length, data.length - DIGEST_BYTES);
  if (digestOf(protobuf).compare(data, data.length - DIGEST_BYTES) !== 0) return undefined;
  const keys: Uint8Array[] = [];
  const explicitHashKeys: Uint8Array[] = [];
  const records: AggregatedRecord[] = [];
  const cursor = new Cursor(protobuf);
  while (!cursor.isAtEnd) {
    const tag = cursor.varint();
    if (tag === TAG.partitionKey) keys.push(cursor.bytes());
    else if (tag === TAG.explicitHashKey) explicitHashKeys.push(cursor.bytes());
    else if (tag === TAG.record) {
      const record = readRecord(cursor.bytes());
      if (record === undefined) return undefined;
      records.push(record);
    } else cursor.skip(tag);
    if (cursor.isBroken) return undefined;
  }
  const isWhole = records.every(
    ({ keyPlace, hashKeyPlace = -1 }) => keyPlace < keys.length && hashKeyPlace < explicitHashKeys.length,
  );
  return isWhole && records.length > 0 ? { keys, explicitHashKeys, records } : undefined;
}

function startsWithMagic(data: Uint8Array): boolean {
  return data[0] === 0xf3 && data[1] === 0x89 && data[2] === 0x9a && data[3] === 0xc2;
}

function readRecord(bytes: Uint8Array): AggregatedRecord | undefined {
  const cursor = new Cursor(bytes);
  let keyPlace: number | undefined;
  let hashKeyPlace: number | undefined;
  let data: Uint8Array | undefined;
  while (!cursor.isAtEnd) {
    const tag = cursor.varint();
    if (tag === TAG.recordKeyIndex) keyPlace = cursor.varint();
    else if (tag === TAG.recordHashKeyIndex) hashKeyPlace = cursor.varint();
    else if (tag === TAG.recordData) data = cursor.bytes();
    else cursor.skip(tag);
    if (cursor.isBroken) return undefined;
  }
  return keyPlace === undefined || data === undefined ? undefined : { keyPlace, hashKeyPlace, data };
}

const NO_BYTES = new Uint8Array();

/** A place in protocol-buffer bytes. What cannot be read breaks it for good, and everything after is empty. */
class Cursor {
  readonly #bytes: Uint8Array;
  #at = 0;
  isBroken = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.isBroken || this.#at >= this.#bytes.length;
  }

  /** Up to ten bytes, as 64-bit numbers have; above 2^53 it is no longer exact, and larger than any length or place. */
  varint(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 70; scale *= 2 ** 7) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) break;
      this.#at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    this.isBroken = true;
    return 0;
  }

  bytes(): Uint8Array {
    return this.#take(this.varint());
  }

  /** Passes over the value of a field that this reader does not know. */
  skip(tag: number): void {
    switch (tag % 8) {
      case 0:
        this.varint();
        return;
      case 1:
        this.#take(8);
        return;
      case 2:
        this.bytes();
        return;
      case 5:
        this.#take(4);
        return;
      default:
        this.isBroken = true;
    }
  }

  #take(length: number): Uint8Array {
    const from = this.#at;
    if (this.isBroken || length > this.#bytes.length - from) {
      this.isBroken = true;
      return NO_BYTES;
    }
    this.#at = from + length;
    return this.#bytes.subarray(from, this.#at);
  }
}
