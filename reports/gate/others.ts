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
  /** Medians of the blocks of each side, in the metric's own unit; null if no block has a value. */
  readonly baseline: number | null;
  readonly candidate: number | null;
  /** Above 0 where the candidate's value is higher, be that good or bad. */
  readonly medianRatio: number | null;
  /** Of the median, by the percentile bootstrap over pairs, 95 %; null under ten pairs, for which it would be too narrow. */
  readonly lowRatio: number | null;
  readonly highRatio: number | null;
  /** Two-sided sign test, adjusted for all metrics of the table; null where it decides by itself. */
  readonly adjustedP: number | null;
  /** no value: in no pair both sides have one, so that nothing can be compared. */
  readonly finding: 'better' | 'worse' | 'no difference shown' | 'no value';
}

const BOOTSTRAP_PAIRS_MIN = 10;
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
    return { ...metric, ...difference, adjustedP, finding: findingOf(difference.pairs, adjustedP, worse) };
  });
}

function findingOf(pairs: number, adjustedP: number, worse: number): MetricDifference['finding'] {
  if (pairs === 0) return 'no value';
  if (adjustedP > SIGNIFICANT_P || worse === 0) return 'no difference shown';
  return worse > 0 ? 'worse' : 'better';
}

function measure(pairs: readonly GatePair[], metric: GatedMetric) {
  const ratios = logRatios(pairs, metric).filter((ratio) => ratio !== null);
  // logRatios count what is worse; the table shows what was measured.
  const measured = metric.isBetterHigher ? ratios.map((ratio) => -ratio) : ratios;
  const interval = measured.length < BOOTSTRAP_PAIRS_MIN ? undefined : percentileInterval(measured, medianOf);
  const { above, below, both } = signsOf(pairs, metric);
  return {
    pairs: both,
    baseline: sideMedian(pairs, metric, 'baseline'),
    candidate: sideMedian(pairs, metric, 'candidate'),
    medianRatio: ratios.length === 0 ? null : Math.expm1(medianOf(measured)),
    lowRatio: interval === undefined ? null : Math.expm1(interval.low),
    highRatio: interval === undefined ? null : Math.expm1(interval.high),
    p: signTestP(above, below),
    worse: above - below,
  };
}

/** Pairs in which the candidate is worse and better, of those that have both values. A rate of 0 has no ratio, and is worse. */
function signsOf(pairs: readonly GatePair[], { name, isBetterHigher }: GatedMetric) {
  const signs = pairs.flatMap(({ baseline, candidate }) => {
    const [a, b] = [baseline.values[name] ?? null, candidate.values[name] ?? null];
    return a === null || b === null ? [] : [Math.sign(isBetterHigher ? a - b : b - a)];
  });
  const above = signs.filter((sign) => sign > 0).length;
  const below = signs.filter((sign) => sign < 0).length;
  return { above, below, both: signs.length };
}

function sideMedian(pairs: readonly GatePair[], { name }: GatedMetric, side: 'baseline' | 'candidate'): number | null {
  const values = pairs.map((pair) => pair[side].values[name]).filter((value) => typeof value === 'number');
  return values.length === 0 ? null : medianOf(values);
}
