import type { RecordingText } from './recording-text.ts';

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const TAB = 9;

/** The lines of a recording, without blank ones. A payload does not include the LF or CR LF of its line. */
export class PlainLines {
  readonly #bytes: Buffer;
  #next: number;
  /** Offsets of the line's bytes. */
  start = 0;
  end = 0;
  /** Number of the line, from 1. */
  line = 0;
  /** The file ends without a newline after this line. */
  isCut = false;
  /** Number of lines without anything but spaces and tabs. */
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
      // A CR belongs to the line end only before a LF, or at the end of a file without its last LF.
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
