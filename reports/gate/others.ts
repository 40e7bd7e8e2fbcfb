import { percentileInterval } from '../statistics/bootstrap.ts';
import { holmAdjusted } from '../statistics/holm.ts';
import { medianOf } from '../statistics/moments.ts';
import { signTestP } from '../statistics/sign-test.ts';
import { type GatedMetric, type GatePair, logRatios } from './pairs.ts';

/** How one metric differs between the sides, over all pairs. Ratios of candidate over baseline less one, as measured: */
export interface MetricDifference {
  readonly name: string;
  readonly isBetterHigher: boolean;
  readonly pairs: number;
  /** Medians of the blocks of each side, in the metric's own unit; null without a pair that has both. */
  readonly baseline: number | null;
  readonly candidate: number | null;
  /** Above 0 where the candidate's value is higher, be that good or bad. */
  readonly medianRatio: number | null;
  /** Of the median, by the percentile bootstrap over pairs, 95 %; null under ten pairs, for which it would be too narrow. */
  readonly lowRatio: number | null;
  readonly highRatio: number | null;
  /** Two-sided sign test, adjusted for all metrics of the table; null where it decides by itself. */
  readonly adjustedP: number | null;
  readonly finding: 'better' | 'worse' | 'no difference shown';
}

const BOOTSTRAP_LEAST_PAIRS = 10;
const SIGNIFICANT_P = 0.05;

/**
 * The metrics that a gate shows and does not decide by. Some of a dozen metrics differ by chance in most comparisons of equals,
 * so their tests are adjusted (Holm) and none of them fails a gate alone.
 */
export function differencesOf(pairs: readonly GatePair[], metrics: readonly GatedMetric[]): MetricDifference[] {
  const measured = metrics.map((metric) => ({ metric, ...measure(pairs, metric) }));
  const adjusted = holmAdjusted(measured.map(({ p }) => p));
  return measured.map(({ metric, p: _, worse, ...difference }, index): MetricDifference => {
    const adjustedP = adjusted[index]!;
    const finding = adjustedP > SIGNIFICANT_P || worse === 0 ? 'no difference shown' : worse > 0 ? 'worse' : 'better';
    return { ...metric, ...difference, adjustedP, finding };
  });
}

function measure(pairs: readonly GatePair[], metric: GatedMetric) {
  const ratios = logRatios(pairs, metric).filter((ratio) => ratio !== null);
  if (ratios.length === 0) {
    return {
      pairs: 0,
      baseline: null,
      candidate: null,
      medianRatio: null,
      lowRatio: null,
      highRatio: null,
      p: 1,
      worse: 0,
    };
  }
  const side = (of: 'baseline' | 'candidate') =>
    medianOf(pairs.map((pair) => pair[of].values[metric.name]).filter((value) => typeof value === 'number'));
  // logRatios count what is worse; the table shows what was measured.
  const measured = metric.isBetterHigher ? ratios.map((ratio) => -ratio) : ratios;
  const interval = measured.length < BOOTSTRAP_LEAST_PAIRS ? undefined : percentileInterval(measured, medianOf);
  const above = ratios.filter((ratio) => ratio > 0).length;
  const below = ratios.filter((ratio) => ratio < 0).length;
  return {
    pairs: ratios.length,
    baseline: side('baseline'),
    candidate: side('candidate'),
    medianRatio: Math.expm1(medianOf(measured)),
    lowRatio: interval === undefined ? null : Math.expm1(interval.low),
    highRatio: interval === undefined ? null : Math.expm1(interval.high),
    p: signTestP(above, below),
    worse: above - below,
  };
}
