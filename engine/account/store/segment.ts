import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { engineError } from '../../errors.ts';
import { FRAME_ALIGNMENT_BYTES, WRITTEN_AT_OFFSET } from '../../log/layout.ts';
import { damaged, type OnDefect } from '../store-defect.ts';
import { lastClaimAt, type ReadPage } from './read-page.ts';
import { claimViews } from './record-span.ts';
import { checkRuns, runEndAt, runPlaceAt } from './run-check.ts';
import { SegmentIndex } from './segment-index.ts';
import {
  HEADER_BYTES,
  RUN_HEADER_BYTES,
  readHeader,
  type ShardFileState,
  saltOf,
  segmentName,
} from './segment-layout.ts';

/** Bytes of one read when a whole segment is scanned. */
const SCAN_BYTES = 1024 * 1024;

/** One file of an archive. Its content is read on demand. */
export class Segment {
  readonly path: string;
  /** Where its first run begins; no run of an earlier file reaches further. */
  readonly place: number;
  readonly salt: number;
  /** Bytes of the file. */
  fileBytes: number;
  /** Pages in memory, by number. */
  readonly pages: (ReadPage | undefined)[] = [];
  readonly #onDefect: OnDefect;
  readonly #reported = new Set<number>();
  #index: SegmentIndex | undefined;
  #writtenAtNs: number | undefined;

  constructor(folder: string, place: number, fileBytes: number, onDefect: OnDefect) {
    this.path = join(folder, segmentName(place));
    this.place = place;
    this.salt = saltOf(place);
    this.fileBytes = fileBytes;
    this.#onDefect = onDefect;
  }

  /** @throws errors of the file system if the file cannot be read. */
  get index(): SegmentIndex {
    this.#index ??= this.#findIndex();
    return this.#index;
  }

  /** Must be called for a new file. */
  begin(writtenAtNs: number): void {
    this.#writtenAtNs = writtenAtNs;
    this.#index = new SegmentIndex(HEADER_BYTES, this.place, writtenAtNs);
  }

  /** No record of the file was written before this time. @throws errors of the file system if the file cannot be read. */
  get writtenAtNs(): number {
    this.#writtenAtNs ??= this.readHeader().writtenAtNs;
    return this.#writtenAtNs;
  }

  /**
   * Reads the header. Without a valid one, the index supplies the time of the first claim.
   * @returns the valid parts of the header.
   * @throws EngineError SEGMENT_NEWER, or errors of the file system.
   */
  readHeader(): { readonly writtenAtNs: number; readonly state: ShardFileState | undefined } {
    const read = readHeader(this.#read(0, HEADER_BYTES));
    if (read === 'newer') {
      throw engineError('SEGMENT_NEWER', { what: 'a later version wrote the segment file', where: this.path });
    }
    if (read.header === undefined) this.report(0, HEADER_BYTES);
    const { index } = this;
    const writtenAtNs = read.header?.writtenAtNs ?? (index.pageCount > 0 ? index.writtenAtNsOf(0) : index.writtenAtNs);
    return { writtenAtNs, state: read.state };
  }

  /** Reports damage, once for each position. */
  report(atByte: number, bytes: number): void {
    if (this.#reported.has(atByte)) return;
    this.#reported.add(atByte);
    this.#onDefect(damaged(this.path, atByte, bytes));
  }

  /** Reads into a buffer from its beginning. @returns the bytes that there were. */
  readInto(into: Uint8Array, fileByte: number, bytes: number): number {
    const file = openSync(this.path, 'r');
    try {
      let read = 0;
      while (read < bytes) {
        const more = readSync(file, into, read, bytes - read, fileByte + read);
        if (more === 0) break;
        read += more;
      }
      return read;
    } finally {
      closeSync(file);
    }
  }

  /** Loads the footer. Returns true if the file was closed properly, so that it needs no scan. */
  loadFooter(): boolean {
    this.#index ??= SegmentIndex.inFooter(this.fileBytes, (from, bytes) => this.#read(from, bytes));
    return this.#index !== undefined;
  }

  /**
   * Goes through the whole file and makes its index.
   * @returns bytes at its end that are not a run.
   */
  scan(): number {
    const index = new SegmentIndex(HEADER_BYTES, this.place, Number.NEGATIVE_INFINITY);
    let damagedFrom = -1;
    let views = claimViews(new ArrayBuffer(SCAN_BYTES));
    for (let fileByte = HEADER_BYTES; fileByte < this.fileBytes; ) {
      const wanted = Math.min(views.bytes.length, this.fileBytes - fileByte);
      const loaded = this.readInto(views.bytes, fileByte, wanted);
      const isAll = loaded < wanted || fileByte + loaded >= this.fileBytes;
      const checked = checkRuns(views, 0, loaded, this.salt, index.end, isAll, {
        found: (at) => {
          if (damagedFrom >= 0) this.report(damagedFrom, fileByte + at - damagedFrom);
          damagedFrom = -1;
          index.add(runPlaceAt(views, at), fileByte + at, firstWrittenAt(views.floats, at));
          index.end = runEndAt(views, at);
          index.writtenAtNs = views.floats[(lastClaimAt(views, at) + WRITTEN_AT_OFFSET) >> 3]!;
        },
        damaged: (at) => {
          if (damagedFrom < 0) damagedFrom = fileByte + at;
        },
      });
      fileByte += checked;
      if (isAll) break;
      if (checked === 0) views = claimViews(new ArrayBuffer(views.bytes.length * 2));
    }
    index.dataBytes = damagedFrom < 0 ? Math.max(this.fileBytes, HEADER_BYTES) : damagedFrom;
    this.#index = index;
    return this.fileBytes - index.dataBytes;
  }

  #findIndex(): SegmentIndex {
    if (!this.loadFooter()) {
      const rest = this.scan();
      if (rest > 0) this.report(this.fileBytes - rest, rest);
    }
    return this.#index!;
  }

  #read(from: number, bytes: number): Buffer {
    const into = Buffer.alloc(bytes);
    return into.subarray(0, this.readInto(into, from, bytes));
  }
}

const firstWrittenAt = (floats: Float64Array, runAt: number): number =>
  floats[(runAt + RUN_HEADER_BYTES + WRITTEN_AT_OFFSET) >> 3]!;

if (HEADER_BYTES % FRAME_ALIGNMENT_BYTES !== 0)
  throw new Error('engine/account/store/segment: runs are read through views');
