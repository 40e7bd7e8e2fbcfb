import { join } from 'node:path';
import { KNEE_FILE_NAME } from '../../reports/knee/knee-file.ts';
import type { KneeResult } from '../../reports/knee/knee-result.ts';
import { writeWhole } from '../../reports/result/whole-file.ts';
import { runnerError } from '../errors.ts';

/**
 * Replaces the file. It does not flush the disk between trials, because a power cut may lose the newest trial.
 * @returns the path of the file.
 * @throws RunnerError RUNNER_FILE_NOT_WRITABLE
 */
export async function writeKnee(dir: string, result: KneeResult): Promise<string> {
  const file = join(dir, KNEE_FILE_NAME);
  try {
    await writeWhole(file, (handle) => handle.writeFile(`${JSON.stringify(result, undefined, 1)}\n`), {
      flushed: false,
    });
    return file;
  } catch (cause) {
    throw runnerError('RUNNER_FILE_NOT_WRITABLE', {
      what: cause instanceof Error ? cause.message : String(cause),
      where: dir,
      fix: 'Use a writable folder with --out, or free some space.',
      cause,
    });
  }
}
