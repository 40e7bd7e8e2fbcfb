import { open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '../../reports/result/make-folder.ts';
import { RunnerError } from '../errors.ts';

/**
 * Writes a file, and the folders above it. Whoever reads it meanwhile sees the old file or the new one, never a part. What is
 * no plain file, such as /dev/stderr or a pipe, is written as it is.
 * @throws RUNNER_FILE_NOT_WRITABLE
 */
export async function writeText(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const existing = await stat(file).catch(() => undefined);
    if (existing !== undefined && !existing.isFile() && !existing.isDirectory()) return await writeFile(file, text);
    await makeFolder(dirname(file));
    const handle = await open(temporary, 'w');
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    const what = `${file} cannot be written: ${reason}`;
    throw new RunnerError('RUNNER_FILE_NOT_WRITABLE', { what, fix: 'Name a place where you may write.', cause });
  }
}
