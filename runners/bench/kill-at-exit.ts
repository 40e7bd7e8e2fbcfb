import type { ChildProcess } from 'node:child_process';

/** 128 and the number of SIGTERM, which is the exit code of a process that the signal ended. */
const EXIT_CODE_SIGTERM = 143;

/**
 * Kills a process if this one exits first, also by SIGTERM, such as from `timeout`.
 * @returns a function to call when the process has ended.
 */
export function killAtExit(child: ChildProcess): () => void {
  const kill = () => child.kill('SIGKILL');
  const exit = () => process.exit(EXIT_CODE_SIGTERM);
  process.once('exit', kill);
  process.once('SIGTERM', exit);
  return () => {
    process.off('exit', kill);
    process.off('SIGTERM', exit);
  };
}
