import { ExitCode } from '../exit-code.ts';

/** An error as the terminal shows it. */
export interface ErrorReport {
  readonly text: string;
  readonly exitCode: ExitCode;
}

/**
 * Errors of ours read `CODE what (where). fix` already, a bad scenario with all its problems below one another; they
 * are shown as they are. Anything else is a fault of ours.
 * @param debug true adds the stack of the error and of its causes.
 */
export function reportError(error: unknown, { debug }: { readonly debug: boolean }): ErrorReport {
  const stack = debug ? `\n${stackOf(error)}` : '';
  if (isCoded(error)) return { text: `${error.message}${stack}`, exitCode: exitCodeOf(error) };
  const hint = debug ? '' : ' Set STREAMGAUGE_DEBUG=1 to see where, and please report it.';
  return { text: `INTERNAL ${oneLine(error)}${hint}${stack}`, exitCode: ExitCode.internal };
}

/** Every catalogue of ours puts the code first in the message, which no error of Node or of a package does. */
function isCoded(error: unknown): error is Error & { readonly code: string } {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.message.startsWith(`${error.code} `)
  );
}

/** The error's own exit code, else by the first word of its code. */
function exitCodeOf(error: Error & { readonly code: string; readonly exitCode?: unknown }): ExitCode {
  const own = Object.values(ExitCode).find((exitCode) => exitCode === error.exitCode);
  if (own !== undefined) return own;
  if (/^(?:SCENARIO|RESULT|THRESHOLD|METRIC|HISTOGRAM|HISTORY|GATE|KNEE|PLAN)_/.test(error.code)) return ExitCode.usage;
  return error.code.startsWith('TARGET_') ? ExitCode.target : ExitCode.internal;
}

function oneLine(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const line = text.split('\n', 1)[0] ?? '';
  return /[.!?]$/.test(line) ? line : `${line}.`;
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
