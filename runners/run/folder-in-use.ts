import { lockFolder } from '../../engine/account/store/folder-lock.ts';
import { ENGINE_ERRORS } from '../../engine/errors.ts';
import { isErrorOf } from '../../errors/streamgauge-error.ts';
import { notWritable } from '../../reports/result/result-file.ts';
import { runnerError } from '../errors.ts';

const LOCK_NAME = '.streamgauge.lock';

/**
 * Reserves a folder for one command that measures: two at the same time would take each other's files. The lock of a process
 * that has died is ignored.
 * @returns what releases the folder. @throws RunnerError RUNNER_FOLDER_IN_USE; ReportError RESULT_NOT_WRITABLE
 */
export function useFolder(dir: string): () => void {
  try {
    return lockFolder(dir, LOCK_NAME);
  } catch (cause) {
    if (!isErrorOf(ENGINE_ERRORS, cause) || cause.code !== 'DATA_FOLDER_IN_USE') throw notWritable(dir, cause);
    throw runnerError('RUNNER_FOLDER_IN_USE', { what: `cannot write a result: ${cause.what}`, where: dir, cause });
  }
}
