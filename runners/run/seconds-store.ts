import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { secondsIn } from '../../reports/reading/unfinished-file.ts';
import { keepEarlier } from '../../reports/result/earlier-file.ts';
import type { Interval } from '../../reports/result/result.ts';
import { RESULT_FILE_NAME } from '../../reports/result/result-file.ts';
import {
  UNFINISHED_FILE_NAME,
  type UnfinishedHead,
  unfinishedHeadLine,
  unfinishedSecondLine,
} from '../../reports/result/unfinished-format.ts';
import type { SaveOptions } from './save-options.ts';

/** Keeps the finished seconds of a run until its result is made. */
export interface SecondsStore {
  /** Returns at once. */
  append(second: Interval): void;
  /** All seconds, in order. */
  series(): Promise<Interval[]>;
  /** Releases the file, and deletes it if the result is saved or if it holds no second. Only the first call counts. */
  close(isSaved: boolean): Promise<void>;
}

/** In memory, compressed: some 30 kB a second with four cells. For runs without a folder, which are short. */
export class SecondsInMemory implements SecondsStore {
  readonly #seconds: Interval[] = [];

  append(second: Interval): void {
    for (const { histograms } of second.cells) for (const histogram of Object.values(histograms)) histogram.seal();
    this.#seconds.push(second);
  }

  series(): Promise<Interval[]> {
    return Promise.resolve(this.#seconds);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * In `unfinished.jsonl` beside the result. All writes are asynchronous and in order, so that a slow disk delays nothing. A second
 * leaves memory when the system has taken it; what a full disk does not take stays in memory. Nothing is flushed: a second
 * survives the death of the process, and a crash of the machine may cost the last ones.
 */
export class SecondsFile implements SecondsStore {
  readonly #path: string;
  readonly #options: SaveOptions;
  readonly #unwritten: Interval[] = [];
  #last: Promise<void>;
  #handle: FileHandle | undefined;
  /** The file's length in whole lines, and that of the first line. */
  #length = 0;
  #headLength = 0;
  #hasFailed = false;

  /** Returns at once; everything happens in the background. */
  constructor(dir: string, head: UnfinishedHead, options: SaveOptions) {
    this.#path = join(dir, UNFINISHED_FILE_NAME);
    this.#options = options;
    this.#last = this.#attempt(() => this.#begin(dir, unfinishedHeadLine(head)));
  }

  append(second: Interval): void {
    this.#unwritten.push(second);
    this.#last = this.#last.then(() => {
      if (this.#hasFailed) {
        for (const { histograms } of second.cells) for (const histogram of Object.values(histograms)) histogram.seal();
        return;
      }
      return this.#attempt(async () => {
        await this.#write(unfinishedSecondLine(second));
        this.#unwritten.shift();
      });
    });
  }

  async series(): Promise<Interval[]> {
    await this.#last;
    return [...(await this.#written()), ...this.#unwritten];
  }

  async close(isSaved: boolean): Promise<void> {
    await this.#last;
    const handle = this.#handle;
    if (handle === undefined) return;
    this.#handle = undefined;
    await handle.close().catch(() => undefined);
    if (isSaved || this.#length === this.#headLength) await rm(this.#path, { force: true }).catch(() => undefined);
  }

  async #begin(dir: string, headLine: string): Promise<void> {
    for (const name of [UNFINISHED_FILE_NAME, ...(this.#options.overwrite === true ? [] : [RESULT_FILE_NAME])]) {
      const kept = await keepEarlier(dir, name);
      if (kept !== undefined) this.#options.onKept?.(kept);
    }
    this.#handle = await open(this.#path, 'wx+');
    await this.#write(headLine);
    this.#headLength = this.#length;
  }

  async #write(line: string): Promise<void> {
    const bytes = Buffer.from(line);
    try {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await this.#handle!.write(bytes, done, bytes.length - done, this.#length + done);
        done += bytesWritten;
      }
    } catch (error) {
      // A reader of the file must not see a torn line.
      await this.#handle!.truncate(this.#length).catch(() => undefined);
      throw error;
    }
    this.#length += bytes.length;
  }

  async #attempt(what: () => Promise<void>): Promise<void> {
    try {
      await what();
    } catch (error) {
      this.#hasFailed = true;
      this.#options.onSaveProblem?.({ kind: 'seconds', error, path: this.#path });
    }
  }

  /** Through the open file, which is there even if its name is not. */
  async #written(): Promise<Interval[]> {
    if (this.#handle === undefined || this.#length === this.#headLength) return [];
    const bytes = Buffer.allocUnsafe(this.#length - this.#headLength);
    for (let done = 0; done < bytes.length; ) {
      const { bytesRead } = await this.#handle.read(bytes, done, bytes.length - done, this.#headLength + done);
      if (bytesRead === 0) throw new Error(`${this.#path} was cut while the run used it`);
      done += bytesRead;
    }
    return Array.from(secondsIn(bytes, 0), ({ second }) => second);
  }
}
