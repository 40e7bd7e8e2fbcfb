import type { RecordBatch } from '../../log/record-batch.ts';
import { type Clock, REAL_CLOCK } from '../clock.ts';
import type { OnDefect } from '../store-defect.ts';
import { Archive, BLOCKED, FOUND } from './archive.ts';
import { type ArchiveSource, ArchiveWriter } from './archive-writer.ts';
import { Archiver, type Durability } from './archiver.ts';
import { type PageCache, SHARED_PAGES } from './page-cache.ts';
import { SpanCursor } from './record-cursor.ts';
import type { RecordSource, RecordSpan } from './record-span.ts';
import type { RecordCursor, RecordStore, StoreSize } from './record-store.ts';
import { RESERVED_UNITS } from './segment-layout.ts';
import { ShardRing } from './shard-ring.ts';

export interface ShardStoreOptions extends StoreSize {
  /** Where the archive is; made by the first append. Without one a full ring forgets its oldest records. */
  readonly folder: string | undefined;
  readonly durability: Durability;
  readonly clock?: Clock;
  /** Called with each defect of the files on disk. */
  readonly onDefect: OnDefect;
  /** Size at which a new file is begun. */
  readonly segmentBytes?: number;
  /** Time that a record may be only in memory, with durability `interval`. */
  readonly intervalMs?: number;
  /** Pages read from disk recently; one cache for all stores of a thread by default. */
  readonly pages?: PageCache;
}

const SEGMENT_BYTES = 32 * 1024 * 1024;
const INTERVAL_MS = 1000;

/**
 * Opens a shard's store; what its folder holds is there again. Takes neither memory nor files before the first append.
 * @throws Error when the folder cannot be read, or was written by a later version.
 */
export function openShardStore(options: ShardStoreOptions): RecordStore {
  return new ShardStore(options);
}

/** This share of a ring's terms is kept free of records that are only in memory, so that appending seldom waits for the disk. */
const AHEAD_RATIO = 0.5;

class ShardStore implements RecordStore, RecordSource, ArchiveSource {
  changes = 0;
  #size: StoreSize;
  /** Oldest first: the last one is written to, the others until their records are archived. */
  #rings: ShardRing[] = [];
  /** Where the next ring begins, or the shard ends when there is none. */
  #ringlessEnd = 0;
  #activeTerm = 0;
  #oldestTerm = 0;
  /** The next append needs a ring of another size. */
  #isOutgrown = false;
  /** Largest record that came, of those that may still come. A ring is made for it, not for the largest there may be. */
  #largestBytes = 0;
  #isSealed = false;
  #isClosed = false;
  #keptFrom = 0;
  #writtenAtNs = Number.NEGATIVE_INFINITY;
  /** The oldest record, while it is known; its time is Infinity when there is none. */
  #oldest: { readonly sequenceNumber: number; readonly writtenAtNs: number } | undefined;
  readonly #archive: Archive | undefined;
  readonly #archiver: Archiver | undefined;

  constructor(options: ShardStoreOptions) {
    const { folder, durability, onDefect, clock = REAL_CLOCK } = options;
    const { segmentBytes = SEGMENT_BYTES, intervalMs = INTERVAL_MS, pages = SHARED_PAGES } = options;
    this.#size = options;
    if (folder === undefined) return;
    const archive = new Archive(folder, pages, onDefect);
    this.#archive = archive;
    this.#ringlessEnd = Math.max(archive.end, archive.reservedTo);
    this.#keptFrom = archive.keptFrom;
    this.#writtenAtNs = archive.writtenAtNs;
    const writer = new ArchiveWriter(archive, this, segmentBytes, onDefect);
    this.#archiver = new Archiver(archive, writer, this, { durability, clock, intervalMs, onDefect });
  }

  get end(): number {
    return this.#rings.at(-1)?.end ?? this.#ringlessEnd;
  }

  get oldest(): number {
    return this.#findOldest()?.sequenceNumber ?? this.end;
  }

  get writtenAtNs(): number {
    return this.#writtenAtNs;
  }

  get archivedBytes(): number {
    return this.#archive?.bytes ?? 0;
  }

  get keptFrom(): number {
    return this.#keptFrom;
  }

  get isSealed(): boolean {
    return this.#isSealed;
  }

  append(batch: RecordBatch, order: Int32Array, from: number, to: number, nowNs: number): number {
    if (this.#isSealed || this.#archiver?.isFailing === true) return to - from;
    // Times never fall, so that records can be found by them.
    if (nowNs > this.#writtenAtNs) this.#writtenAtNs = nowNs;
    if (!this.#reserve()) return to - from;
    const ring = this.#writableRing(largestOf(batch, order, from, to));
    let first = from;
    do {
      const pending = ring.write(batch, order, first, to, this.#writtenAtNs);
      first = to - pending;
    } while (first < to && this.#reserve() && this.#makeRoom(ring));
    this.#noteTerms(ring);
    this.#archiver?.appended();
    return to - first;
  }

  settled(): Promise<void> | undefined {
    return this.#archiver?.settled(this.end);
  }

  cursor(): RecordCursor {
    return new SpanCursor(this);
  }

  locate(sequenceNumber: number, span: RecordSpan): boolean {
    if (this.#isClosed) return false;
    const from = Math.max(sequenceNumber, this.#keptFrom);
    const memoryStart = this.#rings[0]?.start ?? Number.POSITIVE_INFINITY;
    if (this.#archive !== undefined && from < memoryStart) {
      const found = this.#archive.locate(from, span);
      // Records that an archive has lost may still be in memory.
      if (found === FOUND && span.place < memoryStart) return true;
      if (found === BLOCKED) return false;
    }
    return this.locateInMemory(from, span);
  }

  locateInMemory(place: number, span: RecordSpan): boolean {
    for (const ring of this.#rings) if (ring.locate(place, span)) return true;
    return false;
  }

  firstSince(writtenAtNs: number): number {
    const cursor = this.cursor();
    cursor.seek(this.#placeSince(writtenAtNs));
    return cursor.next() ? cursor.sequenceNumber : this.end;
  }

  trimBefore(writtenAtNs: number): void {
    const oldest = this.#findOldest();
    if (oldest !== undefined && oldest.writtenAtNs < writtenAtNs) this.#keepFrom(this.#placeSince(writtenAtNs));
    if (!this.#isClosed) this.#archiver?.deleteBefore(this.#keptFrom);
  }

  trimTo(sequenceNumber: number): void {
    if (this.#isClosed || sequenceNumber <= this.#keptFrom) return;
    this.#keepFrom(sequenceNumber);
    this.#archiver?.deleteBefore(sequenceNumber);
  }

  #keepFrom(place: number): void {
    this.#keptFrom = place;
    this.#oldest = undefined;
    this.changes += 1;
  }

  seal(): void {
    this.#isSealed = true;
    this.#archiver?.writeAhead(this.end);
    this.archived();
  }

  resize(size: StoreSize): void {
    this.#size = size;
    this.#largestBytes = Math.min(this.#largestBytes, size.maxRecordBytes);
    this.#isOutgrown = this.#rings.at(-1)?.suits(this.#ringSize) === false;
  }

  async close(): Promise<void> {
    this.#isSealed = true;
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.changes += 1;
    try {
      await this.#archiver?.close();
    } finally {
      this.#ringlessEnd = this.end;
      this.#rings = [];
    }
  }

  async destroy(): Promise<void> {
    this.#isSealed = this.#isClosed = true;
    this.#ringlessEnd = this.end;
    this.#rings = [];
    this.changes += 1;
    await this.#archiver?.destroy();
  }

  archived(): void {
    const { end: archivedTo } = this.#archive ?? { end: 0 };
    const kept = this.#rings.filter((ring, i) => {
      const isWritten = !this.#isSealed && i === this.#rings.length - 1;
      return isWritten || ring.end > archivedTo;
    });
    if (kept.length < this.#rings.length) {
      this.#ringlessEnd = this.end;
      this.#rings = kept;
      this.changes += 1;
    }
    for (const ring of kept) ring.keepFrom(ring.termAt(archivedTo));
  }

  /** Keeps sequence numbers in reserve for what the next write may take: a ring at most, which is less than half of them. */
  #reserve(): boolean {
    if (this.#archive === undefined || this.end + RESERVED_UNITS / 2 <= this.#archive.reservedTo) return true;
    return this.#archiver!.reserve(this.end, this.#writtenAtNs);
  }

  get #ringSize(): StoreSize {
    return { memoryBytes: this.#size.memoryBytes, maxRecordBytes: this.#largestBytes };
  }

  /** @param recordBytes of the largest record that is about to be written. */
  #writableRing(recordBytes: number): ShardRing {
    if (recordBytes > this.#largestBytes) this.#largestBytes = recordBytes;
    const last = this.#rings.at(-1);
    if (last !== undefined && !this.#isOutgrown && last.takes(recordBytes)) return last;
    this.#isOutgrown = false;
    const ring = new ShardRing(this.#ringSize, this.end);
    this.#activeTerm = this.#oldestTerm = 0;
    this.#rings.push(ring);
    if (this.#archive !== undefined) {
      ring.keepFrom(0);
      this.#archiver!.writeAhead(ring.base);
    }
    return ring;
  }

  /** Archives the oldest term of a full ring. */
  #makeRoom(ring: ShardRing): boolean {
    const { activeTerm, termCount } = ring.log;
    return this.#archiver?.writeNow(ring.startOfTerm(activeTerm + 2 - termCount)) === true;
  }

  /** After a write: have terms been used again, and is it time to archive more of them? */
  #noteTerms(ring: ShardRing): void {
    const { activeTerm, oldestTerm, termCount } = ring.log;
    if (activeTerm === this.#activeTerm) return;
    this.#activeTerm = activeTerm;
    const ahead = activeTerm + 1 - Math.floor(termCount * AHEAD_RATIO);
    if (ahead > 0) this.#archiver?.writeAhead(ring.startOfTerm(ahead));
    if (oldestTerm === this.#oldestTerm) return;
    this.#oldestTerm = oldestTerm;
    this.changes += 1;
    if (this.#archive !== undefined) return;
    // Without an archive the oldest records are gone, and rings of an earlier size with them.
    this.#oldest = undefined;
    this.#rings = [ring];
  }

  #findOldest(): { readonly sequenceNumber: number; readonly writtenAtNs: number } | undefined {
    if (this.#oldest === undefined) {
      const cursor = this.cursor();
      if (cursor.next()) this.#oldest = { sequenceNumber: cursor.sequenceNumber, writtenAtNs: cursor.writtenAtNs };
    }
    return this.#oldest;
  }

  /**
   * Returns a place that separates records written before a time from later ones. While files cannot be read, it may be an
   * earlier place, so that no record is trimmed too soon.
   */
  #placeSince(writtenAtNs: number): number {
    for (const ring of [...this.#rings].reverse()) {
      const place = ring.firstSince(writtenAtNs);
      if (place > ring.start) return place;
    }
    const inMemory = this.#rings[0]?.start ?? this.end;
    if (this.#archive === undefined) return inMemory;
    return Math.min(this.#archive.firstSince(writtenAtNs), inMemory);
  }
}

function largestOf(batch: RecordBatch, order: Int32Array, from: number, to: number): number {
  let largest = 0;
  for (let k = from; k < to; k++) largest = Math.max(largest, batch.recordBytes(order[k]!));
  return largest;
}
