import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PageCache } from '../../../../engine/account/store/page-cache.ts';
import { Modelled, recordsOnDisk, sizesOf, TERM_BYTES, withFolder } from './store-model.ts';
import { put, read, shown, unnumbered } from './store-records.ts';

const filesOf = ({ options }: Modelled): string[] =>
  readdirSync(options.folder!)
    .filter((name) => name.endsWith('.segment'))
    .sort();

/** Enough records for about ten files. */
function filled(folder: string, options: Partial<Modelled['options']> = {}): Modelled {
  const modelled = new Modelled(folder, options);
  for (let i = 0; i < 60; i++) modelled.append(sizesOf(40));
  return modelled;
}

/** Bytes that one step of a sequence number covers. */
const UNIT_BYTES = 8;

const turns = (ms = 5) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a store with a folder', () => {
  it('creates no file before the first append, and leaves none when nothing was appended', async () => {
    await withFolder(async (folder) => {
      const modelled = new Modelled(folder);
      modelled.check();
      expect(modelled.store.cursor().next()).toBe(false);
      modelled.trim(1000);
      await modelled.store.close();
      expect(existsSync(modelled.options.folder!)).toBe(false);
    });
  });

  it('reads old records from disk and new ones from memory as one sequence', () =>
    withFolder((folder) => {
      const modelled = filled(folder);
      expect(modelled.store.archivedBytes).toBeGreaterThan(500_000);
      modelled.check();
      for (let i = 0; i < modelled.kept.length; i += 97) {
        const { sequenceNumber } = modelled.kept[i]!;
        for (const at of [sequenceNumber - 1, sequenceNumber, sequenceNumber + 1]) modelled.seek(at);
      }
      for (let ns = 0; ns <= modelled.nowNs + 10; ns += 5) modelled.firstSince(ns);
    }));

  it('finds times that are not later than the ones before', () =>
    withFolder((folder) => {
      const modelled = new Modelled(folder);
      for (let i = 0; i < 40; i++) modelled.append(sizesOf(40), i === 20 ? 1000 : 0);
      for (const ns of [-1, 0, 1, 999, 1000, 1001]) modelled.firstSince(ns);
      // A clock that goes back does not move records back.
      const [record] = put(modelled.store, 0, [5], 10);
      const cursor = modelled.store.cursor();
      cursor.seek(record!.sequenceNumber);
      expect(cursor.next() && cursor.writtenAtNs).toBe(1000);
    }));

  it('finds a time that begins in the last claim of a term', () =>
    withFolder((folder) => {
      const modelled = new Modelled(folder);
      modelled.append(sizesOf(100, 1000));
      modelled.append([0]);
      modelled.append(sizesOf(100, 300));
      for (let ns = 0; ns <= modelled.nowNs + 10; ns += 5) modelled.firstSince(ns);
    }));

  it('deletes a file when all its records are old, even the newest, and continues after it', async () => {
    await withFolder(async (folder) => {
      const modelled = filled(folder);
      await modelled.reopen();
      const before = filesOf(modelled);
      const middle = Math.floor(modelled.nowNs / 2);
      modelled.trim(middle);
      modelled.check();
      const after = filesOf(modelled);
      expect(after).toEqual(before.slice(-after.length));
      expect(after.length).toBeLessThan(before.length * 0.7);
      const { end } = modelled.store;
      modelled.trim(modelled.nowNs + 1);
      modelled.check();
      expect(modelled.store.oldest).toBe(end);
      expect(filesOf(modelled)).toHaveLength(1);
      expect(modelled.store.archivedBytes).toBeLessThan(100);
      await modelled.reopen();
      modelled.check();
      modelled.append([1, 2]);
      modelled.check();
      await modelled.store.destroy();
      expect(existsSync(modelled.options.folder!)).toBe(false);
    });
  });

  it('does not restore trimmed records after a restart', async () => {
    await withFolder(async (folder) => {
      const modelled = new Modelled(folder);
      for (let i = 0; i < 4; i++) modelled.append([1, 2, 3]);
      await modelled.reopen();
      modelled.trim(25);
      await modelled.reopen();
      modelled.check();
      expect(modelled.kept).toHaveLength(6);
    });
  });

  it('accepts nothing when it is sealed, and reads everything from disk', async () => {
    await withFolder(async (folder) => {
      const modelled = filled(folder);
      const shard = modelled.options.folder!;
      const waiting = modelled.store.cursor();
      read(waiting, 100);
      const { end } = modelled.store;
      modelled.store.seal();
      expect(modelled.append([1, 2])).toBe(2);
      modelled.check();
      await expect.poll(() => recordsOnDisk(modelled).length).toBe(modelled.kept.length);
      const bytesOnDisk = () => filesOf(modelled).reduce((sum, name) => sum + statSync(join(shard, name)).size, 0);
      await expect.poll(() => modelled.store.archivedBytes - bytesOnDisk()).toBe(0);
      const bytes = bytesOnDisk();
      expect(modelled.store.end).toBe(end);
      modelled.check();
      expect(read(waiting)).toEqual(modelled.kept.slice(100).map(unnumbered));
      await modelled.reopen();
      modelled.check();
      // Sealing adds only the footer.
      expect(modelled.store.archivedBytes - bytes).toBeLessThan(200);
    });
  });

  it('accepts larger records after its size was changed, up to the largest possible', async () => {
    await withFolder(async (folder) => {
      const modelled = filled(folder);
      modelled.store.resize({ maxRecordBytes: 10 * 1024 * 1024, memoryBytes: 1 });
      modelled.append([10 * 1024 * 1024, 5, 3_000_000, 10 * 1024 * 1024 - 3]);
      modelled.check();
      for (let i = 0; i < 6; i++) modelled.append([10 * 1024 * 1024, 12]);
      modelled.check();
      modelled.store.resize({ maxRecordBytes: 1000, memoryBytes: 1 });
      modelled.append(sizesOf(50));
      modelled.check();
      await modelled.reopen();
      modelled.check();
      expect(modelled.defects).toEqual([]);
    });
  });

  it('accepts larger and larger records without a change of settings, and smaller ones after them', async () => {
    await withFolder(async (folder) => {
      const modelled = new Modelled(folder, { maxRecordBytes: 2 ** 20, segmentBytes: 1e9 });
      for (let bytes = 100; bytes <= 2 ** 20; bytes *= 2) {
        expect(modelled.append([7, bytes, 3, bytes - 1, bytes, bytes])).toBe(0);
        modelled.check();
      }
      expect(modelled.append([2 ** 20, ...sizesOf(200)])).toBe(0);
      await turns(1);
      modelled.check();
      await modelled.reopen();
      modelled.check();
      expect(modelled.defects).toEqual([]);
    });
  });

  it('shows a record until the next append, even if others read', () =>
    withFolder((folder) => {
      const pages = new PageCache(1);
      const modelled = filled(folder, { pages });
      const cursors = Array.from({ length: 7 }, (_, i) => {
        const cursor = modelled.store.cursor();
        cursor.seek(modelled.kept[i * 300]!.sequenceNumber);
        return { cursor, at: i * 300 };
      });
      for (let round = 0; round < 20; round++) {
        for (const { cursor } of cursors) expect(cursor.next()).toBe(true);
        for (const { cursor, at } of cursors) {
          const { key, data } = modelled.kept[at + round]!;
          expect([cursor.key(), cursor.data().toString('base64')]).toEqual([key, data]);
          expect(shown(cursor)).toEqual(unnumbered(modelled.kept[at + round]!));
        }
      }
      expect(pages.bytes).toBeLessThan(1_000_000);
    }));

  it('continues each reader at its place, even if others read', () =>
    withFolder((folder) => {
      const modelled = filled(folder, { pages: new PageCache(1) });
      const cursors = Array.from({ length: 7 }, (_, i) => ({ cursor: modelled.store.cursor(), first: i * 300 }));
      for (const { cursor, first } of cursors) cursor.seek(modelled.kept[first]!.sequenceNumber);
      for (let round = 0; round < 300; round++) {
        for (const { cursor, first } of cursors) {
          const { sequenceNumber, writtenAtNs } = modelled.kept[first + round]!;
          expect(cursor.next()).toBe(true);
          expect([cursor.sequenceNumber, cursor.writtenAtNs]).toEqual([sequenceNumber, writtenAtNs]);
        }
      }
    }));

  it('ends reading when it is closed', async () => {
    await withFolder(async (folder) => {
      const { store } = filled(folder);
      const cursor = store.cursor();
      expect(cursor.next()).toBe(true);
      await store.close();
      expect(cursor.next()).toBe(false);
      await store.close();
    });
  });

  it('can be destroyed while it is being written', async () => {
    await withFolder(async (folder) => {
      const modelled = new Modelled(folder, { memoryBytes: 4_000_000, maxRecordBytes: 100_000, segmentBytes: 500_000 });
      for (let i = 0; i < 50; i++) modelled.append([90_000, 90_000]);
      await new Promise(setImmediate);
      await modelled.store.destroy();
      expect(readdirSync(folder)).toEqual([]);
    });
  });

  it('writes the same records in the background and, when that is too slow, in the foreground', async () => {
    await withFolder(async (folder) => {
      const modelled = new Modelled(folder, {
        memoryBytes: 4_000_000,
        maxRecordBytes: 100_000,
        segmentBytes: 3_000_000,
      });
      for (let i = 0; i < 200; i++) {
        modelled.append(sizesOf(30, 20_000));
        if (i % 3 === 0) await new Promise(setImmediate);
        if (i % 40 === 0) await turns(1);
      }
      modelled.check();
      await modelled.reopen();
      modelled.check();
      expect(modelled.defects).toEqual([]);
    });
  });
});

describe('a store without a folder', () => {
  it('allocates memory for the actual records, not for the largest possible', () => {
    const modelled = new Modelled(undefined, { maxRecordBytes: 2 ** 20 });
    for (let i = 0; i < 20; i++) modelled.append(sizesOf(40));
    expect((modelled.store.end - modelled.store.oldest) * UNIT_BYTES).toBeLessThanOrEqual(2 * TERM_BYTES);
    const before = modelled.kept.at(-1)!;
    modelled.append([2 ** 20]);
    modelled.kept = modelled.kept.filter(({ sequenceNumber }) => sequenceNumber >= modelled.store.oldest);
    modelled.check();
    expect(modelled.kept).toContain(before);
  });

  it('discards its oldest records when its memory is full, and keeps the others through a change of size', () => {
    const modelled = new Modelled(undefined);
    for (let i = 0; i < 20; i++) modelled.append(sizesOf(40));
    const oldest = modelled.kept.findIndex(({ sequenceNumber }) => sequenceNumber === modelled.store.oldest);
    expect(oldest).toBeGreaterThan(0);
    modelled.kept = modelled.kept.slice(oldest);
    modelled.check();
    modelled.store.resize({ maxRecordBytes: 50_000, memoryBytes: 1 });
    modelled.append([50_000, 3]);
    modelled.check();
    for (let i = 0; i < 20; i++) modelled.append([50_000]);
    expect(modelled.store.oldest).toBeGreaterThan(modelled.kept.at(-40)!.sequenceNumber);
  });
});
