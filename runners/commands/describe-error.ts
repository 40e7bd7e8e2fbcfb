import { ExitCode } from '../../errors/exit-code.ts';
import { StreamgaugeError } from '../../errors/streamgauge-error.ts';

/** An error as the terminal shows it. */
export interface ErrorDescription {
  readonly text: string;
  readonly exitCode: ExitCode;
}

/**
 * Returns the text of an error for the terminal. A StreamgaugeError is printed as it is; any other error is a bug of
 * streamgauge.
 * @param debug true adds the stack of the error and of its causes.
 */
export function describeError(error: unknown, { debug }: { readonly debug: boolean }): ErrorDescription {
  const stack = debug ? `\n${stackOf(error)}` : '';
  if (error instanceof StreamgaugeError) return { text: `${error.message}${stack}`, exitCode: error.exitCode };
  const hint = debug ? '' : ' Set STREAMGAUGE_DEBUG=1 to see the stack trace, and please report this bug.';
  return { text: `INTERNAL ${oneLine(error)}${hint}${stack}`, exitCode: ExitCode.internal };
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
