import { type FieldValue, MISSING, textValue } from './field-value.ts';
import { decode, encode, type RecordingText } from './recording-text.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
const LETTER_N = 0x6e;

/**
 * Finds members of a JSON object in the bytes of the file, because JSON.parse changes values: 1.0 becomes 1, 1e400 becomes
 * Infinity, and 12345678901234567890 becomes another number. The object must be valid JSON.
 */
export class JsonFields {
  readonly #text: RecordingText;
  readonly #bytes: Buffer;
  /** Offsets of the value that `#findMember` found. */
  #valueStart = 0;
  #valueEnd = 0;

  constructor(text: RecordingText) {
    this.#text = text;
    this.#bytes = text.bytes;
  }

  /** @param at Offset at or before the opening brace of the object. */
  value(path: JsonPath, at: number): FieldValue {
    const start = this.#skipSpace(at);
    let found = this.#findMember(start, path.literal);
    for (let i = 0; found === 'absent' && path.parts.length > 1 && i < path.parts.length; i += 1) {
      const parent = i === 0 ? start : this.#valueStart;
      if (this.#bytes[parent] !== OPEN_BRACE) return MISSING;
      found = this.#findMember(parent, path.parts[i]!);
      if (found === 'found' && i < path.parts.length - 1) found = 'absent';
      else if (found === 'absent') return MISSING;
    }
    if (found === 'twice') {
      const what = 'occurs twice with different values';
      const fix = 'Remove one of them, or name another field.';
      return { kind: 'unusable', code: 'REPLAY_FIELD', what, fix, at: this.#valueStart };
    }
    return found === 'absent' ? MISSING : this.#read();
  }

  #read(): FieldValue {
    const at = this.#valueStart;
    const first = this.#bytes[at];
    if (first === QUOTE) return this.#readString(at);
    if (first === LETTER_N) return MISSING;
    if (first === OPEN_BRACE || first === OPEN_BRACKET) {
      const what = first === OPEN_BRACE ? 'is an object' : 'is a list';
      const fix = 'Name a text or a number, such as a field inside an object: outer.inner.';
      return { kind: 'unusable', code: 'REPLAY_FIELD', what, fix, at };
    }
    return textValue(decode(this.#text, at, this.#valueEnd), at);
  }

  #readString(at: number): FieldValue {
    const raw = decode(this.#text, at + 1, this.#valueEnd - 1);
    if (raw === undefined || !raw.includes('\\')) return textValue(raw, at);
    const text: string = JSON.parse(`"${raw}"`);
    if (text.isWellFormed()) return textValue(text, at);
    const what = 'holds half of a surrogate pair, which UTF-8 cannot encode';
    return { kind: 'unusable', code: 'REPLAY_ENCODING', what, fix: 'Correct the escape, or name another field.', at };
  }

  /** Stores the offsets of the value in `#valueStart` and `#valueEnd`. */
  #findMember(object: number, name: Buffer): 'found' | 'absent' | 'twice' {
    const bytes = this.#bytes;
    let found: 'found' | 'absent' = 'absent';
    let foundStart = 0;
    let foundEnd = 0;
    let at = this.#skipSpace(object + 1);
    while (bytes[at] === QUOTE) {
      const nameEnd = this.#stringEnd(at);
      const isWanted = this.#isName(at + 1, nameEnd - 1, name);
      const start = this.#skipSpace(this.#skipSpace(nameEnd) + 1);
      const end = this.#valueEndAt(start);
      if (isWanted && found === 'found' && bytes.compare(bytes, foundStart, foundEnd, start, end) !== 0) {
        this.#valueStart = start;
        return 'twice';
      }
      if (isWanted) {
        found = 'found';
        foundStart = start;
        foundEnd = end;
      }
      at = this.#skipSpace(end);
      if (bytes[at] === COMMA) at = this.#skipSpace(at + 1);
    }
    this.#valueStart = foundStart;
    this.#valueEnd = foundEnd;
    return found;
  }

  #isName(start: number, end: number, name: Buffer): boolean {
    const bytes = this.#bytes;
    let backslash = start;
    while (backslash < end && bytes[backslash] !== BACKSLASH) backslash += 1;
    if (backslash === end) return end - start === name.length && name.compare(bytes, start, end) === 0;
    const raw = decode(this.#text, start, end);
    if (raw === undefined) return false;
    const unescaped: string = JSON.parse(`"${raw}"`);
    return encode(unescaped, this.#text.encoding).equals(name);
  }

  #skipSpace(from: number): number {
    const bytes = this.#bytes;
    let at = from;
    // JSON allows only space, tab, CR and LF between tokens.
    for (let byte = bytes[at]; byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === 0x0a; byte = bytes[at]) at++;
    return at;
  }

  #stringEnd(quote: number): number {
    const bytes = this.#bytes;
    let at = quote + 1;
    while (bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
    return at + 1;
  }

  #valueEndAt(start: number): number {
    const bytes = this.#bytes;
    const first = bytes[start];
    if (first === QUOTE) return this.#stringEnd(start);
    let at = start;
    if (first !== OPEN_BRACE && first !== OPEN_BRACKET) {
      while (!isEndOfScalar(bytes[at])) at += 1;
      return at;
    }
    let depth = 0;
    do {
      const byte = bytes[at];
      if (byte === QUOTE) {
        at = this.#stringEnd(at);
        continue;
      }
      if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth -= 1;
      at += 1;
    } while (depth > 0);
    return at;
  }
}

/** The name of a field. `a.b.c` is the field of this name if there is one, otherwise field c in field b in field a. */
export interface JsonPath {
  readonly literal: Buffer;
  readonly parts: readonly Buffer[];
}

export function jsonPath(name: string, { encoding }: RecordingText): JsonPath {
  return { literal: encode(name, encoding), parts: name.split('.').map((part) => encode(part, encoding)) };
}

function isEndOfScalar(byte: number | undefined): boolean {
  return (
    byte === undefined ||
    byte === COMMA ||
    byte === CLOSE_BRACE ||
    byte === CLOSE_BRACKET ||
    byte === COLON ||
    byte <= 0x20
  );
}
