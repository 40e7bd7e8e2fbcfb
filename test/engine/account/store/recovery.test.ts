import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { HEADER_BYTES, RUN_BYTES_OFFSET, RUN_HEADER_BYTES } from '../../../../engine/account/store/segment-layout.ts';
import { Modelled, sizesOf, withFolder } from './store-model.ts';
import { type Kept, read, unnumbered } from './store-records.ts';

const segmentsIn = (shard: string): string[] =>
  readdirSync(shard)
    .filter((name) => name.endsWith('.segment'))
    .sort()
    .map((name) => join(shard, name));

/** Bytes of a file where its runs begin. */
function runsIn(bytes: Buffer, dataBytes: number): number[] {
  const runs: number[] = [];
  for (let at = HEADER_BYTES; at < dataBytes; at += RUN_HEADER_BYTES + bytes.readInt32LE(at + RUN_BYTES_OFFSET)) {
    runs.push(at);
  }
  return runs;
}

/** A shard with one file of several runs as a crash leaves it, each put in a run of its own. */
async function crashed(folder: string, puts: readonly number[][]): Promise<{ modelled: Modelled; groups: Kept[][] }> {
  const modelled = new Modelled(folder, { durability: 'every-put' });
  const groups: Kept[][] = [];
  for (const sizes of puts) {
    const before = modelled.kept.length;
    modelled.append(sizes);
    await modelled.store.settled();
    groups.push(modelled.kept.slice(before));
  }
  return { modelled, groups };
}

const PUTS = [[40, 3], [17], [0, 64, 5], [100]];

describe('a file whose last write did not finish', () => {
  it.each([
    ['cut off', (bytes: Buffer, at: number) => bytes.subarray(0, at)],
    ['filled with zeros', (bytes: Buffer, at: number) => Buffer.concat([bytes.subarray(0, at)], bytes.length)],
  ])('loses only the last claim, and reports it, when %s at any byte of that claim', async (_, tear) => {
    await withFolder(async (folder) => {
      const { modelled, groups } = await crashed(folder, PUTS);
      const [path = ''] = segmentsIn(join(folder, 'shard'));
      const whole = readFileSync(path);
      const last = runsIn(whole, whole.length).at(-1)!;
      // After its frames the last block may contain meaningless bytes, such as zeros.
      for (let at = last + 1; at < whole.length - 32; at++) {
        const torn = tear(whole, at);
        writeFileSync(path, torn);
        modelled.defects.length = 0;
        modelled.kept = groups.slice(0, -1).flat();
        modelled.crash();
        expect(modelled.defects).toMatchObject([{ code: 'TORN_TAIL', atByte: last, bytes: torn.length - last }]);
        modelled.check();
      }
      modelled.append([9, 9]);
      await modelled.reopen();
      modelled.check();
      expect(modelled.defects).toHaveLength(1);
    });
  });

  it('may have no header yet', async () => {
    await withFolder(async (folder) => {
      const { modelled } = await crashed(folder, PUTS);
      const next = join(folder, 'shard', `${String(modelled.store.end + 8).padStart(16, '0')}.segment`);
      writeFileSync(next, Buffer.alloc(HEADER_BYTES - 1));
      modelled.crash();
      modelled.check();
      modelled.append([1, 2, 3]);
      await modelled.reopen();
      modelled.check();
      expect(modelled.defects).toEqual([]);
    });
  });
});

describe('a byte that has changed on disk', () => {
  it.each([
    ['a crash', false],
    ['a proper end', true],
  ])('damages only its run, which is skipped and reported, anywhere in a file after %s', async (_, isClosed) => {
    await withFolder(async (folder) => {
      const { modelled, groups } = await crashed(folder, PUTS);
      const all = modelled.kept;
      const [path = ''] = segmentsIn(join(folder, 'shard'));
      const dataBytes = readFileSync(path).length;
      if (isClosed) await modelled.store.close();
      const whole = readFileSync(path);
      const runs = runsIn(whole, dataBytes);
      for (let at = 0; at < whole.length; at++) {
        const changed = Buffer.from(whole);
        changed[at]! ^= 1 << (at % 8);
        writeFileSync(path, changed);
        modelled.defects.length = 0;
        modelled.crash();
        const run = at < dataBytes ? runs.findLastIndex((from) => from <= at) : -1;
        modelled.kept = run < 0 ? all : groups.filter((_, i) => i !== run).flat();
        modelled.check();
        const codes = modelled.defects.map(({ code }) => code);
        // Neither the state nor the spare bytes of the header, nor the footer, are needed, so damage there loses nothing.
        const isTold = run >= 0 || at < 36;
        expect([at, codes.length]).toEqual([at, isTold ? 1 : codes.length]);
        modelled.kept = all;
      }
    });
  });
});

describe('an archive of many files', () => {
  const build = async (folder: string) => {
    const modelled = new Modelled(folder);
    for (let i = 0; i < 60; i++) modelled.append(sizesOf(40));
    await modelled.reopen();
    const paths = segmentsIn(join(folder, 'shard'));
    expect(paths.length).toBeGreaterThan(6);
    return { modelled, paths };
  };

  it('opens without reading the older files', async () => {
    await withFolder(async (folder) => {
      const { modelled, paths } = await build(folder);
      for (const path of paths.slice(0, -1)) {
        rmSync(path);
        mkdirSync(path);
      }
      modelled.crash();
      expect(modelled.defects).toEqual([]);
      // Only the newest file of the shard is left, and each unreadable file is reported.
      const found = read(modelled.store.cursor());
      expect(found.length).toBeGreaterThan(0);
      expect(found).toEqual(modelled.kept.slice(-found.length).map(unnumbered));
      expect(modelled.defects.map(({ code, file }) => [code, file])).toEqual(
        paths.slice(0, -1).map((path) => ['UNREADABLE', path]),
      );
    });
  });

  it('skips a missing file, and damage in one', async () => {
    await withFolder(async (folder) => {
      const { modelled, paths } = await build(folder);
      rmSync(paths[2]!);
      const bytes = readFileSync(paths[4]!);
      bytes.fill(0xaa, 1000, 3000);
      writeFileSync(paths[4]!, bytes);
      modelled.crash();
      const found = read(modelled.store.cursor());
      const numbers = new Map(modelled.kept.map((kept) => [kept.sequenceNumber, unnumbered(kept)]));
      for (const record of found) expect(record).toEqual(numbers.get(record.sequenceNumber));
      const [lostFrom, lostTo, damagedFrom, damagedTo] = [2, 3, 4, 5].map((i) => Number(paths[i]!.slice(-24, -8)));
      const isWhole = ({ sequenceNumber: at }: Kept) =>
        !(at >= lostFrom! && at < lostTo!) && !(at >= damagedFrom! && at < damagedTo!);
      const known = new Set(found.map(({ sequenceNumber }) => sequenceNumber));
      expect(modelled.kept.filter(isWhole).every(({ sequenceNumber }) => known.has(sequenceNumber))).toBe(true);
      expect(modelled.defects.map(({ code }) => code)).toEqual(['DAMAGED']);
      for (const { sequenceNumber } of found.slice(0, 500)) {
        const cursor = modelled.store.cursor();
        cursor.seek(sequenceNumber);
        expect(cursor.next() && cursor.sequenceNumber).toBe(sequenceNumber);
      }
    });
  });

  it('does not confuse the records of two files', async () => {
    await withFolder(async (folder) => {
      const { modelled, paths } = await build(folder);
      copyFileSync(paths[1]!, paths[3]!);
      modelled.crash();
      const numbers = read(modelled.store.cursor()).map(({ sequenceNumber }) => sequenceNumber);
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      expect(modelled.defects.length).toBeGreaterThan(0);
    });
  });

  it('is not opened when a later version wrote it', async () => {
    await withFolder(async (folder) => {
      const { modelled, paths } = await build(folder);
      const bytes = readFileSync(paths.at(-1)!);
      bytes.writeUInt32LE(2, 8);
      bytes.writeUInt32LE(crc32(bytes.subarray(0, 32)), 32);
      writeFileSync(paths.at(-1)!, bytes);
      expect(() => modelled.crash()).toThrow(expect.objectContaining({ code: 'SEGMENT_NEWER' }));
    });
  });
});

describe('a crash', () => {
  it('keeps archived records without a gap, and repeats no sequence number, with durability none', async () => {
    await withFolder(async (folder) => {
      const modelled = new Modelled(folder);
      for (let life = 0; life < 5; life++) {
        for (let i = 0; i < 7; i++) modelled.append(sizesOf(60));
        await new Promise((resolve) => setTimeout(resolve, 5));
        // The crashed store's timers and files stay behind with the folder that it crashed in.
        const copy = join(folder, `life-${life}`);
        cpSync(modelled.options.folder!, copy, { recursive: true });
        modelled.options = { ...modelled.options, folder: copy };
        modelled.crash();
        const found = read(modelled.store.cursor());
        expect(found.length).toBeGreaterThan(0);
        expect(found).toEqual(modelled.kept.slice(0, found.length).map(unnumbered));
        modelled.kept = modelled.kept.slice(0, found.length);
      }
      expect(modelled.defects).toEqual([]);
    });
  });

  it('does not damage a file that was continued after a proper end', async () => {
    await withFolder(async (folder) => {
      const modelled = new Modelled(folder, { durability: 'every-put', segmentBytes: 1e9 });
      for (let i = 0; i < 60; i++) modelled.append(sizesOf(60));
      await modelled.reopen();
      modelled.append([1]);
      await modelled.store.settled();
      modelled.crash();
      modelled.check();
      expect(modelled.defects).toEqual([]);
    });
  });

  it('keeps the assigned sequence numbers even before anything was archived', () =>
    withFolder((folder) => {
      const modelled = new Modelled(folder);
      modelled.append([1, 2, 3]);
      modelled.crash();
      modelled.kept = [];
      modelled.check();
      modelled.append([4]);
      modelled.check();
    }));
});
