import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { RecordStore } from '../../../../engine/account/store/record-store.ts';
import { openShardStore, type ShardStoreOptions } from '../../../../engine/account/store/shard-store.ts';
import type { StoreDefect } from '../../../../engine/account/store-defect.ts';
import { type Kept, put, read, unnumbered } from './store-records.ts';

export const TERM_BYTES = 64 * 1024;

/** Two terms of the shortest kind, and files of little more than one. */
export const TINY = { memoryBytes: 1, maxRecordBytes: 1000, segmentBytes: 100_000 } as const;

/** Runs a test with its own folder, which is removed afterwards. */
export function withFolder<T>(run: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const result = run(folder);
    if (!(result instanceof Promise)) {
      remove();
      return result;
    }
    return result.finally(remove) as T;
  } catch (error) {
    remove();
    throw error;
  }
}

/** A store beside its model, which is the array of what was appended and not trimmed. */
export class Modelled {
  options: ShardStoreOptions;
  readonly defects: StoreDefect[] = [];
  store: RecordStore;
  kept: Kept[] = [];
  appended = 0;
  nowNs = 0;
  #highest = -1;

  constructor(folder: string | undefined, options: Partial<ShardStoreOptions> = {}) {
    const onDefect = (defect: StoreDefect) => this.defects.push(defect);
    this.options = { folder: folder && join(folder, 'shard'), durability: 'none', onDefect, ...TINY, ...options };
    this.store = openShardStore(this.options);
  }

  /** @returns the number of rejected records. */
  append(sizes: readonly number[], byNs = 10): number {
    this.nowNs += byNs;
    const taken = put(this.store, this.appended, sizes, this.nowNs);
    this.appended += sizes.length;
    this.kept.push(...taken);
    for (const { sequenceNumber } of taken) {
      expect(sequenceNumber).toBeGreaterThan(this.#highest);
      this.#highest = sequenceNumber;
    }
    expect(this.store.end).toBeGreaterThan(this.#highest);
    return sizes.length - taken.length;
  }

  /** Something was trimmed since the store was last closed properly. */
  isTrimmed = false;

  trim(beforeNs: number): void {
    this.isTrimmed = true;
    this.store.trimBefore(beforeNs);
    this.kept = this.kept.filter(({ writtenAtNs }) => writtenAtNs >= beforeNs);
  }

  async reopen(): Promise<void> {
    const { end } = this.store;
    await this.store.close();
    this.isTrimmed = false;
    this.store = openShardStore(this.options);
    expect(this.store.end).toBe(end);
  }

  /** Opens the store again as after the death of its process, which writes nothing more. */
  crash(): void {
    this.store = openShardStore(this.options);
    expect(this.store.end).toBeGreaterThan(this.#highest);
  }

  seek(sequenceNumber: number, most = 3): void {
    const cursor = this.store.cursor();
    cursor.seek(sequenceNumber);
    const from = this.kept.findIndex((kept) => kept.sequenceNumber >= sequenceNumber);
    const expected = from < 0 ? [] : this.kept.slice(from, from + most);
    expect(read(cursor, most)).toEqual(expected.map(unnumbered));
  }

  firstSince(ns: number): void {
    const first = this.kept.find(({ writtenAtNs }) => writtenAtNs >= ns);
    expect(this.store.firstSince(ns)).toBe(first?.sequenceNumber ?? this.store.end);
  }

  check(): void {
    expect(this.store.oldest).toBe(this.kept[0]?.sequenceNumber ?? this.store.end);
    expect(read(this.store.cursor())).toEqual(this.kept.map(unnumbered));
  }
}

/** Returns different sizes for this many records. */
export const sizesOf = (count: number, most = 900): number[] =>
  Array.from({ length: count }, (_, i) => (i * 7919) % (most + 1));

/** Returns the records that would be left if the process died now. */
export function recordsOnDisk({ options }: Modelled): Omit<Kept, 'number'>[] {
  return withFolder((folder) => {
    if (!existsSync(options.folder!)) return [];
    cpSync(options.folder!, folder, { recursive: true });
    return read(openShardStore({ ...options, folder }).cursor());
  });
}
