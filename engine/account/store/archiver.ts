import { rm } from 'node:fs/promises';
import type { Clock } from '../clock.ts';
import { DISK_RETRY_MS, type OnDefect, writeFailed, writeRecovered } from '../store-defect.ts';
import type { Archive } from './archive.ts';
import type { ArchiveSource, ArchiveWriter } from './archive-writer.ts';

/** none: what is in memory is lost in a crash; interval: what is younger than that; every-put: nothing that was settled. */
export type Durability = 'none' | 'interval' | 'every-put';

export interface ArchiverOptions {
  readonly durability: Durability;
  readonly clock: Clock;
  /** Time that a record may be only in memory, with durability `interval`. */
  readonly intervalMs: number;
  readonly onDefect: OnDefect;
}

/** Part of the interval after which the writing starts; the rest is for the disk. */
const INTERVAL_START_RATIO = 0.75;

/** Callers who wait for the same sync. */
interface CommitGroup extends PromiseWithResolvers<void> {
  upTo: number;
}

/**
 * Decides when an archive is written and made safe: ahead of the ring in the background, at once when the ring has no
 * room, in intervals, or for groups of puts. Keeps trying what failed.
 */
export class Archiver {
  readonly #archive: Archive;
  readonly #writer: ArchiveWriter;
  readonly #source: ArchiveSource;
  readonly #options: ArchiverOptions;
  /** Places up to which everything must be written, and flushed. */
  #wanted = 0;
  #safeWanted = 0;
  #safe: number;
  #isRunning = false;
  #running: Promise<void> | undefined;
  /** Waits for the next sync, and for the one under way. */
  #next: CommitGroup | undefined;
  #current: CommitGroup | undefined;
  #failure: Error | undefined;
  /** Step that failed and must succeed before the disk counts as working. */
  #undone: (() => void) | undefined;
  #hasSyncFailed = false;
  #isEnded = false;
  #callOffInterval: (() => void) | undefined;
  #callOffRetry: (() => void) | undefined;

  constructor(archive: Archive, writer: ArchiveWriter, source: ArchiveSource, options: ArchiverOptions) {
    this.#archive = archive;
    this.#writer = writer;
    this.#source = source;
    this.#options = options;
    this.#safe = archive.end;
  }

  /** Records must not be taken: what was promised of earlier ones cannot be held at present. */
  get isFailing(): boolean {
    return this.#failure !== undefined && this.#isDurable;
  }

  /** Makes sure that sequence numbers from `end` on may be given out. False when the disk does not take the note. */
  reserve(end: number, writtenAtNs: number): boolean {
    return this.#try(() => this.#writer.reserve(end, writtenAtNs, this.#isDurable));
  }

  /** Writes up to a place in the background. */
  writeAhead(upTo: number): void {
    if (upTo <= this.#wanted) return;
    this.#wanted = upTo;
    if (this.#failure === undefined) this.#start();
  }

  /** Writes up to a place before it returns. False when the disk does not take it. */
  writeNow(upTo: number): boolean {
    return this.#try(() => {
      this.#writer.writeUpTo(upTo);
      if (!this.#isDurable) this.#writer.release();
    });
  }

  /** Deletes what is before a place. */
  deleteBefore(place: number): void {
    if (!this.#isRunning) this.#try(() => this.#writer.leaveBefore(place));
    this.#archive.deleteBefore(place);
  }

  /** Something was appended. */
  appended(): void {
    if (this.#options.durability !== 'interval' || this.#callOffInterval !== undefined) return;
    const { clock, intervalMs } = this.#options;
    this.#callOffInterval = clock.at(clock.nowMs() + intervalMs * INTERVAL_START_RATIO, () => {
      this.#callOffInterval = undefined;
      this.#wanted = this.#safeWanted = this.#source.end;
      if (this.#failure === undefined) this.#start();
    });
  }

  /** Promise of RecordStore.settled. */
  settled(end: number): Promise<void> | undefined {
    if (this.#options.durability !== 'every-put' || this.#safe >= end) return undefined;
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#current !== undefined && this.#current.upTo >= end) return this.#current.promise;
    if (this.#next === undefined) {
      this.#next = { ...Promise.withResolvers<void>(), upTo: end };
      // Callers that do not wait for it learn of the failure by `onDefect`.
      this.#next.promise.catch(() => {});
      // The other puts of this turn join before the disk is asked.
      setImmediate(() => this.#start());
    }
    this.#next.upTo = this.#wanted = this.#safeWanted = end;
    return this.#next.promise;
  }

  /** Writes everything and closes the files. @throws errors of the file system. */
  async close(): Promise<void> {
    const { end } = this.#source;
    this.#end();
    await this.#running;
    try {
      while (await this.#writer.writeSome(end));
      this.#writer.finish(end);
      if (this.#isDurable) await this.#sync();
    } catch (error) {
      this.#fail(error);
      throw error;
    } finally {
      this.#next?.reject(new Error('the store was closed'));
      this.#writer.release();
      this.#archive.close();
    }
  }

  async destroy(): Promise<void> {
    this.#end();
    await this.#running;
    this.#next?.reject(new Error('the store was destroyed'));
    this.#writer.release();
    this.#archive.close();
    await rm(this.#archive.folder, { recursive: true, force: true });
  }

  get #isDurable(): boolean {
    return this.#options.durability !== 'none';
  }

  #start(): void {
    if (this.#isRunning || this.#isEnded) return;
    this.#isRunning = true;
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    try {
      this.#undone?.();
      this.#undone = undefined;
      for (;;) {
        if (this.#isEnded) return;
        // More may have become wanted meanwhile; who waits for the next sync must find everything written.
        if ((await this.#writer.writeSome(this.#wanted)) || this.#archive.end < this.#wanted) continue;
        if (this.#safe >= this.#safeWanted) break;
        await this.#sync();
      }
      this.#recover();
      if (!this.#isDurable || this.#source.isSealed) this.#writer.release();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isRunning = false;
    }
  }

  async #sync(): Promise<void> {
    const group = this.#next;
    this.#current = group;
    this.#next = undefined;
    const { end } = this.#archive;
    if (group !== undefined) group.upTo = end;
    try {
      if (this.#hasSyncFailed) this.#writer.rewriteUnsynced();
      await this.#writer.sync();
    } catch (error) {
      this.#hasSyncFailed = true;
      throw error;
    }
    this.#hasSyncFailed = false;
    this.#safe = end;
    this.#current = undefined;
    group?.resolve();
  }

  #try(write: () => void): boolean {
    try {
      write();
    } catch (error) {
      this.#undone = write;
      this.#fail(error);
      return false;
    }
    this.#undone = undefined;
    if (!this.#isDurable) this.#recover();
    return true;
  }

  #fail(cause: unknown): void {
    const failure = cause instanceof Error ? cause : new Error(String(cause));
    if (this.#failure === undefined) this.#options.onDefect(writeFailed(this.#archive.folder, failure));
    this.#failure = failure;
    for (const group of [this.#current, this.#next]) group?.reject(failure);
    this.#current = this.#next = undefined;
    if (this.#isEnded || this.#callOffRetry !== undefined) return;
    const { clock } = this.#options;
    this.#callOffRetry = clock.at(clock.nowMs() + DISK_RETRY_MS, () => {
      this.#callOffRetry = undefined;
      this.#start();
    });
  }

  #recover(): void {
    if (this.#failure === undefined) return;
    this.#failure = undefined;
    this.#options.onDefect(writeRecovered(this.#archive.folder));
  }

  #end(): void {
    this.#isEnded = true;
    this.#callOffInterval?.();
    this.#callOffRetry?.();
  }
}
