import { close, ftruncate, mkdtempSync, openSync, readSync, rmSync, write } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { secondsIn } from '../../reports/reading/unfinished-file.ts';
import { keepEarlier } from '../../reports/result/earlier-file.ts';
import { lineStarts } from '../../reports/result/line-starts.ts';
import type { Interval } from '../../reports/result/result.ts';
import { RESULT_FILE_NAME } from '../../reports/result/result-file.ts';
import { SERIES_IN_MEMORY_BYTES } from '../../reports/result/result-limits.ts';
import { seriesOnDisk } from '../../reports/result/series-on-disk.ts';
import {
  UNFINISHED_FILE_NAME,
  type UnfinishedHead,
  unfinishedHeadLine,
  unfinishedSecondLine,
} from '../../reports/result/unfinished-format.ts';
import type { SaveOptions } from './save-options.ts';
import { UnwrittenSeconds } from './unwritten-seconds.ts';

const closeFile = promisify(close);
const truncateFile = promisify(ftruncate);
const writeFile = promisify(write);

/** Keeps the finished seconds of a run until its result is made, in memory that does not grow with the run. */
export interface SecondsStore {
  /** Reads the second before it returns, and does not wait for the disk. */
  append(second: Interval): void;
  /** All seconds, in order. Nothing may be appended afterwards. */
  series(): Promise<readonly Interval[]>;
  /** Sentences about seconds that were not kept as they were. */
  notes(): string[];
  /** Releases the file, and deletes it if the result is saved or if it holds no second. Only the first call counts. */
  close(isSaved: boolean): Promise<void>;
}

/** Where the seconds are written: beside the result, or in a temporary file for a run without a folder. */
export type SecondsPlace = { readonly dir: string; readonly options: SaveOptions } | 'temporary';

/**
 * In `unfinished.jsonl` beside the result. A temporary file has no name, so that nothing is left of it whatever ends the process.
 *
 * All writes are asynchronous and in order, so that a slow disk delays nothing. A second leaves memory when the system has taken
 * it. A full disk ends nothing: the seconds wait in memory, which is bounded, and are written when there is room. Nothing is
 * flushed: a second survives the death of the process, and a crash of the machine may cost the last ones.
 */
export class SecondsFile implements SecondsStore {
  readonly #place: SecondsPlace;
  readonly #unwritten: UnwrittenSeconds;
  readonly #headLine: string;
  readonly #inMemoryBytes: number;
  #path = UNFINISHED_FILE_NAME;
  #last: Promise<void>;
  #file: number | undefined;
  /** The file's length in whole lines, and that of the first line. */
  #length = 0;
  #headLength = 0;
  /** Memory of one line, used again for the next one. */
  #room = Buffer.alloc(0);
  /** Seconds that were appended, and those that could not be read back because somebody changed the file. */
  #appended = 0;
  #missing = 0;
  #isReported = false;
  /** True if the series reads from the file. */
  #isRead = false;

  /**
   * Returns at once; everything happens in the background.
   * @param inMemoryBytes a longer series is not read into memory when the run has ended.
   */
  constructor(place: SecondsPlace, head: UnfinishedHead, inMemoryBytes = SERIES_IN_MEMORY_BYTES) {
    this.#place = place;
    this.#inMemoryBytes = inMemoryBytes;
    this.#unwritten = new UnwrittenSeconds(head.scenario);
    this.#headLine = unfinishedHeadLine(head);
    this.#last = this.#begin().catch((error: unknown) => this.#report(error));
  }

  append(second: Interval): void {
    this.#unwritten.add(unfinishedSecondLine(second));
    this.#appended += 1;
    this.#last = this.#last.then(() => this.#writeWaiting());
  }

  async series(): Promise<readonly Interval[]> {
    await this.#last;
    const series = this.#read();
    this.#missing = this.#appended - this.#unwritten.addedUpCount - series.length;
    return series;
  }

  notes(): string[] {
    const count = this.#missing;
    const missing = count === 0 ? [] : [`Seconds of the series that could not be read back: ${count}.`];
    return [...this.#unwritten.notes(), ...missing];
  }

  async close(isSaved: boolean): Promise<void> {
    await this.#last;
    const file = this.#file;
    if (file === undefined) return;
    this.#file = undefined;
    // A series that reads from the file closes it.
    if (!this.#isRead) await closeFile(file).catch(() => undefined);
    if (this.#place === 'temporary') return;
    if (isSaved || this.#length === this.#headLength) await rm(this.#path, { force: true }).catch(() => undefined);
  }

  #read(): readonly Interval[] {
    const rest = this.#unwritten.seconds();
    const length = this.#length - this.#headLength;
    const file = this.#file;
    if (file === undefined || length === 0) return rest;
    if (length <= this.#inMemoryBytes) return [...secondsOf(file, this.#headLength, length), ...rest];
    const starts = lineStarts(file, this.#headLength);
    this.#isRead = true;
    return seriesOnDisk({ file, starts, separatorBytes: 1 }, rest);
  }

  async #begin(): Promise<void> {
    if (this.#place === 'temporary') this.#file = openUnnamed();
    else {
      const { dir, options } = this.#place;
      this.#path = join(dir, UNFINISHED_FILE_NAME);
      for (const name of [UNFINISHED_FILE_NAME, ...(options.overwrite === true ? [] : [RESULT_FILE_NAME])]) {
        const kept = await keepEarlier(dir, name);
        if (kept !== undefined) options.onKept?.(kept);
      }
      this.#file = openSync(this.#path, 'wx+');
    }
    await this.#writeHead(this.#file);
  }

  /** Writes all seconds that wait, or none if the disk takes none. */
  async #writeWaiting(): Promise<void> {
    const file = this.#file;
    if (file === undefined) return;
    let line: string | undefined;
    try {
      if (this.#headLength === 0) await this.#writeHead(file);
      for (line = this.#unwritten.take(); line !== undefined; line = this.#unwritten.take()) {
        await this.#write(file, line);
      }
    } catch (error) {
      if (line !== undefined) this.#unwritten.putBack(line);
      this.#report(error);
    }
  }

  async #writeHead(file: number): Promise<void> {
    await this.#write(file, this.#headLine);
    this.#headLength = this.#length;
  }

  async #write(file: number, line: string): Promise<void> {
    const bytes = Buffer.byteLength(line);
    if (this.#room.length < bytes) this.#room = Buffer.allocUnsafeSlow(2 * bytes);
    this.#room.write(line);
    try {
      for (let done = 0; done < bytes; ) {
        const { bytesWritten } = await writeFile(file, this.#room, done, bytes - done, this.#length + done);
        done += bytesWritten;
      }
    } catch (error) {
      // A reader of the file must not see a torn line.
      await truncateFile(file, this.#length).catch(() => undefined);
      throw error;
    }
    this.#length += bytes;
  }

  #report(error: unknown): void {
    if (this.#isReported || this.#place === 'temporary') return;
    this.#isReported = true;
    this.#place.options.onSaveProblem?.({ kind: 'seconds', error, path: this.#path });
  }
}

function openUnnamed(): number {
  const dir = mkdtempSync(join(tmpdir(), 'streamgauge-seconds-'));
  try {
    return openSync(join(dir, UNFINISHED_FILE_NAME), 'wx+', 0o600);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function secondsOf(file: number, from: number, length: number): Interval[] {
  const bytes = Buffer.allocUnsafeSlow(length);
  for (let done = 0; done < length; ) {
    const read = readSync(file, bytes, done, length - done, from + done);
    if (read === 0) return Array.from(secondsIn(bytes.subarray(0, done), 0), ({ second }) => second);
    done += read;
  }
  return Array.from(secondsIn(bytes, 0), ({ second }) => second);
}
