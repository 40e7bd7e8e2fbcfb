/** RFC 8949, section 3: the three high bits of an item's first byte. */
export const UNSIGNED = 0;
export const NEGATIVE = 1;
export const BYTES = 2;
export const TEXT = 3;
export const ARRAY = 4;
export const MAP = 5;
const TAG = 6;

export const INDEFINITE = 31;
export const BREAK = 0xff;

/** Up to this length, the first byte of a text is this one plus its length, and the text follows. */
const SHORT_TEXT_BYTES_MAX = 23;
const SHORT_TEXT = TEXT << 5;

/** Kinesis nests five levels deep; the bound keeps a hostile body from exhausting the stack. */
const LEVELS_MAX = 32;

/**
 * Reads the one item that fills the bytes. Maps become objects, byte strings views of the bytes, integers numbers. Tags
 * are skipped, as in AWS's Java SDK: a timestamp is the number under its tag.
 * @throws Error for bytes that are not one well-formed item with text as the keys of its maps.
 */
export function readCbor(bytes: Buffer): unknown {
  const reader = new CborReader(bytes);
  const value = reader.readItem(1);
  if (reader.at !== bytes.length) throw malformed('bytes after the end', reader.at);
  return value;
}

/** A name in the body that is read, and its text. */
interface Name {
  readonly from: number;
  readonly text: string;
}

class CborReader {
  readonly #bytes: Buffer;
  /** The last name of each length, by its length. */
  readonly #names: (Name | undefined)[] = [];
  at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  readItem(level: number): unknown {
    if (level > LEVELS_MAX) throw malformed('nested too deeply', this.at);
    const first = this.#byte();
    const info = first & 31;
    switch (first >> 5) {
      case UNSIGNED:
        return this.#argument(info);
      case NEGATIVE:
        return -1 - this.#argument(info);
      case BYTES:
        return info === INDEFINITE ? Buffer.concat(this.#chunks(BYTES)) : this.#take(this.#argument(info));
      case TEXT:
        return info === INDEFINITE ? Buffer.concat(this.#chunks(TEXT)).toString() : this.#text(this.#argument(info));
      case ARRAY:
        return this.#array(info, level);
      case MAP:
        return this.#map(info, level);
      case TAG:
        this.#argument(info);
        return this.readItem(level + 1);
      default:
        return this.#simple(info);
    }
  }

  #array(info: number, level: number): unknown[] {
    const items: unknown[] = [];
    if (info === INDEFINITE) while (!this.#isBreak()) items.push(this.readItem(level + 1));
    else for (let left = this.#count(info); left > 0; left--) items.push(this.readItem(level + 1));
    return items;
  }

  #map(info: number, level: number): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    if (info === INDEFINITE) while (!this.#isBreak()) this.#entry(map, level);
    else for (let left = this.#count(info); left > 0; left--) this.#entry(map, level);
    return map;
  }

  #entry(map: Record<string, unknown>, level: number): void {
    const key = this.#key(level);
    const value = this.readItem(level + 1);
    // A tag of a stream may have any name; assigning to this name would change the object's prototype.
    if (key === '__proto__') Object.defineProperty(map, key, { value, enumerable: true, writable: true });
    else map[key] = value;
  }

  /**
   * Records repeat the names of their members, so each name is decoded once in a body. On a list of 500 records this halves the
   * time of the reader. Bytes are compared with bytes: a name that differs is decoded.
   */
  #key(level: number): string {
    const at = this.at;
    const length = (this.#bytes[at] ?? 0) - SHORT_TEXT;
    const known = length >= 0 ? this.#names[length] : undefined;
    if (known !== undefined && this.#isSame(known.from, at + 1, length)) {
      this.at += 1 + length;
      return known.text;
    }
    const text = this.readItem(level + 1);
    if (typeof text !== 'string') throw malformed('a key that is not text', at);
    if (length >= 0 && length <= SHORT_TEXT_BYTES_MAX) this.#names[length] = { from: at + 1, text };
    return text;
  }

  /** Compares byte by byte, because calls of Buffer's methods take longer than the few bytes of a name. */
  #isSame(one: number, other: number, bytes: number): boolean {
    for (let i = 0; i < bytes; i++) if (this.#bytes[one + i] !== this.#bytes[other + i]) return false;
    return true;
  }

  /** Chunks of a string of indefinite length. They are of its kind and of definite length. */
  #chunks(kind: number): Buffer[] {
    const chunks: Buffer[] = [];
    while (!this.#isBreak()) {
      const first = this.#byte();
      if (first >> 5 !== kind || (first & 31) === INDEFINITE) throw malformed('a part of another kind', this.at - 1);
      chunks.push(this.#take(this.#argument(first & 31)));
    }
    return chunks;
  }

  #simple(info: number): unknown {
    switch (info) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
        return null;
      case 23:
        return undefined;
      case 25:
        return halfFloat(this.#take(2).readUInt16BE());
      case 26:
        return this.#take(4).readFloatBE();
      case 27:
        return this.#take(8).readDoubleBE();
      default:
        throw malformed('a simple value without meaning', this.at - 1);
    }
  }

  /** The number that follows an item's first byte, or is part of it. */
  #argument(info: number): number {
    if (info < 24) return info;
    switch (info) {
      case 24:
        return this.#byte();
      case 25:
        return this.#take(2).readUInt16BE();
      case 26:
        return this.#take(4).readUInt32BE();
      case 27:
        return Number(this.#take(8).readBigUInt64BE());
      default:
        throw malformed('a length without meaning', this.at - 1);
    }
  }

  /** Number of items that follow. Each takes at least one byte, so a false count cannot cause a large allocation. */
  #count(info: number): number {
    const count = this.#argument(info);
    if (count > this.#bytes.length - this.at) throw malformed('more items than bytes', this.at);
    return count;
  }

  #text(bytes: number): string {
    const from = this.at;
    this.#skip(bytes);
    return this.#bytes.toString('utf8', from, this.at);
  }

  #take(bytes: number): Buffer {
    const from = this.at;
    this.#skip(bytes);
    return this.#bytes.subarray(from, this.at);
  }

  #skip(bytes: number): void {
    if (bytes > this.#bytes.length - this.at) throw malformed('the end is missing', this.at);
    this.at += bytes;
  }

  #byte(): number {
    const byte = this.#bytes[this.at];
    if (byte === undefined) throw malformed('the end is missing', this.at);
    this.at += 1;
    return byte;
  }

  #isBreak(): boolean {
    if (this.#bytes[this.at] !== BREAK) return false;
    this.at += 1;
    return true;
  }
}

const malformed = (what: string, at: number): Error => new Error(`${what}, at byte ${at}`);

function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
