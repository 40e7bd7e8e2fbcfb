import { FIREHOSE_STAMP_BYTES } from '../../../workloads/targets/firehose.ts';

/**
 * Stamp of every record, by which a consumer finds it among the bytes of an object, and measures and accounts for it. It is
 * text, so that text stays text, and it is the first member of a record that is a JSON object, so that JSON stays JSON:
 *
 *   {"page":"/cart"}    ->  {"sg":"SGf1...",  "page":"/cart"}
 *   GET /cart 200       ->   "sg":"SGf1..."   GET /cart 200
 *
 *    0        6        10       18                                   58
 *   +--------+--------+--------+------------------------------------+--------
 *   | "sg":" | SGf1   | runId  | numbers                            | ", or "(space)
 *   +--------+--------+--------+------------------------------------+--------
 *              magic    8 hex    30 bytes as 40 characters of base64
 *
 *   numbers, little-endian: source u16, keyIndex u32, keyCounter u32, recordBytes u32, intendedAtNs f64, handedOverAtNs f64
 *
 * Magic and run id are the needle that a reader searches for. runId is drawn for each run, so that what an earlier run left at
 * the destination is not mistaken for this one's. recordBytes is the size of the record in the result.
 */
const OPENING = Buffer.from('"sg":"');
const MAGIC = 'SGf1';
const NEEDLE_CHARACTERS = 12;
const NUMBERS_BYTES = 30;
const NUMBERS_CHARACTERS = 40;
const NUMBERS_OFFSET = OPENING.length + NEEDLE_CHARACTERS;
const END_OFFSET = NUMBERS_OFFSET + NUMBERS_CHARACTERS;
export const STAMP_BYTES = END_OFFSET + 2;

if (STAMP_BYTES !== FIREHOSE_STAMP_BYTES) throw new Error('stamp: scenarios count on another length');

const QUOTE = 0x22;
const COMMA = 0x2c;
const SPACE = 0x20;
const BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

const ALPHABET = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const VALUE_OF = new Int8Array(256).fill(-1);
for (const [value, character] of ALPHABET.entries()) VALUE_OF[character] = value;

/** The numbers of one record. */
export interface Stamp {
  source: number;
  keyIndex: number;
  keyCounter: number;
  recordBytes: number;
  intendedAtNs: number;
  handedOverAtNs: number;
}

export const emptyStamp = (): Stamp => ({
  source: 0,
  keyIndex: 0,
  keyCounter: 0,
  recordBytes: 0,
  intendedAtNs: 0,
  handedOverAtNs: 0,
});

/** The text that begins the value of every stamp of a run. */
const needleOf = (runId: number): Buffer => Buffer.from(`${MAGIC}${runId.toString(16).padStart(8, '0')}`);

/** Writes the records of one run. */
export class StampWriter {
  readonly #head: Buffer;
  readonly #numbers = Buffer.alloc(NUMBERS_BYTES);

  constructor(runId: number) {
    this.#head = Buffer.concat([OPENING, needleOf(runId)]);
  }

  /** Writes a record, stamp and content, from `at` on. Takes STAMP_BYTES more than the content. */
  write(out: Buffer, at: number, stamp: Readonly<Stamp>, content: Uint8Array): void {
    const isObject = content.length > 1 && content[0] === BRACE;
    const from = isObject ? at + 1 : at;
    if (isObject) out[at] = BRACE;
    out.set(this.#head, from);
    this.#encode(out, from + NUMBERS_OFFSET, stamp);
    out[from + END_OFFSET] = QUOTE;
    // An object without members has nothing to separate the stamp from.
    out[from + END_OFFSET + 1] = isObject && content[1] !== CLOSING_BRACE ? COMMA : SPACE;
    out.set(isObject ? content.subarray(1) : content, from + STAMP_BYTES);
  }

  #encode(out: Buffer, at: number, stamp: Readonly<Stamp>): void {
    const numbers = this.#numbers;
    numbers.writeUInt16LE(stamp.source, 0);
    numbers.writeUInt32LE(stamp.keyIndex, 2);
    numbers.writeUInt32LE(stamp.keyCounter, 6);
    numbers.writeUInt32LE(stamp.recordBytes, 10);
    numbers.writeDoubleLE(stamp.intendedAtNs, 14);
    numbers.writeDoubleLE(stamp.handedOverAtNs, 22);
    for (let byte = 0, to = at; byte < NUMBERS_BYTES; byte += 3, to += 4) {
      const bits = (numbers[byte]! << 16) | (numbers[byte + 1]! << 8) | numbers[byte + 2]!;
      out[to] = ALPHABET[bits >> 18]!;
      out[to + 1] = ALPHABET[(bits >> 12) & 63]!;
      out[to + 2] = ALPHABET[(bits >> 6) & 63]!;
      out[to + 3] = ALPHABET[bits & 63]!;
    }
  }
}

/** Finds the stamps of one run in bytes, whatever is between them. */
export class StampReader {
  readonly #needle: Buffer;
  readonly #numbers = Buffer.alloc(NUMBERS_BYTES);

  constructor(runId: number) {
    this.#needle = needleOf(runId);
  }

  /** Fills `into` with the next stamp from `from` on. @returns the byte after it; -1 if there is none. */
  next(bytes: Buffer, from: number, into: Stamp): number {
    for (let at = from; ; ) {
      const found = bytes.indexOf(this.#needle, at);
      if (found === -1) return -1;
      at = found + NEEDLE_CHARACTERS;
      if (this.#decode(bytes, at, into)) return at + NUMBERS_CHARACTERS;
    }
  }

  /** Returns false for text that begins like a stamp and is none. */
  #decode(bytes: Buffer, at: number, into: Stamp): boolean {
    if (at + NUMBERS_CHARACTERS > bytes.length) return false;
    const numbers = this.#numbers;
    for (let byte = 0, from = at; byte < NUMBERS_BYTES; byte += 3, from += 4) {
      const [a, b] = [VALUE_OF[bytes[from]!]!, VALUE_OF[bytes[from + 1]!]!];
      const [c, d] = [VALUE_OF[bytes[from + 2]!]!, VALUE_OF[bytes[from + 3]!]!];
      if ((a | b | c | d) < 0) return false;
      const bits = (a << 18) | (b << 12) | (c << 6) | d;
      numbers[byte] = bits >> 16;
      numbers[byte + 1] = bits >> 8;
      numbers[byte + 2] = bits;
    }
    into.source = numbers.readUInt16LE(0);
    into.keyIndex = numbers.readUInt32LE(2);
    into.keyCounter = numbers.readUInt32LE(6);
    into.recordBytes = numbers.readUInt32LE(10);
    into.intendedAtNs = numbers.readDoubleLE(14);
    into.handedOverAtNs = numbers.readDoubleLE(22);
    return true;
  }
}
