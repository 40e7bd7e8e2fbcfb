import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockFolder } from '../../../../engine/account/store/folder-lock.ts';
import { withFolder } from './store-model.ts';

const inUse = expect.objectContaining({ code: 'DATA_FOLDER_IN_USE' });

/** A process that tries to lock the folder, and its result. */
async function locking(folder: string): Promise<{ readonly child: ChildProcess; readonly outcome: string }> {
  const script = join(import.meta.dirname, 'locking-process.ts');
  const child = spawn(process.execPath, ['--no-warnings', script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [outcome] = await once(child.stdout!, 'data');
  return { child, outcome: String(outcome).trim() };
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe("a data folder's lock", () => {
  it('keeps the folder for one user, even within one process', () => {
    withFolder((folder) => {
      const unlock = lockFolder(folder);
      expect(() => lockFolder(folder)).toThrow(inUse);
      unlock();
      lockFolder(folder)();
      expect(existsSync(join(folder, 'lock'))).toBe(false);
    });
  });

  it('belongs to a live process, and is taken over from a killed one', async () => {
    await withFolder(async (folder) => {
      const { child, outcome } = await locking(folder);
      expect(outcome).toBe('held');
      expect(() => lockFolder(folder)).toThrow(inUse);
      expect(() => lockFolder(folder)).toThrow(`process ${child.pid}`);
      await kill(child);
      lockFolder(folder)();
    });
  });

  it('is taken over from a dead process by only one of many', async () => {
    await withFolder(async (folder) => {
      const { child } = await locking(folder);
      await kill(child);
      const all = await Promise.all(Array.from({ length: 5 }, () => locking(folder)));
      expect(all.map(({ outcome }) => outcome).sort()).toEqual([...Array(4).fill('DATA_FOLDER_IN_USE'), 'held']);
      await Promise.all(all.map((each) => kill(each.child)));
    });
  });

  it('is stale if another process has its process id', () => {
    withFolder((folder) => {
      lockFolder(folder);
      const path = join(folder, 'lock');
      writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), startedAt: '1' }));
      const unlock = lockFolder(folder);
      expect(JSON.parse(readFileSync(path, 'utf8'))).not.toMatchObject({ startedAt: '1' });
      unlock();
      expect(existsSync(path)).toBe(false);
    });
  });

  it('is valid as long as it is refreshed if its process cannot be seen', () => {
    withFolder((folder) => {
      const path = join(folder, 'lock');
      for (const text of ['', '{"pid":1,"startedAt":"1","namespace":"of another container"}']) {
        writeFileSync(path, text);
        expect(() => lockFolder(folder)).toThrow(inUse);
        const longAgo = new Date(Date.now() - 60_000);
        utimesSync(path, longAgo, longAgo);
        lockFolder(folder)();
      }
    });
  });
});
