import { Histogram } from '../../reports/histogram/histogram.ts';
import type { IntervalCell, Result } from '../../reports/result/result.ts';
import { lag1Autocorrelation } from '../../reports/statistics/autocorrelation.ts';
import type { QuantileRow } from '../../workloads/profile-schema.ts';
import { MEASURED_PHASE } from './calibration-scenario.ts';

/** Latencies of one kind in one run, in total and by second. */
export interface DelaySample {
  readonly whole: Histogram;
  readonly seconds: readonly Histogram[];
}

export const PUT = 'put';

/** Minimum latencies of a second with a meaningful median. */
const SECOND_COUNT_MIN = 5;
const SECONDS_MIN = 10;
/**
 * From this autocorrelation up, seconds depend on each other, and the twin repeats whole seconds. Source: practice of block
 * resampling.
 */
export const LAG1_OF_BLOCKS = 0.1;

/**
 * @param kind `put`, or the name of a consumer; latencies start at the hand-over, which excludes lateness of the generator.
 */
export function delaySampleOf({ cells, series }: Result, kind: string): DelaySample {
  const whole = Histogram.sumOf(
    cells.filter((cell) => cell.phase === MEASURED_PHASE).flatMap((cell) => histogramOf(cell, kind)),
  );
  const seconds = series
    .map(({ cells: own }) => Histogram.sumOf(own.flatMap((cell) => histogramOf(cell, kind))))
    .filter(({ count }) => count >= SECOND_COUNT_MIN);
  return { whole, seconds };
}

function histogramOf(cell: IntervalCell, kind: string): Histogram[] {
  if (cell.phase !== MEASURED_PHASE) return [];
  if (cell.kind === 'producer') return kind === PUT ? [cell.histograms.ackLatency] : [];
  return cell.consumer === kind ? [cell.histograms.uncorrected] : [];
}

/** Returns the lag-1 autocorrelation of the medians of seconds; null if there are too few seconds. */
export function lag1Of({ seconds }: DelaySample): number | null {
  if (seconds.length < SECONDS_MIN) return null;
  return lag1Autocorrelation(seconds.map((second) => second.percentileNs(50)));
}

const POINTS = 1000;
const BLOCK_POINTS = 20;
/** Minimum latencies for a separate point of the tail. */
const TAIL_COUNT = 20_000;

export const quantileRows = (histogram: Histogram): QuantileRow[] =>
  rowsAt(histogram, [...pointsOf(POINTS), ...(histogram.count >= TAIL_COUNT ? [0.9999] : []), 1]);

export const blockRows = (histogram: Histogram): QuantileRow[] =>
  rowsAt(histogram, [...pointsOf(BLOCK_POINTS), 0.99, 1]);

const pointsOf = (count: number): number[] => Array.from({ length: count }, (_, i) => i / count);

function rowsAt(histogram: Histogram, ps: readonly number[]): QuantileRow[] {
  return ps.map((p) => ({ p, ms: rounded(histogram.percentileNs(p * 100) / 1e6) }));
}

/** Rounds to six digits; a histogram is precise to 0.1%. */
export const rounded = (ms: number): number => Number(ms.toPrecision(6));
