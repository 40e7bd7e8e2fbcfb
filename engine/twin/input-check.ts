import type { ErrorProblem } from '../../errors/streamgauge-error.ts';
import { type EngineErrorCode, engineError } from '../errors.ts';

/** A problem of an input. Its path looks like `quantiles[3].ms`. */
export interface InputProblem extends ErrorProblem {
  readonly code: InputProblemCode;
}

export type InputProblemCode =
  | 'MISSING'
  | 'WRONG_TYPE'
  | 'UNKNOWN_KEY'
  | 'NOT_A_CHOICE'
  | 'OUT_OF_RANGE'
  | 'NOT_RISING'
  | 'EMPTY'
  | 'CONFLICT';

/** Bounds of a number, both inclusive, and its description, as in "a share from 0 to 1". */
export interface NumberRange {
  readonly least: number;
  readonly most: number;
  readonly are: string;
}

/** Checks the parts of a plain value. Every method returns the part, or records a problem and returns undefined. */
export class InputCheck {
  readonly problems: InputProblem[] = [];

  problem(code: InputProblemCode, path: string, what: string, fix: string): undefined {
    this.problems.push({ code, path, what, fix });
    return undefined;
  }

  object(value: unknown, path: string, keys: readonly string[]): Readonly<Record<string, unknown>> | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return this.problem('WRONG_TYPE', path, `${shown(value)} is not an object.`, `Give one with ${keys.join(', ')}.`);
    }
    for (const key of Object.keys(value)) {
      if (keys.includes(key)) continue;
      this.problem('UNKNOWN_KEY', within(path, key), 'No such key.', `Keys here are ${keys.join(', ')}.`);
    }
    return value as Readonly<Record<string, unknown>>;
  }

  list(value: unknown, path: string, items: string): readonly unknown[] | undefined {
    if (value === undefined) return this.problem('MISSING', path, 'It is not there.', `Give a list of ${items}.`);
    if (Array.isArray(value)) return value;
    return this.problem('WRONG_TYPE', path, `${shown(value)} is not a list.`, `Give a list of ${items}.`);
  }

  number(value: unknown, path: string, { least, most, are }: NumberRange): number | undefined {
    if (value === undefined) return this.problem('MISSING', path, 'It is not there.', `Give ${are}.`);
    if (typeof value !== 'number' || Number.isNaN(value)) {
      return this.problem('WRONG_TYPE', path, `${shown(value)} is not a number.`, `Give ${are}.`);
    }
    if (value >= least && value <= most) return value;
    return this.problem('OUT_OF_RANGE', path, `${value} is out of range.`, `Give ${are}.`);
  }

  text(value: unknown, path: string): string | undefined {
    if (typeof value === 'string' && value !== '') return value;
    if (value === undefined) return this.problem('MISSING', path, 'It is not there.', 'Give a text.');
    return this.problem('WRONG_TYPE', path, `${shown(value)} is not a text.`, 'Give a text that is not empty.');
  }

  choice<T extends string>(value: unknown, path: string, choices: readonly T[]): T | undefined {
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    if (value === undefined) return this.problem('MISSING', path, 'It is not there.', `Give ${either(choices)}.`);
    return this.problem('NOT_A_CHOICE', path, `${shown(value)} is none of the choices.`, `Give ${either(choices)}.`);
  }

  /**
   * Reports all problems in one error, so that they can be corrected in one go.
   * @param noun subject of the message, such as "the latency profile".
   * @throws EngineError of this code if there are problems.
   */
  finish(code: EngineErrorCode, noun: string): void {
    const { problems } = this;
    if (problems.length === 0) return;
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    throw engineError(code, { what: `${noun} has ${count}`, problems });
  }
}

export const within = (path: string, key: string | number): string =>
  typeof key === 'number' ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;

const either = (choices: readonly string[]): string => choices.join(', ').replace(/, (?=[^,]*$)/, ' or ');

const SHOWN_CHARACTERS = 40;

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
