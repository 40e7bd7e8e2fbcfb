import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Counts } from '../../aws/call-faults.ts';
import { pause } from '../../aws/reader.ts';
import type { DeliveredObject, DestinationReading } from './delivered-object.ts';
import { plainBytes } from './plain-bytes.ts';

/** Looks at an object that cannot be decompressed, before it is skipped: it may still be being written. */
const ATTEMPTS_MAX = 20;
/**
 * Kernels take the time of a change from their last tick, usually of 4 ms: a file may have changed so much later. The later
 * time counts, so that no record is delivered before it was put.
 */
const FILE_TICK_MS = 4;

interface File {
  readonly name: string;
  readonly changedAtMs: number;
}

/**
 * Reads objects that are files. Their time of delivery is the time of the file's last change, which is that of the rename
 * with which an engine makes an object visible. It is never before the look that did not find the file yet.
 */
export class DeliveredFolder implements DestinationReading {
  readonly #folder: string;
  readonly #intervalMs: number;
  readonly #counts: Counts;
  readonly #known = new Set<string>();
  readonly #attempts = new Map<string, number>();
  #lookedAtMs = 0;

  constructor(folder: string, intervalMs: number, counts: Counts) {
    this.#folder = folder;
    this.#intervalMs = intervalMs;
    this.#counts = counts;
  }

  async open(): Promise<void> {
    this.#lookedAtMs = performance.now();
    for (const name of await this.#names()) this.#known.add(name);
  }

  async follow(take: (object: DeliveredObject) => Promise<void>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const lookedAtMs = performance.now();
      for (const file of await this.#newFiles()) {
        const object = await this.#read(file);
        if (object !== undefined) await take(object);
        if (signal.aborted) return;
      }
      this.#lookedAtMs = lookedAtMs;
      await pause(lookedAtMs + this.#intervalMs - performance.now(), signal);
    }
  }

  /** In the order of their last change. */
  async #newFiles(): Promise<readonly File[]> {
    const fresh = (await this.#names()).filter((name) => !this.#known.has(name));
    const files = await Promise.all(
      fresh.map(async (name): Promise<File | undefined> => {
        const found = await stat(join(this.#folder, name)).catch(ignoreMissing);
        return found && { name, changedAtMs: found.ctimeMs };
      }),
    );
    return files
      .filter((file) => file !== undefined)
      .sort((a, b) => a.changedAtMs - b.changedAtMs || (a.name < b.name ? -1 : 1));
  }

  async #read({ name, changedAtMs }: File): Promise<DeliveredObject | undefined> {
    const bytes = await readFile(join(this.#folder, name)).catch(ignoreMissing);
    if (bytes === undefined) return undefined;
    const plain = await plainBytes(bytes, name).catch(() => this.#unreadable(name));
    if (plain === undefined) return undefined;
    this.#known.add(name);
    this.#counts.add('objectBytes', bytes.length);
    const nowMs = performance.now();
    const changedMs = nowMs - (Date.now() - changedAtMs) + FILE_TICK_MS;
    const deliveredAtMs = Math.min(nowMs, Math.max(this.#lookedAtMs, changedMs));
    return { name, deliveredAtMs, parts: [plain] };
  }

  #unreadable(name: string): undefined {
    const attempts = (this.#attempts.get(name) ?? 0) + 1;
    this.#attempts.set(name, attempts);
    if (attempts < ATTEMPTS_MAX) return;
    this.#known.add(name);
    this.#counts.add('unreadableObjects');
  }

  /** Names of files below the folder. Files and folders with a leading dot are being written. */
  async #names(): Promise<string[]> {
    const entries = await readdir(this.#folder, { recursive: true, withFileTypes: true }).catch(ignoreMissing);
    return (entries ?? [])
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(this.#folder, join(parentPath, name)))
      .filter((name) => !/(?:^|[/\\])\./.test(name));
  }
}

/** A folder that is not there yet is empty. */
function ignoreMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
