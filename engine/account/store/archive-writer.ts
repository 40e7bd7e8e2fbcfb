import { WRITTEN_AT_OFFSET } from '../../log/layout.ts';
import type { OnDefect } from '../store-defect.ts';
import type { Archive } from './archive.ts';
import { RecordSpan } from './record-span.ts';
import { giveStage, type RunStage, takeStage } from './run-stage.ts';
import { Segment } from './segment.ts';
import { SegmentFile } from './segment-file.ts';
import { RESERVED_UNITS } from './segment-layout.ts';
import { syncFolder } from './sync-folder.ts';

/** The memory that an archive is written from. */
export interface ArchiveSource {
  /** Locates a claim like RecordSource.locate, in memory only. */
  locateInMemory(place: number, span: RecordSpan): boolean;
  /** Records before this place were trimmed and need not be written. */
  readonly keptFrom: number;
  /** One past the newest record. */
  readonly end: number;
  /** Nothing is appended any more. */
  readonly isSealed: boolean;
  /** The archive has come further: memory of what it holds may go. */
  archived(): void;
}

/** Stages this small are written at once: the way through another thread takes longer than the write. */
const WRITE_NOW_BYTES = 64 * 1024;

/**
 * Writes claims to segment files, in order and without a gap. One stage is written at a time, in the background if possible. A
 * caller that cannot wait writes the same bytes to the same place once more and continues.
 */
export class ArchiveWriter {
  readonly #archive: Archive;
  readonly #source: ArchiveSource;
  readonly #segmentBytes: number;
  readonly #onDefect: OnDefect;
  readonly #span = new RecordSpan();
  #file: SegmentFile | undefined;
  /** Files that are full and still open: not synced, or being written to in the background. */
  #full: SegmentFile[] = [];
  #pending: RunStage | undefined;
  #isFolderSynced = true;
  /** A write in the background is under way; its file must stay open. */
  #isWriting = false;

  constructor(archive: Archive, source: ArchiveSource, segmentBytes: number, onDefect: OnDefect) {
    this.#archive = archive;
    this.#source = source;
    this.#segmentBytes = segmentBytes;
    this.#onDefect = onDefect;
  }

  /** Stores on disk that sequence numbers from `end` on will be issued. @throws errors of the file system. */
  reserve(end: number, writtenAtNs: number, isDurable: boolean): void {
    const archive = this.#archive;
    const before = archive.reservedTo;
    archive.reservedTo = end + RESERVED_UNITS;
    try {
      const file = this.#open(end, writtenAtNs);
      file.writeState(this.#state);
      if (isDurable) {
        file.syncNow();
        this.#syncFolder();
      }
    } catch (error) {
      archive.reservedTo = before;
      throw error;
    }
  }

  /**
   * Writes everything up to a place before it returns. @throws errors of the file system; the unwritten rest remains to be
   * written.
   */
  writeUpTo(place: number): void {
    for (;;) {
      const stage = this.#stage(place);
      if (stage === undefined) return;
      this.#file!.write(stage);
      this.#commit(stage);
    }
  }

  /** Writes one stage of what is still to be written up to a place. False when there was nothing. */
  async writeSome(place: number): Promise<boolean> {
    const stage = this.#stage(place);
    if (stage === undefined) return false;
    const file = this.#file!;
    if (stage.usedBytes <= WRITE_NOW_BYTES) {
      file.write(stage);
    } else {
      this.#isWriting = stage.isBusy = true;
      try {
        await file.writeInBackground(stage);
      } catch (error) {
        if (this.#pending === stage) throw error;
      } finally {
        this.#isWriting = stage.isBusy = false;
      }
    }
    if (this.#pending === stage) this.#commit(stage);
    else giveStage(stage);
    return true;
  }

  /** Flushes everything written before the call. @throws errors of the file system. */
  async sync(): Promise<void> {
    const full = this.#full;
    for (const file of [...full, ...(this.#file === undefined ? [] : [this.#file])]) await file.sync();
    if (!this.#isFolderSynced) this.#syncFolder();
    for (const file of full) file.release();
    this.#full = this.#full.filter((file) => !full.includes(file));
  }

  /** Must be called before a failed sync is retried. @throws errors of the file system. */
  rewriteUnsynced(): void {
    for (const file of this.#full) file.rewriteUnsynced();
    this.#file?.rewriteUnsynced();
  }

  /** Stores the end of the shard and closes the newest file properly. @throws errors of the file system. */
  finish(end: number): void {
    const archive = this.#archive;
    const last = archive.segments.at(-1);
    if (last === undefined || (this.#file === undefined && archive.keptFrom === this.#source.keptFrom)) return;
    archive.reservedTo = end;
    this.#file ??= SegmentFile.resume(last, this.#state);
    this.#file.writeState(this.#state);
    this.#file.finish();
  }

  /**
   * Starts a new file if everything in the newest one is before a place, so that it can be deleted. @throws errors of the file
   * system.
   */
  leaveBefore(place: number): void {
    const last = this.#archive.segments.at(-1);
    if (last === undefined || this.#isWriting || this.#pending !== undefined || last.index.pageCount === 0) return;
    if (last.index.end > place || last.place >= this.#archive.end) return;
    this.#file?.release();
    this.#file = this.#create(this.#archive.end, this.#archive.writtenAtNs);
  }

  /** Lets files go, unless one is being written to; they are opened again when needed. */
  release(): void {
    if (this.#isWriting) return;
    this.#file?.release();
    for (const file of this.#full) file.release();
    this.#full = [];
  }

  get #state() {
    return { reservedTo: this.#archive.reservedTo, keptFrom: this.#source.keptFrom };
  }

  /** Returns the next bytes to write, up to a place: those of a failed write, or the next claims. */
  #stage(upTo: number): RunStage | undefined {
    if (this.#pending !== undefined) return this.#archive.end < upTo ? this.#pending : undefined;
    const archive = this.#archive;
    if (archive.end >= upTo) return undefined;
    const span = this.#span;
    const from = Math.max(archive.end, this.#source.keptFrom);
    if (from >= upTo || !this.#source.locateInMemory(from, span) || span.place >= upTo) {
      archive.end = upTo;
      this.#source.archived();
      return undefined;
    }
    const file = this.#open(span.place, span.views!.floats[(span.fromByte + WRITTEN_AT_OFFSET) >> 3]!);
    const stage = takeStage();
    stage.fill((place, into) => this.#source.locateInMemory(place, into), span.place, upTo, file.segment.salt);
    this.#pending = stage;
    return stage;
  }

  #commit(stage: RunStage): void {
    const archive = this.#archive;
    this.#file!.commit(stage);
    archive.end = stage.next;
    archive.writtenAtNs = stage.writtenAtNs;
    this.#pending = undefined;
    if (!stage.isBusy) giveStage(stage);
    this.#source.archived();
  }

  /** The file that is written to: the newest one while it has room, a new one after that. */
  #open(place: number, writtenAtNs: number): SegmentFile {
    const file = this.#file;
    if (file !== undefined) {
      if (this.#pending !== undefined || file.bytes < this.#segmentBytes) return file;
      file.finish();
      this.#full.push(file);
      this.#file = undefined;
    }
    const last = this.#archive.segments.at(-1);
    const hasRoom = last !== undefined && last.index.dataBytes < this.#segmentBytes;
    this.#file = hasRoom ? SegmentFile.resume(last, this.#state) : this.#create(place, writtenAtNs);
    return this.#file;
  }

  /** New files are found after a crash only if their folder is safe, too. */
  #syncFolder(): void {
    syncFolder(this.#archive.folder);
    this.#isFolderSynced = true;
  }

  #create(place: number, writtenAtNs: number): SegmentFile {
    const segment = new Segment(this.#archive.folder, place, 0, this.#onDefect);
    const file = SegmentFile.create(segment, writtenAtNs, this.#state);
    this.#isFolderSynced = false;
    this.#archive.segments.push(segment);
    return file;
  }
}
