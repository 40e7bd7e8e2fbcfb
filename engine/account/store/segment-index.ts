import { crc32 } from 'node:zlib';
import { FOOTER_MAGIC, PAGE_BYTES, ROW_BYTES, ROW_NUMBERS, TRAILER_BYTES } from './segment-layout.ts';

/** Where the pages of a segment begin. Grows with the segment. */
export class SegmentIndex {
  /** A row for each page: place, byte of the file, time. */
  readonly #rows: number[];
  /** Byte of the file behind the last run. */
  dataBytes: number;
  /** One past the last claim. */
  end: number;
  /** When the last claim was written. */
  writtenAtNs: number;

  constructor(dataBytes: number, end: number, writtenAtNs: number, rows: number[] = []) {
    this.dataBytes = dataBytes;
    this.end = end;
    this.writtenAtNs = writtenAtNs;
    this.#rows = rows;
  }

  get pageCount(): number {
    return this.#rows.length / ROW_NUMBERS;
  }
  placeOf(page: number): number {
    return this.#rows[page * ROW_NUMBERS]!;
  }
  byteOf(page: number): number {
    return this.#rows[page * ROW_NUMBERS + 1]!;
  }
  writtenAtNsOf(page: number): number {
    return this.#rows[page * ROW_NUMBERS + 2]!;
  }
  /** Byte of the file behind a page. */
  endByteOf(page: number): number {
    return page + 1 < this.pageCount ? this.byteOf(page + 1) : this.dataBytes;
  }

  /** Notes a run. The index knows of it at once; `dataBytes`, `end` and `writtenAtNs` are the caller's to raise. */
  add(place: number, fileByte: number, writtenAtNs: number): void {
    const { pageCount } = this;
    if (pageCount > 0 && fileByte - this.byteOf(pageCount - 1) < PAGE_BYTES) return;
    this.#rows.push(place, fileByte, writtenAtNs);
  }

  /** The last page that does not begin after a place; the first when all do. */
  pageAt(place: number): number {
    return lastBelow(this.pageCount, (page) => this.placeOf(page) <= place);
  }

  /** The last page that begins before a time; the first when none does. */
  pageBefore(writtenAtNs: number): number {
    return lastBelow(this.pageCount, (page) => this.writtenAtNsOf(page) < writtenAtNs);
  }

  footer(): Buffer {
    const bytes = Buffer.alloc(this.#rows.length * 8 + TRAILER_BYTES);
    for (const [i, number] of this.#rows.entries()) bytes.writeDoubleLE(number, i * 8);
    const at = this.#rows.length * 8;
    bytes.write(FOOTER_MAGIC, at, 'latin1');
    bytes.writeDoubleLE(this.dataBytes, at + 8);
    bytes.writeDoubleLE(this.end, at + 16);
    bytes.writeDoubleLE(this.writtenAtNs, at + 24);
    bytes.writeUInt32LE(this.pageCount, at + 32);
    bytes.writeUInt32LE(crc32(bytes.subarray(0, at + 36)), at + 36);
    return bytes;
  }

  /**
   * Reads the index in a file's footer.
   * @param read returns bytes of the file, and fewer than requested at its end.
   * @returns undefined if there is no complete footer.
   */
  static inFooter(fileBytes: number, read: (from: number, bytes: number) => Buffer): SegmentIndex | undefined {
    if (fileBytes < TRAILER_BYTES) return undefined;
    const trailer = read(fileBytes - TRAILER_BYTES, TRAILER_BYTES);
    if (trailer.length < TRAILER_BYTES || trailer.toString('latin1', 0, 8) !== FOOTER_MAGIC) return undefined;
    const rowsBytes = trailer.readUInt32LE(32) * ROW_BYTES;
    const dataBytes = trailer.readDoubleLE(8);
    if (dataBytes + rowsBytes + TRAILER_BYTES !== fileBytes) return undefined;
    const bytes = Buffer.concat([read(dataBytes, rowsBytes), trailer]);
    if (crc32(bytes.subarray(0, -4)) !== trailer.readUInt32LE(36)) return undefined;
    const rows = Array.from({ length: rowsBytes / 8 }, (_, i) => bytes.readDoubleLE(i * 8));
    return new SegmentIndex(dataBytes, trailer.readDoubleLE(16), trailer.readDoubleLE(24), rows);
  }
}

/** The last of `count` that holds, where those that hold come before those that do not; 0 when none does. */
export function lastBelow(count: number, holds: (i: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}
