import { hashKey } from '../../../../engine/routing/hash-key.ts';
import type { TimeOptions } from '../../../../workloads/recording/time-reader.ts';
import { KEY_MAX_CHARACTERS, RECORD_MAX_BYTES } from '../../../../workloads/schema-fields.ts';
import { hashRatioOf, hexOf } from '../../../sketch/heavy-keys.ts';
import type { BadLines } from './bad-lines.ts';
import { hashText, isAscii, readHash } from './key-hash.ts';
import type { FieldPlace, TraceLine, TraceSink } from './trace-line.ts';
import { TraceTimes } from './trace-times.ts';

/** One record of a trace as numbers. */
export interface TraceRecord {
  /** From the start of the first record's day. */
  timeNs: number;
  /** Whole seconds since 1970 (UTC). */
  seconds: number;
  /** MD5 of the key as four words, most significant first. */
  readonly hash: Uint32Array;
  hashRatio: number;
  /** Bytes of the key and of the data, as Kinesis counts a record. The key's are 0 if only its hash is known. */
  keyBytes: number;
  dataBytes: number;
  line: number;
}

export interface RecordSink {
  /** @param record is filled again for the next record. @param name gives the key, or the hash in hexadecimal. */
  record(record: TraceRecord, name: () => string): void;
}

/** Counts of unusual records, for the notes of a plan. */
export interface RecordFacts {
  records: number;
  lines: number;
  zeroSizes: number;
}

const MISSING_FIX = 'Name a field that every record has.';

/** Turns the lines of a trace into records: time, hash of the key, bytes. Whatever is no record goes to the bad lines. */
export class TraceRecords implements TraceSink {
  readonly times: TraceTimes;
  readonly facts: RecordFacts = { records: 0, lines: 0, zeroSizes: 0 };
  readonly #sink: RecordSink;
  readonly #badLines: BadLines;
  readonly #encoding: 'utf-8' | 'latin1';
  readonly #record: TraceRecord = {
    timeNs: 0,
    seconds: 0,
    hash: new Uint32Array(4),
    hashRatio: 0,
    keyBytes: 0,
    dataBytes: 0,
    line: 0,
  };
  #line: TraceLine | undefined;

  constructor(
    sink: RecordSink,
    badLines: BadLines,
    { encoding, times }: { readonly encoding: 'utf-8' | 'latin1'; readonly times: TimeOptions },
  ) {
    this.#sink = sink;
    this.#badLines = badLines;
    this.#encoding = encoding;
    this.times = new TraceTimes(times);
  }

  bad(line: number, what: string, fix: string): void {
    this.facts.lines = line;
    this.#badLines.add(line, what, fix);
  }

  take(line: TraceLine): void {
    this.facts.lines = line.line;
    this.#line = line;
    if (!this.#takeTime(line) || !this.#takeKey(line) || !this.#takeSize(line)) return;
    this.#record.line = line.line;
    this.facts.records += 1;
    this.#sink.record(this.#record, this.#name);
  }

  #takeTime(line: TraceLine): boolean {
    if (line.time.start < 0) {
      this.bad(line.line, 'has no time', MISSING_FIX);
      return false;
    }
    const problem = this.times.read(this.#text(line, line.time), line.line);
    if (problem !== undefined) {
      this.bad(line.line, problem.what.replace(/\.$/u, ''), asFlags(problem.fix));
      return false;
    }
    this.#record.timeNs = this.times.ns;
    this.#record.seconds = Math.floor(this.times.secondsOf(this.times.ns));
    return true;
  }

  #takeKey(line: TraceLine): boolean {
    const record = this.#record;
    if (line.hash.start >= 0) {
      if (!readHash(this.#text(line, line.hash), record.hash)) {
        const fix = 'Give 32 hexadecimal digits (MD5), or a decimal number below 2^128.';
        this.bad(line.line, 'has a hash that is neither MD5 in hexadecimal nor a hash key', fix);
        return false;
      }
      record.keyBytes = 0;
    } else if (line.key.start >= 0) {
      record.keyBytes = this.#hashKey(line, line.key);
      if (record.keyBytes < 0) return false;
    } else {
      this.bad(line.line, 'has no key', MISSING_FIX);
      return false;
    }
    record.hashRatio = hashRatioOf(record.hash);
    return true;
  }

  /** @returns the key's bytes, or -1. */
  #hashKey(line: TraceLine, key: FieldPlace): number {
    const { hash } = this.#record;
    const { start, end, text } = key;
    const isBytes = text === undefined && (this.#encoding === 'utf-8' || isAscii(line.bytes, start, end));
    const isBad = isBytes && !line.isValid && !isAscii(line.bytes, start, end);
    if (isBad && line.bytes.toString('utf8', start, end).includes('\ufffd')) {
      this.bad(line.line, 'has a key that is not valid UTF-8', 'Set --encoding latin1 if the file is Latin-1.');
      return -1;
    }
    if (isBytes) hashKey(line.bytes, start, end - start, hash);
    const length = isBytes ? end - start : hashText(this.#text(line, key), hash);
    if (length <= KEY_MAX_CHARACTERS || [...this.#text(line, key)].length <= KEY_MAX_CHARACTERS) return length;
    this.bad(line.line, `has a key of more than ${KEY_MAX_CHARACTERS} characters`, 'Name a field with shorter values.');
    return -1;
  }

  #takeSize(line: TraceLine): boolean {
    const record = this.#record;
    if (!line.hasSize) {
      record.dataBytes = line.end - line.start;
      return true;
    }
    const { start, end } = line.size;
    if (start < 0) {
      this.bad(line.line, 'has no size', MISSING_FIX);
      return false;
    }
    const size = line.size.text === undefined ? wholeNumber(line.bytes, start, end) : Number.NaN;
    if (!(size >= 0)) {
      const fix = 'Sizes are whole numbers of bytes, without a unit.';
      this.bad(line.line, `has the size ${JSON.stringify(this.#text(line, line.size).slice(0, 40))}`, fix);
      return false;
    }
    if (size > RECORD_MAX_BYTES) {
      this.bad(line.line, `has a record of ${size} bytes, and Kinesis accepts at most 10 MiB`, 'Correct the size.');
      return false;
    }
    if (size === 0) this.facts.zeroSizes += 1;
    record.dataBytes = size;
    return true;
  }

  #text(line: TraceLine, { start, end, text }: FieldPlace): string {
    if (text !== undefined) return text;
    return this.#encoding === 'latin1' || isShortAscii(line.bytes, start, end)
      ? line.bytes.toString('latin1', start, end)
      : line.bytes.toString('utf8', start, end);
  }

  readonly #name = (): string => {
    const line = this.#line!;
    return line.key.start >= 0 && line.hash.start < 0 ? this.#text(line, line.key) : hexOf(this.#record.hash);
  };
}

/** Decoding ASCII as Latin-1 takes half of the time of UTF-8. */
const isShortAscii = (bytes: Uint8Array, start: number, end: number): boolean =>
  end - start <= 64 && isAscii(bytes, start, end);

/** NaN if the bytes are anything but digits. */
function wholeNumber(bytes: Uint8Array, start: number, end: number): number {
  if (end === start || end - start > 15) return Number.NaN;
  let number = 0;
  for (let at = start; at < end; at += 1) {
    const digit = bytes[at]! - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    number = 10 * number + digit;
  }
  return number;
}

/** Options of a replayed recording are keys of a scenario; those of a trace are flags. */
function asFlags(fix: string): string {
  const flags = {
    timeUnit: '--time-unit',
    timeZone: '--time-zone',
    timeYear: '--time-year',
    timeField: '--time-field',
  };
  return fix.replace(
    /\b(timeUnit|timeZone|timeYear|timeField)\b:?/gu,
    (name) => flags[name as keyof typeof flags] ?? name,
  );
}
