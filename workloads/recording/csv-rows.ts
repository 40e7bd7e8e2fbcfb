import type { RecordingText } from './recording-text.ts';

const QUOTE = 34;
const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

export type RowProblem = 'open-quote' | 'after-quote' | 'quote-in-value';

/**
 * Splits CSV (RFC 4180) into rows and fields by their offsets in the file. Nothing is decoded or copied, so that the bytes of rows
 * and fields are those of the file.
 */
export class CsvRows {
  readonly #bytes: Buffer;
  readonly #limit: number;
  readonly #separator: number;
  readonly #hasQuotes: boolean;
  #next: number;
  #nextLine = 1;
  /** The row's bytes, without its line end. */
  start = 0;
  end = 0;
  /** Line on which the row begins, from 1. */
  line = 1;
  fieldCount = 0;
  /** Field i is the bytes from `starts[i]` to `ends[i]`, with its quotes. */
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  problem: RowProblem | undefined;
  problemAt = 0;
  /** The file, or the part of it that is read, ends without a newline after this row. */
  isCut = false;
  blankLines = 0;

  /** @param limit Offset at which reading stops. */
  constructor({ bytes, start }: RecordingText, separator: number, hasQuotes: boolean, limit = bytes.length) {
    this.#bytes = bytes;
    this.#limit = Math.min(limit, bytes.length);
    this.#separator = separator;
    this.#hasQuotes = hasQuotes;
    this.#next = start;
  }

  /** Goes to the next row that is not an empty line. After a problem, it continues after the next newline. */
  next(): boolean {
    while (this.#next < this.#limit) {
      this.#read();
      if (this.end > this.start || this.problem !== undefined) return true;
      this.blankLines += 1;
    }
    return false;
  }

  #read(): void {
    const bytes = this.#bytes;
    const limit = this.#limit;
    const separator = this.#separator;
    this.start = this.#next;
    this.line = this.#nextLine;
    this.problem = undefined;
    this.fieldCount = 0;
    let at = this.start;
    for (;;) {
      const fieldStart = at;
      if (this.#hasQuotes && bytes[at] === QUOTE && at < limit) {
        at = this.#closingQuote(at);
        if (at < 0) {
          this.#fail('open-quote', fieldStart, limit);
          return;
        }
        at += 1;
        const after = at < limit ? bytes[at] : NEWLINE;
        const endsRow = after === NEWLINE || (after === CARRIAGE_RETURN && this.#isLineEnd(at));
        if (after !== separator && !endsRow) {
          this.#fail('after-quote', at, at);
          return;
        }
      } else {
        for (; at < limit; at += 1) {
          const byte = bytes[at];
          if (byte === separator || byte === NEWLINE) break;
          if (byte === QUOTE && this.#hasQuotes) {
            this.#fail('quote-in-value', at, at);
            return;
          }
          if (byte === CARRIAGE_RETURN && this.#isLineEnd(at)) break;
        }
      }
      this.starts[this.fieldCount] = fieldStart;
      this.ends[this.fieldCount] = at;
      this.fieldCount += 1;
      if (at >= limit || bytes[at] !== separator) break;
      at += 1;
    }
    this.end = at;
    if (at < limit && bytes[at] === CARRIAGE_RETURN) at += 1;
    this.isCut = at >= limit;
    this.#next = at + 1;
    this.#nextLine += 1;
  }

  /** Returns the offset of the quote that closes a value, or -1; quotes within a value are doubled. Counts the lines on the way. */
  #closingQuote(open: number): number {
    const bytes = this.#bytes;
    let passed = open;
    let at = open + 1;
    for (;;) {
      at = bytes.indexOf(QUOTE, at);
      if (at < 0 || at >= this.#limit) return -1;
      if (at + 1 >= this.#limit || bytes[at + 1] !== QUOTE) break;
      at += 2;
    }
    for (let newline = bytes.indexOf(NEWLINE, passed); newline >= 0 && newline < at; ) {
      this.#nextLine += 1;
      passed = newline + 1;
      newline = bytes.indexOf(NEWLINE, passed);
    }
    return at;
  }

  /** True for a CR before a LF, or at the end of a file without its last LF. */
  #isLineEnd(at: number): boolean {
    return at + 1 >= this.#limit || this.#bytes[at + 1] === NEWLINE;
  }

  #fail(problem: RowProblem, problemAt: number, from: number): void {
    this.problem = problem;
    this.problemAt = problemAt;
    const newline = this.#bytes.indexOf(NEWLINE, from);
    this.isCut = newline < 0 || newline >= this.#limit;
    this.end = this.isCut ? this.#limit : newline;
    this.#next = this.end + 1;
    this.#nextLine += 1;
  }
}
