import { readdirSync, statSync, truncateSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { notDeleted, type OnDefect, tornTail, unreadable } from '../store-defect.ts';
import type { PageCache } from './page-cache.ts';
import type { RecordSpan } from './record-span.ts';
import { Segment } from './segment.ts';
import { lastBelow } from './segment-index.ts';
import { HEADER_BYTES, placeInName, RESERVED_UNITS, segmentName } from './segment-layout.ts';

/** locate: the span is filled in. */
export const FOUND = 1;
/** locate: the archive has nothing from there on. */
const NOT_HERE = 0;
/** Result of locate: a claim exists, but it cannot be read now. Retry later. */
export const BLOCKED = -1;

/** Errors of a file system after which a file's records are lost; after others they can be read later. */
const LOST_CODES = new Set(['ENOENT', 'EIO', 'EISDIR']);

/** The segments of one shard, oldest first: the reading side of an archive. */
export class Archive {
  readonly folder: string;
  readonly segments: Segment[] = [];
  /** State of the shard in the newest file. */
  reservedTo = 0;
  keptFrom = 0;
  /** One past the last claim that is archived or was trimmed. */
  end = 0;
  /** When the last claim was written. */
  writtenAtNs = Number.NEGATIVE_INFINITY;
  readonly #cache: PageCache;
  readonly #onDefect: OnDefect;
  readonly #reported = new Set<string>();

  /**
   * Finds what is there. Reads no more than the newest file, and that only when its last user did not close it.
   * @throws Error when the folder cannot be read or its newest file is of a later version.
   */
  constructor(folder: string, cache: PageCache, onDefect: OnDefect) {
    this.folder = folder;
    this.#cache = cache;
    this.#onDefect = onDefect;
    for (const place of placesIn(folder)) {
      const { size } = statSync(join(folder, segmentName(place)));
      this.segments.push(new Segment(folder, place, size, onDefect));
    }
    this.#recover();
  }

  get bytes(): number {
    return this.segments.reduce((sum, { fileBytes }) => sum + fileBytes, 0);
  }

  /** Locates a claim like RecordSource.locate; returns FOUND, NOT_HERE or BLOCKED. */
  locate(place: number, span: RecordSpan): number {
    if (place >= this.end) return NOT_HERE;
    const { segments } = this;
    for (let i = lastBelow(segments.length, (k) => segments[k]!.place <= place); i < segments.length; i++) {
      const segment = segments[i]!;
      try {
        const { index } = segment;
        for (let page = index.pageAt(place); page < index.pageCount; page++) {
          if (this.#cache.page(segment, page).locate(place, span)) return FOUND;
        }
      } catch (error) {
        if (!this.#isLost(segment, error)) return BLOCKED;
      }
    }
    return NOT_HERE;
  }

  /** Place of the first claim written at or after a time, or one before it when a file cannot be read; `end` when none was. */
  firstSince(writtenAtNs: number): number {
    const { segments } = this;
    const isBefore = (segment: Segment) => {
      try {
        return segment.writtenAtNs < writtenAtNs;
      } catch (error) {
        this.#isLost(segment, error);
        return false;
      }
    };
    for (let i = lastBelow(segments.length, (k) => isBefore(segments[k]!)); i < segments.length; i++) {
      const segment = segments[i]!;
      try {
        const { index } = segment;
        for (let page = index.pageBefore(writtenAtNs); page < index.pageCount; page++) {
          const found = this.#cache.page(segment, page).firstSince(writtenAtNs);
          if (found !== undefined) return found;
        }
      } catch (error) {
        if (!this.#isLost(segment, error)) return segment.place;
      }
    }
    return this.end;
  }

  /** Deletes files all of whose records are before a place. The newest one stays: it knows where the shard goes on. */
  deleteBefore(place: number): void {
    while (this.segments.length > 1 && this.segments[1]!.place <= place) {
      const segment = this.segments[0]!;
      try {
        unlinkSync(segment.path);
      } catch (error) {
        if (codeOf(error) !== 'ENOENT') {
          this.#reportOnce(segment.path, () => this.#onDefect(notDeleted(segment.path, error)));
          return;
        }
      }
      this.#cache.forget(segment);
      this.segments.shift();
    }
  }

  /** Nothing of it is read any more. */
  close(): void {
    for (const segment of this.segments) this.#cache.forget(segment);
  }

  #recover(): void {
    this.#dropUnbegun();
    const last = this.segments.at(-1);
    if (last === undefined) return;
    const isClosed = last.loadFooter();
    if (!isClosed) this.#cutTail(last);
    const { writtenAtNs, state } = last.readHeader();
    const { index } = last;
    this.end = Math.max(this.end, last.place, index.end);
    this.writtenAtNs = Math.max(writtenAtNs, index.writtenAtNs);
    this.reservedTo = state?.reservedTo ?? this.end + RESERVED_UNITS;
    this.keptFrom = state?.keptFrom ?? 0;
  }

  /** A crash may leave a file without its header, and so without records. */
  #dropUnbegun(): void {
    const last = this.segments.at(-1);
    if (last === undefined || last.fileBytes >= HEADER_BYTES) return;
    unlinkSync(last.path);
    this.end = last.place;
    this.segments.pop();
    this.#dropUnbegun();
  }

  #cutTail(segment: Segment): void {
    const tornBytes = segment.scan();
    if (tornBytes === 0) return;
    const { dataBytes } = segment.index;
    this.#onDefect(tornTail(segment.path, dataBytes, tornBytes));
    truncateSync(segment.path, dataBytes);
    segment.fileBytes = dataBytes;
  }

  /** Reports a defect of a file. Returns true if its records are lost, false if they may be readable later. */
  #isLost(segment: Segment, error: unknown): boolean {
    this.#reportOnce(segment.path, () => this.#onDefect(unreadable(segment.path, error)));
    return LOST_CODES.has(codeOf(error));
  }

  #reportOnce(path: string, report: () => void): void {
    if (this.#reported.has(path)) return;
    this.#reported.add(path);
    report();
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';

function placesIn(folder: string): number[] {
  try {
    return readdirSync(folder)
      .flatMap((name) => placeInName(name) ?? [])
      .sort((a, b) => a - b);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
