import { lockFolder } from '../../engine/account/store/folder-lock.ts';
import { notWritable } from '../../reports/result/result-file.ts';
import { RunnerError } from '../errors.ts';

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
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'DATA_FOLDER_IN_USE'))
      throw notWritable(dir, cause);
    const by = /is used by (?<by>[^.]*)\./u.exec(cause.message)?.groups?.by ?? 'another process';
    throw new RunnerError('RUNNER_FOLDER_IN_USE', {
      what: `${by} writes its result into this folder`,
      where: dir,
      fix: 'Wait until it has ended, or give another folder with --out.',
      cause,
    });
  }
}
