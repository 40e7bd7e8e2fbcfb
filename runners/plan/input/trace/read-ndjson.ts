import { JsonFields, type JsonPath, jsonPath } from '../../../../workloads/recording/json-fields.ts';
import { PlainLines } from '../../../../workloads/recording/plain-lines.ts';
import { type FieldOptions, fieldText, findFields, type TraceFields } from './field-names.ts';
import {
  FIELD_KINDS,
  type FieldPlace,
  setPlace,
  type TraceBlock,
  type TraceLine,
  type TraceReader,
  type TraceSink,
  traceLine,
} from './trace-line.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const NULL_START = 0x6e;
/** Lines whose fields are looked at to find out the names. */
const HEAD_LINES = 50;
/** Bounds the call stack. Records of real logs nest a few values. */
const NESTING_MAX = 1000;

interface Wanted {
  readonly place: FieldPlace;
  readonly path: JsonPath;
}

/**
 * One JSON object on each line. Each line is passed over once, byte by byte, and only the wanted values are looked at: JSON.parse would
 * take longer than everything else that is done with a record.
 */
export class NdjsonReader implements TraceReader {
  readonly #sink: TraceSink;
  readonly #options: FieldOptions;
  readonly #where: string;
  readonly #line: TraceLine = traceLine();
  #fields: TraceFields | undefined;
  #wanted: Wanted[] = [];
  #linesBefore = 0;

  constructor(sink: TraceSink, options: FieldOptions, where: string) {
    this.#sink = sink;
    this.#options = options;
    this.#where = where;
  }

  notes(): string[] {
    return this.#fields === undefined ? [] : [`Fields: ${fieldText(this.#fields)}.`];
  }

  read(block: TraceBlock): number {
    const { bytes, start, isValid, encoding } = block;
    if (this.#fields === undefined) this.#findFields(block);
    const found = this.#line;
    found.bytes = bytes;
    found.isValid = isValid;
    const lines = new PlainLines({ bytes, start, encoding, isValid });
    const nested = new JsonFields({ bytes, start, encoding, isValid });
    const hasPaths = this.#wanted.some(({ path }) => path.parts.length > 1);
    while (lines.next()) {
      found.start = lines.start;
      found.end = lines.end;
      found.line = this.#linesBefore + lines.line;
      for (const { place } of this.#wanted) setPlace(place, -1, -1);
      if (!this.#scan(bytes, lines.start, lines.end)) this.#bad(found);
      else {
        if (hasPaths) this.#readPaths(nested, lines.start);
        this.#sink.take(found);
      }
    }
    this.#linesBefore += lines.line;
    return bytes.length;
  }

  #findFields(block: TraceBlock): void {
    const names = new Set<string>();
    const lines = new PlainLines(block);
    for (let i = 0; i < HEAD_LINES && lines.next(); i += 1) {
      for (const name of memberNames(block.bytes.toString('utf8', lines.start, lines.end))) names.add(name);
    }
    const fields = findFields([...names], this.#options, this.#where);
    this.#fields = fields;
    this.#line.hasSize = fields.size !== undefined;
    this.#wanted = FIELD_KINDS.flatMap((kind) => {
      const name = fields[kind];
      if (name === undefined) return [];
      const path = jsonPath(typeof name === 'string' ? name : name[0], block);
      return [{ place: this.#line[kind], path }];
    });
  }

  /** Fields inside of other ones. */
  #readPaths(nested: JsonFields, at: number): void {
    for (const { place, path } of this.#wanted) {
      if (place.start >= 0 || path.parts.length === 1) continue;
      const value = nested.value(path, at);
      if (value.kind === 'text') setPlace(place, value.at, value.at, value.text);
    }
  }

  #bad({ bytes, start, end, line }: TraceLine): void {
    let what = 'is not JSON';
    try {
      const value: unknown = JSON.parse(bytes.toString('utf8', start, end));
      const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
      what = isObject ? `nests more than ${NESTING_MAX} values in each other` : 'is JSON and not an object';
    } catch {
      // That it is not JSON is what is reported.
    }
    this.#sink.bad(line, what, 'Correct the line, or name another --trace-format.');
  }

  /** Finds the wanted members of the object. @returns false if the line is not one object. */
  #scan(bytes: Buffer, start: number, end: number): boolean {
    let at = skipSpace(bytes, start, end);
    if (bytes[at] !== OPEN_BRACE || at >= end) return false;
    at = skipSpace(bytes, at + 1, end);
    if (at < end && bytes[at] === CLOSE_BRACE) return skipSpace(bytes, at + 1, end) === end;
    for (;;) {
      if (at >= end || bytes[at] !== QUOTE) return false;
      const nameStart = at + 1;
      at = stringEnd(bytes, nameStart, end);
      if (at < 0) return false;
      const place = this.#wantedAt(bytes, nameStart, at);
      at = skipSpace(bytes, at + 1, end);
      if (at >= end || bytes[at] !== COLON) return false;
      const valueStart = skipSpace(bytes, at + 1, end);
      at = valueEnd(bytes, valueStart, end);
      if (at < 0) return false;
      if (place !== undefined) setValue(place, bytes, valueStart, at);
      at = skipSpace(bytes, at, end);
      if (at >= end) return false;
      if (bytes[at] === CLOSE_BRACE) return skipSpace(bytes, at + 1, end) === end;
      if (bytes[at] !== COMMA) return false;
      at = skipSpace(bytes, at + 1, end);
    }
  }

  #wantedAt(bytes: Buffer, start: number, end: number): FieldPlace | undefined {
    for (const { place, path } of this.#wanted) {
      const name = path.literal;
      if (name.length !== end - start) continue;
      let i = 0;
      while (i < name.length && name[i] === bytes[start + i]) i += 1;
      if (i === name.length) return place;
    }
    return undefined;
  }
}

function memberNames(text: string): string[] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
  } catch {
    return [];
  }
}

function setValue(place: FieldPlace, bytes: Buffer, start: number, end: number): void {
  if (bytes[start] === QUOTE) {
    for (let at = start + 1; at < end - 1; at += 1) {
      if (bytes[at] !== BACKSLASH) continue;
      const text: unknown = parsedString(bytes.toString('utf8', start, end));
      setPlace(place, start, start, typeof text === 'string' ? text : undefined);
      return;
    }
    if (end - start > 2) setPlace(place, start + 1, end - 1);
  } else if (isScalar(bytes[start])) setPlace(place, start, end);
}

/** Objects and lists are no values, and null is none. */
const isScalar = (first: number | undefined): boolean =>
  first !== OPEN_BRACE && first !== OPEN_BRACKET && first !== NULL_START;

function parsedString(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function skipSpace(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end && (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x0d)) at += 1;
  return at;
}

/** The closing quote; -1 if there is none. @param from the first byte after the opening quote. */
function stringEnd(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at < end ? at : -1;
}

/** The byte after a value; -1 if there is none. */
function valueEnd(bytes: Buffer, start: number, end: number, depth = 0): number {
  const first = start < end ? bytes[start]! : 0;
  if (first === QUOTE) {
    const quote = stringEnd(bytes, start + 1, end);
    return quote < 0 ? -1 : quote + 1;
  }
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return nestedEnd(bytes, start, end, depth);
  const isNumber = first === MINUS || (first >= 48 && first <= 57);
  let at = start;
  if (isNumber) {
    while (at < end && isNumberByte(bytes[at]!)) at += 1;
    return at;
  }
  while (at < end && bytes[at]! >= 97 && bytes[at]! <= 122) at += 1;
  const word = bytes.toString('latin1', start, at);
  return word === 'true' || word === 'false' || word === 'null' ? at : -1;
}

/** Digits, signs, a point and an exponent. */
function isNumberByte(byte: number): boolean {
  return (byte >= 48 && byte <= 57) || byte === 0x2e || byte === MINUS || byte === 0x2b || byte === 101 || byte === 69;
}

/** The byte after an object or a list; -1 if it is malformed or nested too deeply. @param depth how many values contain it. */
function nestedEnd(bytes: Buffer, start: number, end: number, depth: number): number {
  if (depth >= NESTING_MAX) return -1;
  const isObject = bytes[start] === OPEN_BRACE;
  const close = isObject ? CLOSE_BRACE : CLOSE_BRACKET;
  let at = skipSpace(bytes, start + 1, end);
  if (at < end && bytes[at] === close) return at + 1;
  for (;;) {
    if (isObject) at = memberStart(bytes, at, end);
    if (at < 0) return -1;
    at = valueEnd(bytes, at, end, depth + 1);
    if (at < 0) return -1;
    at = skipSpace(bytes, at, end);
    if (at >= end) return -1;
    if (bytes[at] === close) return at + 1;
    if (bytes[at] !== COMMA) return -1;
    at = skipSpace(bytes, at + 1, end);
  }
}

/** The first byte of a member's value; -1 if its name or the colon is missing. */
function memberStart(bytes: Buffer, start: number, end: number): number {
  if (start >= end || bytes[start] !== QUOTE) return -1;
  const quote = stringEnd(bytes, start + 1, end);
  if (quote < 0) return -1;
  const colon = skipSpace(bytes, quote + 1, end);
  return colon < end && bytes[colon] === COLON ? skipSpace(bytes, colon + 1, end) : -1;
}
