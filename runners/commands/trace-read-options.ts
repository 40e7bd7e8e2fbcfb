import { timeZoneOf } from '../../workloads/recording/time-zone.ts';
import { type RunnerError, runnerError } from '../errors.ts';
import { badLineLimit } from '../plan/input/trace/bad-lines.ts';
import type { TraceFormat, TraceReadOptions } from '../plan/input/trace/trace-options.ts';

/** Options about how a trace is read, as they were written. */
export interface TraceReadFlags {
  readonly 'trace-format'?: TraceFormat | undefined;
  readonly 'time-field'?: string | undefined;
  readonly 'key-field'?: string | undefined;
  readonly 'hash-field'?: string | undefined;
  readonly 'size-field'?: string | undefined;
  readonly 'time-unit'?: 's' | 'ms' | 'us' | 'ns' | undefined;
  readonly 'time-zone'?: string | undefined;
  readonly 'time-year'?: number | undefined;
  readonly encoding?: 'utf-8' | 'latin1' | undefined;
  readonly separator?: string | undefined;
  readonly 'no-quotes'?: boolean | undefined;
  readonly 'bad-lines'?: string | undefined;
}

/** @throws RunnerError RUNNER_USAGE */
export function traceReadOptions(flags: TraceReadFlags): TraceReadOptions {
  const { 'time-field': time, 'time-zone': timeZone, 'time-year': timeYear, separator } = flags;
  if (timeZone !== undefined && timeZoneOf(timeZone) === undefined) {
    throw usage(`--time-zone must be a zone, got "${timeZone}"`, 'Write a zone such as Europe/Berlin or +02:00.');
  }
  if (timeYear !== undefined && !(Number.isInteger(timeYear) && timeYear >= 1970 && timeYear <= 9999)) {
    throw usage(`--time-year must be a year from 1970 to 9999, got "${timeYear}"`, 'Write a year such as 2026.');
  }
  const oneCharacter = separator === '\\t' ? '\t' : separator;
  if (oneCharacter !== undefined && (oneCharacter.length !== 1 || '"\r\n'.includes(oneCharacter))) {
    throw usage(
      `--separator must be one character, got "${separator}"`,
      "Write one character such as ';', or '\\t' for a tab.",
    );
  }
  return {
    format: flags['trace-format'],
    encoding: flags.encoding,
    fields: { time: timeField(time), key: flags['key-field'], hash: flags['hash-field'], size: flags['size-field'] },
    timeUnit: flags['time-unit'],
    timeZone,
    timeYear,
    separator: oneCharacter,
    quotes: flags['no-quotes'] === true ? false : undefined,
    badLines: badLineLimit(flags['bad-lines']),
  };
}

function timeField(text: string | undefined): string | readonly [string, string] | undefined {
  const [date, time, ...rest] = text?.split(',') ?? [];
  return date !== undefined && time !== undefined && rest.length === 0 ? [date, time] : text;
}

function usage(what: string, fix: string): RunnerError {
  return runnerError('RUNNER_USAGE', { what, fix });
}
