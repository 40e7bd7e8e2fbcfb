const QUOTE = 0x22;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const LIST_START = 0x5b;
export const LIST_END = 0x5d;
export const OBJECT_START = 0x7b;
export const OBJECT_END = 0x7d;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const PLUS = 0x2b;
const NINE = 0x39;
const LOWER_CASE = 0x20;
const LETTER_E = 0x65;
/** Each byte of a word is a quote, is 1, or is 128. */
const QUOTES = 0x22222222;
const ONES = 0x01010101;
const HIGH_BITS = 0x80808080;
const WORD_BYTES = 4;
/** Native code finds the end of a longer string sooner, although calling it takes as long as these bytes. */
const SHORT_BYTES = 256;

/**
 * Moves over JSON text without making anything of it. It does not read escapes. A method that returns false met something else,
 * and the cursor is of no use then. Every method throws RangeError if the text ends too early.
 */
export class JsonCursor {
  #bytes: Buffer = Buffer.alloc(0);
  #view = new DataView<ArrayBufferLike>(new ArrayBuffer(0));
  at = 0;
  /** Place of the last string or number, a string's without its quotes. */
  valueAt = 0;
  valueBytes = 0;

  /** @returns false for text with escapes. */
  begin(bytes: Buffer): boolean {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = 0;
    return !bytes.includes(BACKSLASH);
  }

  /** Returns true if nothing but blanks follows. */
  isAtEnd(): boolean {
    while (this.at < this.#bytes.length && this.#view.getUint8(this.at) <= SPACE) this.at += 1;
    return this.at === this.#bytes.length;
  }

  /** Four bytes as a number, big-endian. */
  word(at: number): number {
    return this.#view.getInt32(at);
  }

  /** The last string or number. */
  text(): string {
    return this.#bytes.toString('utf8', this.valueAt, this.valueAt + this.valueBytes);
  }

  /** The next byte that is not blank. */
  next(): number {
    let byte = this.#view.getUint8(this.at);
    while (byte <= SPACE) {
      this.at += 1;
      byte = this.#view.getUint8(this.at);
    }
    return byte;
  }

  /** Moves over a character of the grammar, if it is next. */
  take(character: number): boolean {
    if (this.next() !== character) return false;
    this.at += 1;
    return true;
  }

  string(): boolean {
    if (!this.take(QUOTE)) return false;
    const view = this.#view;
    const from = this.at;
    let end = from;
    const wordsEnd = Math.min(from + SHORT_BYTES, view.byteLength - WORD_BYTES);
    // Four bytes at a time: a byte of the word becomes 0 where there is a quote, and only 0 borrows from its high bit.
    for (; end < wordsEnd; end += WORD_BYTES) {
      const word = view.getInt32(end) ^ QUOTES;
      if (((word - ONES) & ~word & HIGH_BITS) !== 0) break;
    }
    if (end === from + SHORT_BYTES) end = this.#bytes.indexOf(QUOTE, end);
    else while (view.getUint8(end) !== QUOTE) end += 1;
    if (end < 0) return false;
    this.valueAt = from;
    this.valueBytes = end - from;
    this.at = end + 1;
    return true;
  }

  /** Moves over the characters of a number. */
  number(): boolean {
    let byte = this.next();
    const from = this.at;
    while ((byte >= PLUS && byte <= NINE && byte !== COMMA) || (byte | LOWER_CASE) === LETTER_E) {
      this.at += 1;
      byte = this.#view.getUint8(this.at);
    }
    this.valueAt = from;
    this.valueBytes = this.at - from;
    return this.at > from;
  }

  /** Moves over a string, a number, or an empty list. */
  skip(): boolean {
    const next = this.next();
    if (next === QUOTE) return this.string();
    if (next === LIST_START) return this.take(LIST_START) && this.take(LIST_END);
    return this.number();
  }
}
