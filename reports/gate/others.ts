import { percentileInterval } from '../statistics/bootstrap.ts';
import { holmAdjusted } from '../statistics/holm.ts';
import { medianOf } from '../statistics/moments.ts';
import { signTestP } from '../statistics/sign-test.ts';
import { type GatedMetric, type GatePair, logRatios } from './pairs.ts';

/** Difference of one metric between the sides, over all pairs. Ratios are candidate / baseline - 1. */
export interface MetricDifference {
  readonly name: string;
  readonly isBetterHigher: boolean;
  readonly pairs: number;
  /** Median of the baseline's blocks, in the unit of the metric; null if no block has a value. */
  readonly baseline: number | null;
  /** The same of the candidate. */
  readonly candidate: number | null;
  /** Above 0 if the value of the candidate is higher, which may be better or worse. */
  readonly medianRatio: number | null;
  /**
   * Lower end of the 95 % interval of the median, by the percentile bootstrap over pairs; null below ten pairs, because it
   * would be too narrow.
   */
  readonly lowRatio: number | null;
  /** Upper end of that interval. */
  readonly highRatio: number | null;
  /** p of the two-sided sign test, adjusted for the number of metrics; null for the metric that decides. */
  readonly adjustedP: number | null;
  /** no value: no pair has a value of both sides, so that a comparison is impossible. */
  readonly finding: 'better' | 'worse' | 'no difference shown' | 'no value';
}

const BOOTSTRAP_PAIRS_MIN = 10;
const SIGNIFICANT_P = 0.05;

/**
 * Compares the metrics that a gate shows and that do not decide. In most comparisons of equal sides, some of a dozen metrics
 * differ by chance. So their tests are adjusted (Holm), and none of them fails a gate.
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
  // The sign of logRatios is positive for a worse candidate; the table shows the sign of the measured change.
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

/**
 * Counts pairs in which the candidate is worse or better, among those with both values. A rate of 0 has no ratio, but counts as
 * worse.
 */
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
