import { ARRAY, BREAK, BYTES, INDEFINITE, MAP, NEGATIVE, TEXT, UNSIGNED } from './cbor-reader.ts';

const FALSE = 0xf4;
const TRUE = 0xf5;
const NULL = 0xf6;
const DOUBLE = 0xfb;
/** Tag 1 (a time). The first byte of a number of 8 bytes follows. */
const TIMESTAMP = 0xc1;
const LONG = 0x1b;
const HEAD_BYTES_MAX = 9;
const FIRST_BYTES = 1024;

/**
 * Writes a value as AWS does: maps and lists of indefinite length, blobs as byte strings, timestamps as epoch ms in tag 1,
 * always as an integer of 8 bytes. The members of type timestamp are those that the SDK's types give as a Date. Members
 * that are undefined are omitted.
 */
export function writeCbor(value: unknown): Buffer {
  const writer = new CborWriter();
  writer.item(value);
  return writer.written();
}

class CborWriter {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #at = 0;

  written(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  item(value: unknown): void {
    if (typeof value === 'string') this.#text(value);
    else if (typeof value === 'number') this.#number(value);
    else if (typeof value === 'boolean') this.#byte(value ? TRUE : FALSE);
    else if (typeof value === 'object' && value !== null) this.#object(value);
    else this.#byte(NULL);
  }

  #object(value: object): void {
    if (value instanceof Uint8Array) this.#blob(value);
    else if (value instanceof Date) this.#timestamp(value.getTime());
    else if (Array.isArray(value)) {
      this.#byte((ARRAY << 5) | INDEFINITE);
      for (const item of value) this.item(item);
      this.#byte(BREAK);
    } else {
      this.#byte((MAP << 5) | INDEFINITE);
      for (const [name, member] of Object.entries(value)) {
        if (member === undefined) continue;
        this.#text(name);
        this.item(member);
      }
      this.#byte(BREAK);
    }
  }

  #number(value: number): void {
    if (Number.isSafeInteger(value)) {
      this.#head(value < 0 ? NEGATIVE : UNSIGNED, value < 0 ? -1 - value : value, 0);
      return;
    }
    this.#reserve(HEAD_BYTES_MAX);
    this.#bytes[this.#at] = DOUBLE;
    this.#bytes.writeDoubleBE(value, this.#at + 1);
    this.#at += HEAD_BYTES_MAX;
  }

  /** @param epochMs a whole number, because a Date holds no fractions; a time before 1970 has the shortest form. */
  #timestamp(epochMs: number): void {
    this.#reserve(1 + HEAD_BYTES_MAX);
    this.#bytes[this.#at++] = TIMESTAMP;
    if (epochMs < 0) this.#number(epochMs);
    else this.#long(epochMs);
  }

  #long(value: number): void {
    const bytes = this.#bytes;
    bytes[this.#at] = LONG;
    bytes.writeUInt32BE(Math.floor(value / 2 ** 32), this.#at + 1);
    this.#at = bytes.writeUInt32BE(value % 2 ** 32, this.#at + 5);
  }

  #text(text: string): void {
    const bytes = Buffer.byteLength(text);
    this.#head(TEXT, bytes, bytes);
    this.#at += this.#bytes.write(text, this.#at);
  }

  #blob(blob: Uint8Array): void {
    this.#head(BYTES, blob.length, blob.length);
    this.#bytes.set(blob, this.#at);
    this.#at += blob.length;
  }

  /** Writes the kind of an item and its number (at most 2^53), and reserves room for the bytes that follow. */
  #head(kind: number, argument: number, bytesBehind: number): void {
    this.#reserve(HEAD_BYTES_MAX + bytesBehind);
    const bytes = this.#bytes;
    const high = kind << 5;
    if (argument < 24) bytes[this.#at++] = high | argument;
    else if (argument < 0x100) {
      bytes[this.#at++] = high | 24;
      bytes[this.#at++] = argument;
    } else if (argument < 0x1_0000) {
      bytes[this.#at++] = high | 25;
      this.#at = bytes.writeUInt16BE(argument, this.#at);
    } else if (argument < 0x1_0000_0000) {
      bytes[this.#at++] = high | 26;
      this.#at = bytes.writeUInt32BE(argument, this.#at);
    } else {
      bytes[this.#at++] = high | 27;
      bytes.writeUInt32BE(Math.floor(argument / 2 ** 32), this.#at);
      this.#at = bytes.writeUInt32BE(argument % 2 ** 32, this.#at + 4);
    }
  }

  #byte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = byte;
  }

  #reserve(bytes: number): void {
    const needed = this.#at + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
  }
}
