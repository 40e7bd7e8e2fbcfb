import { stat, writeFile } from 'node:fs/promises';
import { writeWhole } from '../../reports/result/whole-file.ts';
import { runnerError } from '../errors.ts';

/**
 * Writes a file and the folders above it. A concurrent reader sees the old file or the new one, never a part of it. A path that
 * is no regular file, such as /dev/stderr or a pipe, is written directly.
 * @throws RUNNER_FILE_NOT_WRITABLE
 */
export async function writeText(file: string, text: string): Promise<void> {
  try {
    const existing = await stat(file).catch(() => undefined);
    if (existing !== undefined && !existing.isFile() && !existing.isDirectory()) return await writeFile(file, text);
    await writeWhole(file, (handle) => handle.writeFile(text));
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    const what = `${file} cannot be written: ${reason}`;
    throw runnerError('RUNNER_FILE_NOT_WRITABLE', {
      what,
      fix: 'Name a file in a folder that you may write to.',
      cause,
    });
  }
}
