import { ExitCode } from '../../errors/exit-code.ts';
import { runnerError } from '../errors.ts';

/** The reader of a pipe left (`list | head -1`), or the terminal is closed: there is no reader for an error, and no fault. */
const READER_LEFT: ReadonlySet<string> = new Set(['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED']);

let failed = false;

/** True once standard output rejected something, such as on a full disk. */
export const outputHasFailed = (): boolean => failed;

/**
 * Keeps a command going when what it prints cannot be written, because what it saves and how it ends still matter: the
 * failure is one line on standard error, and an ending that would be a success becomes exit code 2.
 */
export function watchOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (failed || READER_LEFT.has(error.code ?? '')) return;
    failed = true;
    const what = `standard output cannot be written: ${error.message.replace(/, write$/u, '')}`;
    process.stderr.write(`${runnerError('RUNNER_OUTPUT_FAILED', { what }).message}\n`);
  });
  // Without standard error there is no place for a message; the exit code still shows the result.
  process.stderr.on('error', () => {});
  process.once('exit', (code) => {
    if (failed && code === ExitCode.passed) process.exitCode = ExitCode.usage;
  });
}
