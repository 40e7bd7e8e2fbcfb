import type { ExitCode } from './exit-code.ts';

/** One entry of a catalogue: what a code means, wherever it occurs. Both texts are whole sentences. */
export interface ErrorEntry {
  readonly exitCode: ExitCode;
  readonly meaning: string;
  /** The next step in most cases. An error without a `fix` of its own ends with it. */
  readonly hint: string;
}

export type ErrorCatalogue<Code extends string = string> = Readonly<Record<Code, ErrorEntry>>;

/** One of several problems of an input, all of which are reported at once. */
export interface ErrorProblem {
  readonly code: string;
  /** Place in the input, such as `workloads[0].phases[1].rate`; empty for the whole input. */
  readonly path: string;
  /** Whole sentences. */
  readonly what: string;
  readonly fix: string;
  /** Position in the text, from 1, if the input was read from text. */
  readonly line?: number;
  readonly column?: number;
}

/** One occurrence of a code. */
export interface ErrorDetails<Problem extends ErrorProblem = ErrorProblem> {
  /** The event, with its numbers and names. A full stop at its end is dropped. */
  readonly what: string;
  /** The file, shard or worker concerned, if `what` does not name it. */
  readonly where?: string | undefined;
  /** The next step, as a sentence; the catalogue's hint by default. */
  readonly fix?: string | undefined;
  readonly cause?: unknown;
  /** Printed instead of the next step, one a line: each problem has its own `fix`. */
  readonly problems?: readonly Problem[];
}

/** An error as data that JSON and structured clones carry unchanged. */
export interface ErrorData {
  readonly code: string;
  readonly entry: ErrorEntry;
  readonly what: string;
  readonly where?: string | undefined;
  readonly fix?: string | undefined;
  readonly problems: readonly ErrorProblem[];
  readonly stack?: string | undefined;
  /** Stack of the cause, for debugging. */
  readonly cause?: string | undefined;
}

/**
 * The only error type that users see. Its message reads `CODE what happened (where). Next step.` Match on `code`, never on
 * the message. Threads and processes send `toData()` and revive it with `fromData()`, because a structured clone of an error
 * loses every field but the message.
 */
export class StreamgaugeError<Code extends string = string, Problem extends ErrorProblem = ErrorProblem> extends Error {
  override readonly name = 'StreamgaugeError';
  readonly code: Code;
  readonly exitCode: ExitCode;
  readonly what: string;
  readonly where: string | undefined;
  readonly fix: string;
  readonly problems: readonly Problem[];
  readonly #entry: ErrorEntry;

  constructor(
    code: Code,
    entry: ErrorEntry,
    { what, where, fix = entry.hint, cause, problems = [] }: ErrorDetails<Problem>,
  ) {
    const text = describe({ what: withoutStop(what), where, fix, problems });
    super(`${code} ${text}`, cause === undefined ? {} : { cause });
    this.code = code;
    this.exitCode = entry.exitCode;
    this.what = withoutStop(what);
    this.where = where;
    this.fix = fix;
    this.problems = problems;
    this.#entry = entry;
  }

  /** The message without its code: `what happened (where). Next step.` */
  get description(): string {
    return describe(this);
  }

  toData(): ErrorData {
    const { code, what, where, fix, problems, stack, cause } = this;
    const causeText = cause instanceof Error ? (cause.stack ?? cause.message) : undefined;
    return { code, entry: this.#entry, what, where, fix, problems, stack, cause: causeText };
  }

  static fromData({ code, entry, stack, ...details }: ErrorData): StreamgaugeError {
    const error = new StreamgaugeError(code, entry, details);
    if (stack !== undefined) error.stack = stack;
    return error;
  }
}

/** True for an error whose code is in this catalogue. */
export const isErrorOf = <Code extends string>(
  catalogue: ErrorCatalogue<Code>,
  error: unknown,
): error is StreamgaugeError<Code> => error instanceof StreamgaugeError && Object.hasOwn(catalogue, error.code);

type Described = Pick<StreamgaugeError, 'what' | 'where' | 'fix' | 'problems'>;

function describe({ what, where, fix, problems }: Described): string {
  const place = where === undefined ? '' : ` (${where})`;
  if (problems.length > 0) return `${what}${place}:\n${problems.map(problemText).join('\n')}`;
  return `${what}${place}. ${fix}`;
}

/** One line: `12:9 workloads[0].phases[1].rate: OUT_OF_RANGE the rate is 0 records/s. Write a rate above 0/s.` */
function problemText({ line, column = 1, path, code, what, fix }: ErrorProblem): string {
  const position = line === undefined ? '' : `${line}:${column} `;
  return `  ${position}${path === '' ? '' : `${path}: `}${code} ${what} ${fix}`;
}

const withoutStop = (text: string): string => text.replace(/\.$/u, '');
