import type { ProblemCode } from '../errors.ts';

/** A decoded field of one record. `at` is the offset of its value in the recording. */
export type FieldValue =
  | { readonly kind: 'text'; readonly text: string; readonly at: number }
  /** Absent, null or empty. */
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'unusable';
      readonly code: ProblemCode;
      readonly what: string;
      readonly fix: string;
      readonly at: number;
    };

export const MISSING: FieldValue = { kind: 'missing' };

export interface LineProblem {
  readonly code: ProblemCode;
  readonly line: number;
  readonly column?: number;
  readonly what: string;
  readonly fix: string;
}

export interface LineSink {
  /** Called for each record. Its payload is the bytes from `start` to `end`; `values` are the wanted fields in their order. */
  record(start: number, end: number, line: number, values: readonly FieldValue[]): void;
  problem(problem: LineProblem): void;
}

/** Facts about a file, except its records. */
export interface LineFacts {
  readonly blankLines: number;
  /** W3C directives (`#Fields:`), and Excel's `sep=` line. */
  readonly directiveLines: number;
  readonly separator?: { readonly character: string; readonly isDetected: boolean };
  readonly columnCount?: number;
  /** Names of more than one column. */
  readonly duplicateColumns?: readonly string[];
}

export const TRUNCATED_FIX = 'Copy the file again, or cut off its last line.';

export function textValue(text: string | undefined, at: number): FieldValue {
  if (text === undefined) {
    const what = 'has a value that is not valid UTF-8';
    return { kind: 'unusable', code: 'REPLAY_ENCODING', what, fix: 'Set encoding: latin1 if the file is Latin-1.', at };
  }
  return text === '' ? MISSING : { kind: 'text', text, at };
}
