import { closeSync, fdatasync, fdatasyncSync, ftruncateSync, openSync, readSync, write, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { makeFolder } from './make-folder.ts';
import type { RunStage } from './run-stage.ts';
import type { Segment } from './segment.ts';
import { HEADER_BYTES, headerBytes, type ShardFileState, STATE_OFFSET, stateBytes } from './segment-layout.ts';

const writeInBackground = promisify(write);
const syncInBackground = promisify(fdatasync);

/** Bytes of one write when data is written again after a failed sync. */
const COPY_BYTES = 1024 * 1024;

/**
 * The writing side of a segment. Runs are written at the end of the data in the segment's index. Only `commit` moves that end,
 * so a failed write is repeated at the same place. Every method throws errors of the file system.
 */
export class SegmentFile {
  readonly segment: Segment;
  #file: number | undefined;
  #isSynced = true;
  /** Bytes that are safe. */
  #syncedBytes = 0;

  private constructor(segment: Segment, file: number) {
    this.segment = segment;
    this.#file = file;
  }

  /** Makes the file, and its folder when there is none. */
  static create(segment: Segment, writtenAtNs: number, state: ShardFileState): SegmentFile {
    makeFolder(dirname(segment.path));
    const file = new SegmentFile(segment, openSync(segment.path, 'w+'));
    segment.begin(writtenAtNs);
    return file.#orRelease(() => file.#begin(writtenAtNs, state));
  }

  /** Goes on with a file behind its last whole run. */
  static resume(segment: Segment, state: ShardFileState): SegmentFile {
    const { writtenAtNs, index } = segment;
    const file = new SegmentFile(segment, openSync(segment.path, 'r+'));
    file.#syncedBytes = index.dataBytes;
    return file.#orRelease(() => {
      file.#begin(writtenAtNs, state);
      ftruncateSync(file.#handle, index.dataBytes);
      segment.fileBytes = index.dataBytes;
    });
  }

  get bytes(): number {
    return this.segment.index.dataBytes;
  }

  writeState(state: ShardFileState): void {
    this.#writeAt(stateBytes(state), STATE_OFFSET);
  }

  write(stage: RunStage): void {
    this.#writeAt(stage.views.bytes, this.bytes, stage.usedBytes);
  }

  async writeInBackground(stage: RunStage): Promise<void> {
    const { bytes } = stage.views;
    const fileByte = this.bytes;
    this.#isSynced = false;
    for (let done = 0; done < stage.usedBytes; ) {
      const written = await writeInBackground(this.#handle, bytes, done, stage.usedBytes - done, fileByte + done);
      done += written.bytesWritten;
    }
    // A sync since the first statement may have come before these bytes.
    this.#isSynced = false;
  }

  /** Publishes the bytes of a stage to readers; they must be in the file. */
  commit(stage: RunStage): void {
    const { segment, bytes } = this;
    const { index } = segment;
    for (const { at, place, writtenAtNs } of stage.runs) index.add(place, bytes + at, writtenAtNs);
    index.dataBytes += stage.usedBytes;
    index.end = stage.next;
    index.writtenAtNs = stage.writtenAtNs;
    segment.fileBytes = index.dataBytes;
  }

  /** Writes the footer. The file can still be resumed. */
  finish(): void {
    const footer = this.segment.index.footer();
    this.#writeAt(footer, this.bytes);
    this.segment.fileBytes = this.bytes + footer.length;
  }

  syncNow(): void {
    if (this.#isSynced) return;
    fdatasyncSync(this.#handle);
    this.#noteSynced(this.bytes);
  }

  async sync(): Promise<void> {
    if (this.#isSynced) return;
    const { bytes } = this;
    this.#isSynced = true;
    try {
      await syncInBackground(this.#handle);
      this.#syncedBytes = bytes;
    } catch (error) {
      this.#isSynced = false;
      throw error;
    }
  }

  /**
   * After a failed sync the system may take pages for safe that are not, and a second sync would succeed without them.
   * Writing them again makes it try again.
   */
  rewriteUnsynced(): void {
    const bytes = Buffer.allocUnsafe(COPY_BYTES);
    for (let at = this.#syncedBytes; at < this.bytes; ) {
      const read = readSync(this.#handle, bytes, 0, Math.min(COPY_BYTES, this.bytes - at), at);
      if (read === 0) throw new Error(`file=${this.segment.path} ends at byte ${at} instead of ${this.bytes}`);
      this.#writeAt(bytes, at, read);
      at += read;
    }
    this.#isSynced = false;
  }

  /** Lets the file go; it is opened again when it is next written to. */
  release(): void {
    if (this.#file === undefined) return;
    closeSync(this.#file);
    this.#file = undefined;
  }

  get #handle(): number {
    this.#file ??= openSync(this.segment.path, 'r+');
    return this.#file;
  }

  #orRelease(begin: () => void): this {
    try {
      begin();
      return this;
    } catch (error) {
      this.release();
      throw error;
    }
  }

  #begin(writtenAtNs: number, state: ShardFileState): void {
    this.#writeAt(headerBytes({ place: this.segment.place, writtenAtNs }, state), 0);
    this.segment.fileBytes = Math.max(this.segment.fileBytes, HEADER_BYTES);
  }

  #noteSynced(bytes: number): void {
    this.#isSynced = true;
    this.#syncedBytes = bytes;
  }

  #writeAt(bytes: Uint8Array, fileByte: number, length = bytes.length): void {
    this.#isSynced = false;
    for (let done = 0; done < length; ) {
      done += writeSync(this.#handle, bytes, done, length - done, fileByte + done);
    }
  }
}
