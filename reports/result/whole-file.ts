import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from './make-folder.ts';

/**
 * Writes a file, and the folders above it, so that a reader meanwhile or after a crash sees the old file or the new one, never
 * a part.
 * @param write fills the new file. Its errors and those of the file system are thrown as they are; nothing is left behind then.
 * @param options.flushed false: not waited for until it is on the disk; a power cut may then take the new file, and the old one with it.
 */
export async function writeWhole(
  file: string,
  write: (handle: FileHandle) => Promise<unknown>,
  { flushed = true }: { readonly flushed?: boolean } = {},
): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await makeFolder(dirname(file));
    const handle = await open(temporary, 'w');
    try {
      await write(handle);
      if (flushed) await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}
