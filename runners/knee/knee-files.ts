import { join } from 'node:path';
import { KNEE_FILE_NAME } from '../../reports/knee/knee-file.ts';
import type { KneeRecord } from '../../reports/knee/record.ts';
import { writeWhole } from '../../reports/result/whole-file.ts';
import { RunnerError } from '../errors.ts';

/**
 * Replaces the file. A power cut may take the newest trial with it, which is why the disk is not waited for between trials.
 * @returns the file's path. @throws RunnerError RUNNER_FILE_NOT_WRITABLE
 */
export async function writeKnee(dir: string, record: KneeRecord): Promise<string> {
  const file = join(dir, KNEE_FILE_NAME);
  try {
    await writeWhole(file, (handle) => handle.writeFile(`${JSON.stringify(record, undefined, 1)}\n`), {
      flushed: false,
    });
    return file;
  } catch (cause) {
    throw new RunnerError('RUNNER_FILE_NOT_WRITABLE', {
      what: cause instanceof Error ? cause.message.replace(/\.$/u, '') : String(cause),
      where: dir,
      fix: 'Give a folder that can be written with --out, or free some space.',
      cause,
    });
  }
}
