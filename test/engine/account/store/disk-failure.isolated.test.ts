import { execFileSync } from 'node:child_process';
import { type NoParamCallback, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { VirtualClock } from '../../../../engine/account/clock.ts';
import { Modelled, sizesOf, withFolder } from './store-model.ts';

/** A failed sync is simulated, because no user can make a real disk fail to sync. All other failures here are real. */
const disk = vi.hoisted(() => ({ syncFails: false }));
vi.mock(import('node:fs'), async (importOriginal) => {
  const fs = await importOriginal();
  const fdatasync = (file: number, callback: NoParamCallback) => {
    if (disk.syncFails) setImmediate(callback, Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' }));
    else fs.fdatasync(file, callback);
  };
  return { ...fs, fdatasync: Object.assign(fdatasync, { __promisify__: fs.fdatasync.__promisify__ }) };
});

/** Larger files than this cannot be written by this process, as if the disk were full. */
const limitFiles = (bytes: number | 'unlimited') =>
  execFileSync('prlimit', [`--pid=${process.pid}`, `--fsize=${bytes}:`]);

const codes = ({ defects }: Modelled) => defects.map(({ code }) => code);
const RETRY_MS = 1000;

describe.skipIf(process.platform !== 'linux')('a disk that is full (prlimit is a command of Linux)', () => {
  const ignore = () => {};
  beforeAll(() => void process.on('SIGXFSZ', ignore));
  afterEach(() => void limitFiles('unlimited'));
  afterAll(() => void process.off('SIGXFSZ', ignore));

  it('rejects records when memory is full, loses none, and continues when there is room', async () => {
    await withFolder(async (folder) => {
      const modelled = new Modelled(folder, { memoryBytes: 600_000, segmentBytes: 1e9 });
      limitFiles(100_000);
      let refused = 0;
      for (let i = 0; i < 100 && refused === 0; i++) refused = modelled.append(sizesOf(100));
      expect(refused).toBeGreaterThan(0);
      expect(modelled.append(sizesOf(3))).toBe(3);
      expect(codes(modelled)).toEqual(['WRITE_FAILED']);
      modelled.check();
      limitFiles('unlimited');
      for (let i = 0; i < 20; i++) expect(modelled.append(sizesOf(100))).toBe(0);
      expect(codes(modelled)).toEqual(['WRITE_FAILED', 'WRITE_RECOVERED']);
      modelled.check();
      await modelled.reopen();
      modelled.check();
    });
  });

  it('rejects records that it cannot settle, and later ones, with durability every-put', async () => {
    await withFolder(async (folder) => {
      const clock = new VirtualClock();
      const modelled = new Modelled(folder, { durability: 'every-put', segmentBytes: 1e9, clock });
      limitFiles(30_000);
      const failing = async () => {
        for (;;) {
          expect(modelled.append(sizesOf(10))).toBe(0);
          await modelled.store.settled();
        }
      };
      await expect(failing()).rejects.toThrow(expect.objectContaining({ code: 'EFBIG' }));
      expect(modelled.append([1, 2])).toBe(2);
      await expect(modelled.store.settled()).rejects.toThrow('EFBIG');
      // It retries many times, and reports the failure once.
      for (let i = 0; i < 3; i++) {
        clock.advance(RETRY_MS);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      expect(modelled.append([1, 2])).toBe(2);
      expect(codes(modelled)).toEqual(['WRITE_FAILED']);
      limitFiles('unlimited');
      clock.advance(RETRY_MS);
      await expect.poll(() => codes(modelled)).toEqual(['WRITE_FAILED', 'WRITE_RECOVERED']);
      expect(modelled.append([1, 2])).toBe(0);
      await modelled.store.settled();
      modelled.crash();
      modelled.check();
    });
  });

  it('makes closing fail, and is reported', async () => {
    await withFolder(async (folder) => {
      const modelled = new Modelled(folder, { segmentBytes: 1e9 });
      modelled.append(sizesOf(30));
      limitFiles(4096);
      await expect(modelled.store.close()).rejects.toThrow('EFBIG');
      expect(codes(modelled)).toEqual(['WRITE_FAILED']);
    });
  });
});

describe('a folder that cannot be created', () => {
  it.each(['none', 'every-put'] as const)('rejects records until it can be created (%s)', async (durability) => {
    await withFolder(async (folder) => {
      const clock = new VirtualClock();
      const modelled = new Modelled(join(folder, 'not-a-folder'), { durability, clock });
      writeFileSync(join(folder, 'not-a-folder'), '');
      for (let i = 0; i < 3; i++) {
        expect(modelled.append([1, 2, 3])).toBe(3);
        clock.advance(RETRY_MS);
      }
      expect(codes(modelled)).toEqual(['WRITE_FAILED']);
      rmSync(join(folder, 'not-a-folder'));
      clock.advance(RETRY_MS);
      await expect.poll(() => codes(modelled)).toEqual(['WRITE_FAILED', 'WRITE_RECOVERED']);
      expect(modelled.append([1, 2, 3])).toBe(0);
      await modelled.store.settled();
      await modelled.reopen();
      modelled.check();
    });
  });
});

describe('a sync that fails', () => {
  afterEach(() => {
    disk.syncFails = false;
  });

  it.each(['interval', 'every-put'] as const)(
    'rejects records until the earlier ones are safe (%s)',
    async (durability) => {
      await withFolder(async (folder) => {
        const clock = new VirtualClock();
        const modelled = new Modelled(folder, { durability, clock });
        for (let i = 0; i < 10; i++) modelled.append(sizesOf(50));
        disk.syncFails = true;
        if (durability === 'every-put') await expect(modelled.store.settled()).rejects.toThrow('EIO');
        else clock.advance(RETRY_MS);
        await expect.poll(() => codes(modelled)).toEqual(['WRITE_FAILED']);
        expect(modelled.append([5])).toBe(1);
        disk.syncFails = false;
        clock.advance(RETRY_MS);
        await expect.poll(() => codes(modelled)).toEqual(['WRITE_FAILED', 'WRITE_RECOVERED']);
        expect(modelled.append([5])).toBe(0);
        await modelled.store.settled();
        await modelled.reopen();
        modelled.check();
      });
    },
  );
});
