import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepEarlier, stampOf } from '../../reports/result/earlier-file.ts';
import { notWritable } from '../../reports/result/result-file.ts';
import type { DiskNotes } from './disk-notes.ts';

/** Errors about the folder. Any other error is a defect in the file that is written. */
const DISK_CODES: readonly unknown[] = ['RESULT_NOT_WRITABLE', 'RUNNER_FILE_NOT_WRITABLE'];

/**
 * Saves the file that a command made, and keeps an earlier file of the same name. If the folder cannot be written, the file is
 * saved in the system's temporary folder, and the error is reported after the numbers.
 * @param write writes the file `name` into a folder.
 * @returns the path of the file, for the last line of the output.
 */
export async function saveResultFile(
  outDir: string,
  name: string,
  write: (dir: string) => Promise<string>,
  disk: DiskNotes,
  { overwrite = false }: { readonly overwrite?: boolean } = {},
): Promise<string> {
  try {
    const kept = overwrite ? undefined : await keepEarlier(outDir, name);
    if (kept !== undefined) disk.options.onKept?.(kept);
    return await write(outDir);
  } catch (error) {
    if (!isDiskError(error)) throw error;
    const elsewhere = join(tmpdir(), `streamgauge-${stampOf(new Date())}-${process.pid}`);
    const savedAs = await write(elsewhere).catch(() => undefined);
    if (savedAs === undefined) await rm(elsewhere, { recursive: true, force: true }).catch(() => undefined);
    disk.notSaved(coded(error, outDir), savedAs);
    return disk.resultPath(join(outDir, name));
  }
}

function coded(error: unknown, where: string): unknown {
  return error instanceof Error && 'syscall' in error ? notWritable(where, error) : error;
}

/** True for an error about the folder, from streamgauge or from the file system. */
function isDiskError(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return DISK_CODES.includes(error.code) || 'syscall' in error;
}
