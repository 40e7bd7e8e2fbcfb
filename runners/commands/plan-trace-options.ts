import { parseDurationNs } from '../../workloads/units.ts';
import { runnerError } from '../errors.ts';
import type { TraceLoadOptions } from '../plan/input/trace/trace-options.ts';
import { type TraceReadFlags, traceReadOptions } from './trace-read-options.ts';

/** Options about a recorded load, as they were written. */
export interface PlanTraceOptions extends TraceReadFlags {
  readonly scale?: number | undefined;
  readonly speed?: number | undefined;
  readonly 'copy-keys'?: TraceLoadOptions['copyKeys'];
}

/** @throws RunnerError RUNNER_USAGE */
export function traceOptionsOf(
  options: PlanTraceOptions,
  onProgress: NonNullable<TraceLoadOptions['onProgress']>,
): Omit<TraceLoadOptions, 'consumers' | 'producers' | 'seed'> {
  return {
    ...traceReadOptions(options),
    scale: factorOf('--scale', options.scale),
    speed: factorOf('--speed', options.speed),
    copyKeys: options['copy-keys'],
    onProgress,
  };
}

/** @throws RunnerError RUNNER_USAGE unless the text is a duration above 0; days are accepted too, such as 14d. */
export function durationOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const days = /^(\d+(?:\.\d+)?)\s*d$/u.exec(text)?.[1];
  const quantity = parseDurationNs(days === undefined ? text : `${24 * Number(days)}h`);
  if (quantity.kind === 'value' && quantity.value > 0) return quantity.value;
  throw runnerError('RUNNER_USAGE', {
    what: `${flag} must be a duration above 0, got "${text}"`,
    fix: 'Write a duration such as 5m, 6h or 14d.',
  });
}

const FACTOR_MAX = 1e9;

function factorOf(flag: string, factor: number | undefined): number | undefined {
  if (factor === undefined || (factor > 0 && factor <= FACTOR_MAX)) return factor;
  throw runnerError('RUNNER_USAGE', {
    what: `${flag} must be a number above 0, at most ${FACTOR_MAX.toLocaleString('en-US')}, got ${factor}`,
    fix: `Write a factor such as ${flag} 1000.`,
  });
}
