import { sumOfEncoded } from '../../histogram/encoded-sum.ts';
import { KERNEL_SUMMANDS_MAX, SUM_TEXT_ROOM, type SumKernel } from '../../histogram/sum-kernel.ts';
import { CONSUMER_HISTOGRAMS, PRODUCER_HISTOGRAMS } from '../../result/result.ts';
import { HISTOGRAM_LENGTH_MAX } from '../../result/result-limits.ts';

/** Before the number of a mark; no histogram begins so. */
const MARK = '#';
const QUOTE = 34;
const PLAIN_HISTOGRAM = Buffer.from('":"HISTE');
const NAMES = [...PRODUCER_HISTOGRAMS, ...CONSUMER_HISTOGRAMS];
/** The last four letters of the names of histograms; no other name of a line ends with them. One 32-bit load compares them. */
const NAME_ENDINGS = new Set(NAMES.map((name) => Buffer.from(name.slice(-4)).readInt32LE(0)));
const MARKED = new RegExp(`(?<="(?:${NAMES.join('|')})":")#(\\d+)\\+(\\d+)(?=")`, 'gu');
const ROOM_BYTES = 16 * SUM_TEXT_ROOM;

/**
 * Lines of a series whose histograms never become strings of JavaScript: in the text of a line, each is a mark with
 * its place in the kernel's memory.
 *
 *   "putToGet":"HISTEwAAAf..."  <-->  "putToGet":"#1245184+1904"
 */
export class HistogramMarks {
  readonly #kernel: SumKernel;
  /** Places for sums, used again with every line; more when a line has many. */
  readonly #rooms: number[] = [];
  #room = 0;
  #used = 0;

  constructor(kernel: SumKernel) {
    this.#kernel = kernel;
  }

  /** The text of a line in the kernel's memory with marks, and the marks in it. */
  cut(start: number, end: number): { readonly text: string; readonly marks: readonly string[] } {
    const line = this.#kernel.bytes.subarray(start, end);
    const marks: string[] = [];
    let text = '';
    let done = 0;
    for (let from = 0; ; ) {
      const at = line.indexOf(PLAIN_HISTOGRAM, from);
      if (at < 4) break;
      from = at + 3;
      if (!NAME_ENDINGS.has(line.readInt32LE(at - 4))) continue;
      const close = line.indexOf(QUOTE, from);
      if (close < 0) break;
      if (close - from > HISTOGRAM_LENGTH_MAX) continue;
      const mark = `${MARK}${start + from}+${close - from}`;
      marks.push(mark);
      text += line.toString('utf8', done, from) + mark;
      done = close;
      from = close;
    }
    return { text: text + line.toString('utf8', done), marks };
  }

  static isMark(text: string): boolean {
    return text.startsWith(MARK);
  }

  /** Returns the text that a mark points to; other texts are returned unchanged. */
  plain(text: string): string {
    if (!HistogramMarks.isMark(text)) return text;
    const [at, length] = placeOf(text);
    return this.#kernel.bytes.toString('latin1', at, at + length);
  }

  /** Adds up marks and texts like sumOfEncoded. Returns a mark if possible, valid until `forget`. @throws as sumOfEncoded. */
  readonly sumOf = (texts: readonly string[]): string => {
    if (!this.#add(texts)) return sumOfEncoded(texts.map((text) => this.plain(text)));
    const [only] = texts;
    if (texts.length === 1 && only !== undefined) {
      this.#kernel.clear();
      return only;
    }
    const at = this.#placeForSum();
    const end = this.#kernel.write(at);
    this.#used += end - at;
    return `${MARK}${at}+${end - at}`;
  };

  /** The sums so far are written and may be written over. */
  forget(): void {
    this.#room = 0;
    this.#used = 0;
  }

  /** Calls `put` with the parts of a line, the histograms in place of their marks. */
  fill(text: string, put: (part: string | Uint8Array) => void): void {
    let done = 0;
    for (const { 0: mark, 1: at, 2: length, index } of text.matchAll(MARKED)) {
      put(text.slice(done, index));
      put(this.#kernel.bytes.subarray(Number(at), Number(at) + Number(length)));
      done = index + mark.length;
    }
    put(text.slice(done));
  }

  #add(texts: readonly string[]): boolean {
    if (texts.length > KERNEL_SUMMANDS_MAX) return false;
    for (const text of texts) {
      if (HistogramMarks.isMark(text) && this.#kernel.add(...placeOf(text))) continue;
      this.#kernel.clear();
      return false;
    }
    return true;
  }

  #placeForSum(): number {
    if (this.#used + SUM_TEXT_ROOM > ROOM_BYTES) {
      this.#room += 1;
      this.#used = 0;
    }
    this.#rooms[this.#room] ??= this.#kernel.take(ROOM_BYTES);
    return this.#rooms[this.#room]! + this.#used;
  }
}

function placeOf(mark: string): [at: number, length: number] {
  const plus = mark.indexOf('+');
  return [Number(mark.slice(MARK.length, plus)), Number(mark.slice(plus + 1))];
}
