import { type FileHandle, lstat, open, rename } from 'node:fs/promises';
import { extname, join } from 'node:path';

/** A file of ours names its start within its first lines. */
const HEAD_BYTES = 4096;
const STARTED_AT = /"startedAt":\s*"(?<time>[^"]{10,40})"/u;
const NAMES_MAX = 1000;

/**
 * Renames a file that an earlier command wrote, so that the next one does not replace it: `result.json` becomes
 * `result-20260102T030405Z.json`, after the time at which its run started.
 * @returns the new path; undefined when there is no such file. @throws the error of the file system.
 */
export async function keepEarlier(dir: string, name: string): Promise<string | undefined> {
  const file = join(dir, name);
  const found = await statOrUndefined(file);
  if (found === undefined || found.isDirectory()) return undefined;
  const extension = extname(name);
  const stamped = `${name.slice(0, -extension.length)}-${stampOf((await startOf(file)) ?? found.mtime)}`;
  for (let count = 1; count <= NAMES_MAX; count++) {
    const kept = join(dir, `${stamped}${count === 1 ? '' : `-${count}`}${extension}`);
    if ((await statOrUndefined(kept)) !== undefined) continue;
    await rename(file, kept);
    return kept;
  }
  throw new Error(`${file} was kept ${NAMES_MAX} times under the name ${stamped}`);
}

/** `20260102T030405Z`: it sorts by time and needs no quotes on any system. */
export function stampOf(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace(/[-:]/gu, '')}Z`;
}

async function startOf(file: string): Promise<Date | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const time = new Date(STARTED_AT.exec(buffer.toString('utf8', 0, bytesRead))?.groups?.time ?? '');
    return Number.isNaN(time.getTime()) ? undefined : time;
  } catch {
    return undefined;
  } finally {
    await handle?.close();
  }
}

async function statOrUndefined(file: string) {
  try {
    return await lstat(file);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
