/** Kinds of items. RFC 8949, section 3: the three high bits of an item's first byte. */
export const UNSIGNED = 0;
export const BYTES = 2;
export const TEXT = 3;
export const ARRAY = 4;
export const MAP = 5;
const TAG = 6;
const SIMPLE = 7;
/** An item that the cursor does not read. */
const UNKNOWN = -1;

const BREAK = 0xff;
/** Values of the five low bits: below 24 the argument itself, otherwise its place. */
const ONE_BYTE = 24;
const TWO_BYTES = 25;
const FOUR_BYTES = 26;
const EIGHT_BYTES = 27;
const INDEFINITE = 31;
/** The first simple value with a meaning: false, true, null and undefined. */
const SIMPLE_MIN = 20;

/** `argument` of a list or map that a break ends. */
export const UNTIL_BREAK = 2 ** 31 - 1;
/** `argument` of a number that is larger; no string or list of a response is so long. */
const LARGE = UNTIL_BREAK - 1;

/**
 * Moves over the items of CBOR bytes without making anything of them. It knows what services send in practice; strings in
 * parts, for example, it does not. Every method throws RangeError if the bytes end too early.
 */
export class CborCursor {
  #view = new DataView<ArrayBufferLike>(new ArrayBuffer(0));
  #large = 0;
  at = 0;
  /** A number, the bytes of a string, the count of a list or map. Kept within 31 bits, so that V8 needs no object for it. */
  argument = 0;

  begin({ buffer, byteOffset, byteLength }: Buffer): void {
    this.#view = new DataView(buffer, byteOffset, byteLength);
    this.at = 0;
  }

  get isAtEnd(): boolean {
    return this.at === this.#view.byteLength;
  }

  /** The exact number after `head` returned UNSIGNED. Above 2^53 it is rounded. */
  get number(): number {
    return this.argument === LARGE ? this.#large : this.argument;
  }

  /** Four bytes as a number, to compare them with `wordOf` a text. */
  word(at: number): number {
    return this.#view.getInt32(at);
  }

  /** Reads the head of an item with its tags, and returns its kind. The bytes of a string or the items of a list follow. */
  head(): number {
    const view = this.#view;
    let first = view.getUint8(this.at);
    this.at += 1;
    while (first >> 5 === TAG) {
      if ((first & 31) >= ONE_BYTE) return UNKNOWN;
      first = view.getUint8(this.at);
      this.at += 1;
    }
    const kind = first >> 5;
    const info = first & 31;
    if (info >= ONE_BYTE) return this.#readArgument(info, kind) ? kind : UNKNOWN;
    this.argument = info;
    return kind === SIMPLE && info < SIMPLE_MIN ? UNKNOWN : kind;
  }

  /** Moves over a scalar, null, or an empty list. */
  skip(): boolean {
    const kind = this.head();
    return this.skipBody(kind);
  }

  /** The same after `head`. */
  skipBody(kind: number): boolean {
    switch (kind) {
      case BYTES:
      case TEXT:
        this.at += this.argument;
        return true;
      case ARRAY:
        return this.argument === 0 || (this.argument === UNTIL_BREAK && this.takeBreak());
      default:
        return kind !== UNKNOWN && kind !== MAP;
    }
  }

  /** Moves over the break that ends a list or map, if it is here. */
  takeBreak(): boolean {
    if (this.#view.getUint8(this.at) !== BREAK) return false;
    this.at += 1;
    return true;
  }

  #readArgument(info: number, kind: number): boolean {
    const view = this.#view;
    const { at } = this;
    switch (info) {
      case ONE_BYTE:
        this.argument = view.getUint8(at);
        this.at = at + 1;
        return kind !== SIMPLE;
      case TWO_BYTES:
        this.argument = view.getUint16(at);
        this.at = at + 2;
        return true;
      case FOUR_BYTES:
        this.#setArgument(view.getUint32(at));
        this.at = at + 4;
        return true;
      case EIGHT_BYTES:
        this.#setArgument(view.getUint32(at) * 2 ** 32 + view.getUint32(at + 4));
        this.at = at + 8;
        return true;
      default:
        this.argument = UNTIL_BREAK;
        return info === INDEFINITE && (kind === ARRAY || kind === MAP);
    }
  }

  #setArgument(argument: number): void {
    this.#large = argument;
    this.argument = argument < LARGE ? argument : LARGE;
  }
}

/** The first four characters of a text from `at` on. They are ASCII. */
export const wordOf = (text: string, at = 0): number => Buffer.from(text, 'latin1').readInt32BE(at);
