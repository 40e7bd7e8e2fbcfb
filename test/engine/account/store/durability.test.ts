import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../../engine/account/clock.ts';
import { openShardStore } from '../../../../engine/account/store/shard-store.ts';
import { Modelled, recordsOnDisk, sizesOf, TINY, withFolder } from './store-model.ts';
import { dataOf, keyOf, read, unnumbered } from './store-records.ts';

describe('durability every-put', () => {
  it('keeps all settled records after a kill -9, in order', async () => {
    await withFolder(async (folder) => {
      for (const lines of [1, 40, 150]) {
        const shard = join(folder, `killed-after-${lines}`);
        const script = join(import.meta.dirname, 'appending-process.ts');
        const child = spawn(process.execPath, ['--no-warnings', script, shard], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        let settled = 0;
        let left = lines;
        for await (const line of createInterface(child.stdout)) {
          settled = Number(line);
          left -= 1;
          if (left === 0) child.kill('SIGKILL');
        }
        const defects: string[] = [];
        const onDefect = ({ code }: { readonly code: string }) => defects.push(code);
        const found = read(openShardStore({ ...TINY, folder: shard, durability: 'every-put', onDefect }).cursor());
        expect(found.length).toBeGreaterThanOrEqual(settled);
        for (const [number, { key, data }] of found.entries()) {
          const bytes = Buffer.from(data, 'base64').length;
          expect([key, data]).toEqual([keyOf(number), dataOf(number, bytes).toString('base64')]);
        }
        // A put that was not settled may have been cut off.
        expect(defects.filter((code) => code !== 'TORN_TAIL')).toEqual([]);
      }
    });
  });

  it('settles puts of the same turn together', async () => {
    await withFolder(async (folder) => {
      const { store } = new Modelled(folder, { durability: 'every-put' });
      expect(store.settled()).toBeUndefined();
      const modelled = new Modelled(folder, { durability: 'every-put' });
      modelled.append([10]);
      const first = modelled.store.settled();
      modelled.append([20]);
      expect(modelled.store.settled()).toBe(first);
      await first;
      expect(modelled.store.settled()).toBeUndefined();
      expect(recordsOnDisk(modelled)).toEqual(modelled.kept.map(unnumbered));
    });
  });

  it('settles puts that come while others are being settled', async () => {
    await withFolder(async (folder) => {
      const modelled = new Modelled(folder, { durability: 'every-put' });
      const settling: Promise<void>[] = [];
      for (let i = 0; i < 200; i++) {
        modelled.append(sizesOf(i % 20));
        const settled = modelled.store.settled();
        if (settled !== undefined) settling.push(settled);
        if (i % 3 === 0) await new Promise(setImmediate);
        if (i % 50 === 7) await settled;
      }
      await Promise.all(settling);
      expect(modelled.store.settled()).toBeUndefined();
      expect(recordsOnDisk(modelled)).toEqual(modelled.kept.map(unnumbered));
    });
  });

  it('settles puts in progress when it is closed', async () => {
    await withFolder(async (folder) => {
      const modelled = new Modelled(folder, { durability: 'every-put' });
      modelled.append([10]);
      const settled = modelled.store.settled();
      await modelled.store.close();
      await settled;
      expect(recordsOnDisk(modelled)).toEqual(modelled.kept.map(unnumbered));
    });
  });
});

describe('durability interval', () => {
  it('keeps records older than the interval on disk, and delays no put', async () => {
    await withFolder(async (folder) => {
      const clock = new VirtualClock();
      const modelled = new Modelled(folder, { durability: 'interval', intervalMs: 1000, clock });
      for (let round = 0; round < 3; round++) {
        const before = modelled.kept.map(unnumbered);
        modelled.append(sizesOf(30));
        expect(modelled.store.settled()).toBeUndefined();
        expect(recordsOnDisk(modelled)).toEqual(before);
        clock.advance(1000);
        const all = modelled.kept.map(unnumbered);
        await expect.poll(() => recordsOnDisk(modelled)).toEqual(all);
      }
      await modelled.reopen();
      modelled.check();
    });
  });
});

describe('durability none', () => {
  it('writes records only when their memory is needed', async () => {
    await withFolder(async (folder) => {
      const modelled = new Modelled(folder, { memoryBytes: 1024 * 1024 });
      modelled.append(sizesOf(200));
      expect(recordsOnDisk(modelled)).toEqual([]);
      for (let i = 0; i < 20; i++) modelled.append(sizesOf(200));
      const found = recordsOnDisk(modelled);
      expect(found.length).toBeGreaterThan(200);
      expect(found).toEqual(modelled.kept.slice(0, found.length).map(unnumbered));
      modelled.check();
      await modelled.reopen();
      modelled.check();
    });
  });
});
