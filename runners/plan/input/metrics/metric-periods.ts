import { type RunnerError, runnerError } from '../../../errors.ts';
import type { MetricSeries } from './metric-series.ts';

export interface Period {
  readonly periodMs: number;
  /** The first timestamp, and the end of the last period. */
  readonly startMs: number;
  readonly endMs: number;
  /** Periods in which the first series has no value. */
  readonly gaps: number;
}

const MINUTE_MS = 60_000;

/**
 * The length of the periods that values are sums over, from their timestamps: the responses do not have it. All series must agree.
 * @param series at least one, those that have a value in every period with traffic first.
 * @param givenMs the length, if the user knows it.
 * @throws RunnerError RUNNER_METRICS_MIXED
 */
export function periodOf(series: readonly MetricSeries[], givenMs: number | undefined, where: string): Period {
  const times = [...new Set(series.flatMap(({ timesMs }) => timesMs))].sort((a, b) => a - b);
  const startMs = times[0]!;
  const periodMs = givenMs ?? smallestGap(times, where);
  for (const timeMs of times) {
    if ((timeMs - startMs) % periodMs === 0) continue;
    throw mixed(
      where,
      `the value at ${new Date(timeMs).toISOString()} does not lie on the periods of ${seconds(periodMs)} that begin at ${new Date(startMs).toISOString()}`,
    );
  }
  for (const { name, timesMs } of series) {
    const own = timesMs.length < 3 ? periodMs : smallestGap(timesMs, where);
    if (own === periodMs) continue;
    throw mixed(where, `${name} has a value each ${seconds(own)}, and other metrics each ${seconds(periodMs)}`);
  }
  const endMs = times.at(-1)! + periodMs;
  return { periodMs, startMs, endMs, gaps: Math.round((endMs - startMs) / periodMs) - series[0]!.timesMs.length };
}

function smallestGap(times: readonly number[], where: string): number {
  if (times.length < 2) {
    throw runnerError('RUNNER_METRICS_MISSING', {
      what: 'the metrics have one value only, so the length of its period is not known',
      where,
      fix: 'Get a longer time, such as a day, or set --period 1m.',
    });
  }
  let smallest = Number.POSITIVE_INFINITY;
  for (let i = 1; i < times.length; i += 1) smallest = Math.min(smallest, times[i]! - times[i - 1]!);
  return smallest;
}

function mixed(where: string, what: string): RunnerError {
  return runnerError('RUNNER_METRICS_MIXED', {
    what,
    where,
    fix: 'Get all metrics with the same --period in one call of get-metric-data.',
  });
}

const seconds = (ms: number): string => (ms % MINUTE_MS === 0 ? `${ms / MINUTE_MS} min` : `${ms / 1000} s`);

/** The values of a series by period; 0 where it has none, because Kinesis reports no value without traffic. */
export function byPeriod({ timesMs, values }: MetricSeries, { periodMs, startMs, endMs }: Period): Float64Array {
  const column = new Float64Array(Math.round((endMs - startMs) / periodMs));
  for (const [i, timeMs] of timesMs.entries()) column[Math.round((timeMs - startMs) / periodMs)]! += values[i]!;
  return column;
}
