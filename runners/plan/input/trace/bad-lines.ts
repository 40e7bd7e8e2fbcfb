import { parseRatio } from '../../../../workloads/units.ts';
import { type RunnerError, runnerError } from '../../../errors.ts';

/** Malformed lines that are skipped before reading fails: a number of lines, or a share (0 to 1) of all lines. */
export type BadLineLimit =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'ratio'; readonly ratio: number };

export const NO_BAD_LINES: BadLineLimit = { kind: 'count', count: 0 };

/** @throws RunnerError RUNNER_USAGE unless the text is a whole number or a percentage. */
export function badLineLimit(text: string | undefined): BadLineLimit {
  if (text === undefined) return NO_BAD_LINES;
  if (/^\d{1,15}$/u.test(text)) return { kind: 'count', count: Number(text) };
  const ratio = parseRatio(text);
  if (ratio.kind === 'value' && ratio.value >= 0 && ratio.value <= 1) return { kind: 'ratio', ratio: ratio.value };
  throw runnerError('RUNNER_USAGE', {
    what: `--bad-lines must be a number of lines or a share of them, got "${text}"`,
    fix: 'Write a number such as 100, or a share such as 1%.',
  });
}

/** Lines before a share is judged: the first lines of a file are few. */
const JUDGED_LINES = 10_000;
const SHOWN = 3;

/** Counts malformed lines, remembers the first ones, and ends the reading when there are too many. */
export class BadLines {
  readonly #limit: BadLineLimit;
  readonly #where: string;
  readonly #first: { readonly line: number; readonly what: string; readonly fix: string }[] = [];
  count = 0;

  constructor(limit: BadLineLimit, where: string) {
    this.#limit = limit;
    this.#where = where;
  }

  /** @throws RunnerError RUNNER_INPUT_MALFORMED when this line is one too many. */
  add(line: number, what: string, fix: string): void {
    this.count += 1;
    if (this.#first.length < SHOWN) this.#first.push({ line, what, fix });
    const isTooMany =
      this.#limit.kind === 'count'
        ? this.count > this.#limit.count
        : line >= JUDGED_LINES && this.count > this.#limit.ratio * line;
    if (isTooMany) throw this.#error(line);
  }

  /**
   * Call after the last line.
   * @throws RunnerError RUNNER_INPUT_MALFORMED if a larger share of the lines is malformed than allowed.
   */
  finish(lines: number): void {
    if (this.#limit.kind === 'ratio' && this.count > this.#limit.ratio * lines) throw this.#error(lines);
  }

  /** For the plan's notes. */
  notes(lines: number): string[] {
    const first = this.#first[0];
    if (first === undefined) return [];
    const share = ((100 * this.count) / Math.max(1, lines)).toPrecision(2);
    const noun =
      this.count === 1 ? '1 malformed line was' : `${this.count.toLocaleString('en-US')} malformed lines were`;
    return [`${noun} skipped (${share}%); the first is line ${first.line}, which ${first.what}.`];
  }

  #error(lines: number): RunnerError {
    const first = this.#first[0]!;
    const others = this.#first.slice(1).map(({ line }) => line);
    const more = others.length === 0 ? '' : `; also line${others.length === 1 ? '' : 's'} ${others.join(' and ')}`;
    const count = this.count === 1 ? '' : ` (${this.count} malformed lines in ${lines})`;
    return runnerError('RUNNER_INPUT_MALFORMED', {
      what: `line ${first.line} ${first.what}${more}${count}`,
      where: this.#where,
      fix: `${first.fix} Or skip such lines with --bad-lines, such as --bad-lines 1%.`,
    });
  }
}
