import type { RecordingText } from './recording-text.ts';

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const TAB = 9;

/** The lines of a recording that are not blank. A line ends before its LF or CR LF; neither belongs to its payload. */
export class PlainLines {
  readonly #bytes: Buffer;
  #next: number;
  /** The line's bytes are those from `start` to `end`. */
  start = 0;
  end = 0;
  /** From 1. */
  line = 0;
  /** The file ends without a newline after this line. */
  isCut = false;
  /** Lines of nothing but spaces and tabs. */
  blankLines = 0;

  constructor({ bytes, start }: RecordingText) {
    this.#bytes = bytes;
    this.#next = start;
  }

  next(): boolean {
    const bytes = this.#bytes;
    while (this.#next < bytes.length) {
      this.line += 1;
      this.start = this.#next;
      const newline = bytes.indexOf(NEWLINE, this.start);
      this.isCut = newline < 0;
      this.#next = this.isCut ? bytes.length : newline + 1;
      this.end = this.isCut ? bytes.length : newline;
      // A CR is part of a line end only with its LF, or at the end of a file that lost its last LF.
      if (this.end > this.start && bytes[this.end - 1] === CARRIAGE_RETURN) this.end -= 1;
      if (!this.#isBlank()) return true;
      this.blankLines += 1;
    }
    return false;
  }

  #isBlank(): boolean {
    for (let at = this.start; at < this.end; at += 1) {
      const byte = this.#bytes[at];
      if (byte !== SPACE && byte !== TAB && byte !== CARRIAGE_RETURN) return false;
    }
    return true;
  }
}
