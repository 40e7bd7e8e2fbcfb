import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepEarlier, stampOf } from '../../reports/result/earlier-file.ts';
import { notWritable } from '../../reports/result/result-file.ts';
import type { DiskNotes } from './disk-notes.ts';

/** What writing a record throws when the folder does not take it. Other errors are about the record. */
const DISK_CODES: readonly unknown[] = ['RESULT_NOT_WRITABLE', 'RUNNER_FILE_NOT_WRITABLE'];

/**
 * Saves what a command measured or made, and keeps an earlier file of the same name. If the folder does not take it, it goes to
 * the system's temporary folder, and the error is reported after the numbers.
 * @param write writes the file `name` into a folder.
 * @returns where the file is, for the last line of the output.
 */
export async function saveRecord(
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
    if (!isOfTheDisk(error)) throw error;
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

/** A code of ours, or of the file system. */
function isOfTheDisk(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return DISK_CODES.includes(error.code) || 'syscall' in error;
}
