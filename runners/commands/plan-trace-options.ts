import { RunnerError } from '../errors.ts';
import { badLineLimit } from '../plan/input/trace/bad-lines.ts';
import type { TraceLoadOptions } from '../plan/input/trace/trace-options.ts';

/** Options about a trace, as they were written. */
export interface PlanTraceOptions {
  readonly 'trace-format'?: TraceLoadOptions['format'];
  readonly 'time-field'?: string | undefined;
  readonly 'time-unit'?: TraceLoadOptions['timeUnit'];
  readonly 'time-zone'?: string | undefined;
  readonly 'key-field'?: string | undefined;
  readonly 'hash-field'?: string | undefined;
  readonly 'size-field'?: string | undefined;
  readonly 'bad-lines'?: string | undefined;
  readonly scale?: number | undefined;
  readonly speed?: number | undefined;
  readonly 'copy-keys'?: TraceLoadOptions['copyKeys'];
}

/** @throws RunnerError RUNNER_USAGE */
export function traceOptionsOf(
  options: PlanTraceOptions,
  onProgress: NonNullable<TraceLoadOptions['onProgress']>,
): Omit<TraceLoadOptions, 'consumers' | 'producers' | 'seed'> {
  const [time, timeOfDay] = options['time-field']?.split(',') ?? [];
  return {
    format: options['trace-format'],
    timeUnit: options['time-unit'],
    timeZone: options['time-zone'],
    fields: {
      time: time === undefined || timeOfDay === undefined ? time : [time, timeOfDay],
      key: options['key-field'],
      hash: options['hash-field'],
      size: options['size-field'],
    },
    badLines: badLineLimit(options['bad-lines']),
    scale: factorOf('--scale', options.scale),
    speed: factorOf('--speed', options.speed),
    copyKeys: options['copy-keys'],
    onProgress,
  };
}

const FACTOR_MAX = 1e9;

function factorOf(flag: string, factor: number | undefined): number | undefined {
  if (factor === undefined || (factor > 0 && factor <= FACTOR_MAX)) return factor;
  throw new RunnerError('RUNNER_USAGE', {
    what: `${flag} must be a number above 0, at most ${FACTOR_MAX.toLocaleString('en-US')}, got ${factor}`,
    fix: `Write a factor such as ${flag} 1000.`,
  });
}
