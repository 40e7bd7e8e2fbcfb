import { Histogram } from '../histogram/histogram.ts';
import { type RatioEquivalence, ratioEquivalence } from '../statistics/equivalence.ts';
import { type HistogramDistance, wassersteinOf } from '../statistics/wasserstein.ts';

/** Kinds of compared latencies, from the hand-over of a call or record. */
export const CHECKED_KINDS = ['put', 'fan-out', 'polling'] as const;
export type CheckedKind = (typeof CHECKED_KINDS)[number];

/** Latencies of one valid run; a kind that the run has none of is absent. */
export type CheckedRun = Readonly<Partial<Record<CheckedKind, Histogram>>>;

export interface TwinRuns {
  readonly target: readonly CheckedRun[];
  readonly twin: readonly CheckedRun[];
  /** Runs that were not about their side, and the codes of their reasons. */
  readonly invalidRuns: number;
  readonly invalidCodes?: readonly string[];
}

interface QuantileCheck extends RatioEquivalence {
  readonly percentile: number;
  readonly targetNs: number;
  readonly twinNs: number;
  readonly margin: { readonly lower: number; readonly upper: number };
}

export interface KindCheck {
  readonly kind: CheckedKind;
  readonly distance: HistogramDistance;
  readonly distanceVerdict: RatioEquivalence['verdict'];
  readonly quantiles: readonly QuantileCheck[];
}

export type TwinVerdict = 'equivalent' | 'different' | 'inconclusive' | 'invalid';

export interface TwinCheck {
  readonly verdict: TwinVerdict;
  readonly pairs: number;
  readonly invalidRuns: number;
  readonly invalidCodes: readonly string[];
  readonly kinds: readonly KindCheck[];
}

/** Runs of a side below which no interval is worth anything. */
export const CHECK_RUNS_MIN = 3;
/** With more distance than that over the mean, the profile must be measured again. Source: practice of calibrated twins. */
export const DISTANCE_MAX_RATIO = 0.1;

/** Ratios of quantiles that count as equal; a tail is known less well. */
const QUANTILES = [
  { percentile: 50, margin: { lower: 0.9, upper: 1.1 } },
  { percentile: 90, margin: { lower: 0.9, upper: 1.1 } },
  { percentile: 99, margin: { lower: 0.8, upper: 1.25 } },
] as const;
/** Latencies above a percentile that a run needs for it. */
const BEYOND_MIN = 10;

/** Judges a twin by the latencies of several runs of it and its target under the same load. */
export function checkTwin({ target, twin, invalidRuns, invalidCodes = [] }: TwinRuns): TwinCheck {
  const pairs = Math.min(target.length, twin.length);
  const kinds = pairs < CHECK_RUNS_MIN ? [] : CHECKED_KINDS.flatMap((kind) => checkKind(kind, target, twin));
  return { verdict: verdictOf(kinds), pairs, invalidRuns, invalidCodes, kinds };
}

function verdictOf(kinds: readonly KindCheck[]): TwinVerdict {
  if (kinds.length === 0) return 'invalid';
  const all = kinds.flatMap(({ distanceVerdict, quantiles }) => [
    distanceVerdict,
    ...quantiles.map(({ verdict }) => verdict),
  ]);
  if (all.includes('different')) return 'different';
  return all.includes('open') ? 'inconclusive' : 'equivalent';
}

function checkKind(kind: CheckedKind, target: readonly CheckedRun[], twin: readonly CheckedRun[]): KindCheck[] {
  const [ofTarget, ofTwin] = [target, twin].map((runs) =>
    runs.flatMap((run) => run[kind] ?? []).filter(({ count }) => count > 0),
  ) as [Histogram[], Histogram[]];
  if (ofTarget.length < CHECK_RUNS_MIN || ofTwin.length < CHECK_RUNS_MIN) return [];
  const distance = wassersteinOf(Histogram.sumOf(ofTarget), Histogram.sumOf(ofTwin));
  if (distance === null) return [];
  const quantiles = QUANTILES.filter(({ percentile }) => isKnown(percentile, [...ofTarget, ...ofTwin])).map(
    ({ percentile, margin }): QuantileCheck => {
      const valuesOf = (runs: readonly Histogram[]) => runs.map((run) => Math.max(1, run.percentileNs(percentile)));
      const [targetValues, twinValues] = [valuesOf(ofTarget), valuesOf(ofTwin)];
      const equivalence = ratioEquivalence(targetValues, twinValues, margin);
      return { percentile, targetNs: mid(targetValues), twinNs: mid(twinValues), margin, ...equivalence };
    },
  );
  return [{ kind, distance, distanceVerdict: distanceVerdictOf(distance, ofTarget, ofTwin), quantiles }];
}

const isKnown = (percentile: number, runs: readonly Histogram[]): boolean =>
  runs.every(({ count }) => count * (1 - percentile / 100) >= BEYOND_MIN);

/** Geometric, as the ratios are. */
const mid = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/** A distance that single pairs of runs do not all exceed may be chance. */
function distanceVerdictOf(
  { overMeanRatio }: HistogramDistance,
  target: readonly Histogram[],
  twin: readonly Histogram[],
): RatioEquivalence['verdict'] {
  if ((overMeanRatio ?? 0) <= DISTANCE_MAX_RATIO) return 'equivalent';
  const isFar = (run: Histogram, index: number) => {
    const other = twin[index];
    return other === undefined || (wassersteinOf(run, other)?.overMeanRatio ?? 0) > DISTANCE_MAX_RATIO;
  };
  return target.every(isFar) ? 'different' : 'open';
}
