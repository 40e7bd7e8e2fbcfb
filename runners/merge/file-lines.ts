import { readSync } from 'node:fs';
import type { SumKernel } from '../../reports/histogram/sum-kernel.ts';
import type { LineSource } from '../../reports/merge/lines/merge-lines.ts';
import { LINE_HEAD, startOfLine } from './line-start.ts';
import { addBytes } from './merge-progress.ts';

const NEWLINE = 10;
const COMMA = 44;
const BRACKET = 93;
/** Ten ordinary lines: the windows of 16 files stay within a core's second cache. */
const WINDOW_BYTES = 128 * 1024;

/** A stretch of a file: bytes that are whole lines, of intervals that start within a time. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
  /** The last of these lines is the last one of the series. */
  readonly isLast: boolean;
  readonly fromNs: number;
  readonly untilNs: number;
}

/** Thrown for lines that writeResult does not write: the merge then uses the general way. */
export class UnusualLines extends Error {}

/** Memory of the kernel for the lines of a file; later files reuse it. */
export class Window {
  readonly #kernel: SumKernel;
  at = 0;
  bytes = 0;

  constructor(kernel: SumKernel) {
    this.#kernel = kernel;
    this.#take(WINDOW_BYTES);
  }

  /** Another one twice as large, which begins with `length` bytes from `from` on. */
  double(from: number, length: number): void {
    this.#take(2 * this.bytes);
    this.#kernel.bytes.copyWithin(this.at, from, from + length);
  }

  #take(bytes: number): void {
    this.at = this.#kernel.take(bytes);
    this.bytes = bytes;
  }
}

/** Reads lines of one file, and checks that they are in order of time and consecutive, as writeResult writes them. */
export class FileLines implements LineSource {
  readonly #kernel: SumKernel;
  readonly #window: Window;
  readonly #file: number;
  readonly #stretch: Stretch;
  readonly #counter: BigInt64Array;
  /** In the file: what was read. In memory: the next line, and the end of what was read. */
  #position: number;
  #next: number;
  #end: number;
  #lastNs = Number.NEGATIVE_INFINITY;

  /** @param counter of bytes, see MergeProgress. */
  constructor(kernel: SumKernel, window: Window, file: number, stretch: Stretch, counter: BigInt64Array) {
    this.#kernel = kernel;
    this.#window = window;
    this.#file = file;
    this.#stretch = stretch;
    this.#counter = counter;
    this.#position = stretch.start;
    this.#next = window.at;
    this.#end = window.at;
  }

  /** @throws UnusualLines, and RangeError when there is no memory for a line */
  next(): readonly [start: number, end: number] | undefined {
    for (;;) {
      const start = this.#next;
      const end = this.#kernel.bytes.subarray(start, this.#end).indexOf(NEWLINE) + start;
      if (end >= start) {
        this.#next = end + 1;
        return [start, this.#checked(start, end)];
      }
      if (this.#position < this.#stretch.end) this.#read();
      else if (start < this.#end) throw new UnusualLines();
      else return undefined;
    }
  }

  /** Removes its counts, because another reader will count them again. */
  takeBack(): void {
    addBytes(this.#counter, this.#stretch.start - this.#position);
  }

  #read(): void {
    const left = this.#end - this.#next;
    if (left >= this.#window.bytes) this.#window.double(this.#next, left);
    else this.#kernel.bytes.copyWithin(this.#window.at, this.#next, this.#end);
    this.#next = this.#window.at;
    const at = this.#next + left;
    const most = Math.min(this.#window.bytes - left, this.#stretch.end - this.#position);
    const read = readSync(this.#file, this.#kernel.bytes, at, most, this.#position);
    if (read === 0) throw new UnusualLines();
    this.#position += read;
    addBytes(this.#counter, read);
    this.#end = at + read;
  }

  /** @returns the end of the line without the separator between lines. */
  #checked(start: number, end: number): number {
    const isLast = this.#stretch.isLast && this.#position === this.#stretch.end && this.#next === this.#end;
    const { bytes } = this.#kernel;
    const startNs = startOfLine(bytes, start);
    const { fromNs, untilNs } = this.#stretch;
    const isInOrder = startNs > this.#lastNs && startNs >= fromNs && startNs < untilNs;
    if (!isInOrder || end - start < LINE_HEAD.length || bytes[end - 1] !== (isLast ? BRACKET : COMMA)) {
      throw new UnusualLines();
    }
    this.#lastNs = startNs;
    return end - 1;
  }
}
