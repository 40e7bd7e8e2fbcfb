import { twoSidedT } from './distributions.ts';
import { PairDistances } from './e-divisive.ts';

/**
 * Lasting changes of level in a series of results, one value a result.
 * Sources: Fleming et al., "Hunter: Using Change Point Detection to Hunt for Performance Regressions", ICPE 2023, and its
 * successor Apache Otava: E-divisive picks the places in windows that overlap by half, Student's
 * t-test decides (with the standard deviations of the population, as both programs do), first at a weaker p; then the weakest
 * points are removed one by one until all that remain hold at `pValue`, between their neighbours. Otava does not
 * judge a removed point's left neighbour again; here both are, as in the paper, which leaves somewhat fewer false alarms.
 *
 * A change needs four to five values on its later side before it can be distinguished from noise.
 */
export interface ChangePointOptions {
  /** Values in a window. */
  readonly windowLength: number;
  /** Probability, 0 to 1, below which a difference is not chance. */
  readonly pValue: number;
  /** Smaller relative changes are no change points; 0.05 is 5 %. */
  readonly minMagnitudeRatio: number;
}

export const CHANGE_POINT_DEFAULTS: ChangePointOptions = { windowLength: 50, pValue: 0.001, minMagnitudeRatio: 0 };

export interface ChangePoint {
  /** First value of the new level. */
  readonly index: number;
  /** Means from the change point before to this one, and from this one to the next. */
  readonly before: number;
  readonly after: number;
  readonly pValue: number;
}

/** The greater of the relative changes there and back: 10 to 5 is 100 %, as 5 to 10. From or to 0 it is 100 %. */
export function magnitudeRatio({ before, after }: Pick<ChangePoint, 'before' | 'after'>): number {
  const change = (from: number, to: number) => (from === 0 ? 0 : Math.abs(to / from - 1));
  return Math.max(change(before, after), change(after, before));
}

/** @returns by index. Values must be finite. */
export function findChangePoints(
  values: readonly number[],
  options: Partial<ChangePointOptions> = {},
): readonly ChangePoint[] {
  const { windowLength, pValue, minMagnitudeRatio } = { ...CHANGE_POINT_DEFAULTS, ...options };
  const weak = weakIndices(values, windowLength, firstPassP(pValue));
  return strongest(values, weak, pValue, minMagnitudeRatio);
}

/** Hunter's: weak points are looked at again between their neighbours, so it is enough that no true one is missed. */
function firstPassP(pValue: number): number {
  if (pValue < 0.05) return 10 * pValue;
  return pValue < 0.5 ? 2 * pValue : pValue;
}

function weakIndices(values: readonly number[], windowLength: number, pValue: number): number[] {
  const step = Math.max(1, Math.floor(windowLength / 2));
  const found = new Set<number>();
  let start = 0;
  while (start < values.length) {
    const window = values.slice(start, start + windowLength);
    const indices = divide(window, pValue).map((index) => start + index);
    for (const index of indices) found.add(index);
    // The next window begins at the last change, or half a window on where that lies further.
    start = Math.max(indices.at(-1) ?? 0, start + step);
  }
  return [...found].sort((left, right) => left - right);
}

/** E-divisive: the best split of all pieces is tried, and its pieces are split further, until a split may be chance. */
function divide(window: readonly number[], pValue: number): number[] {
  const distances = new PairDistances(window);
  const indices: number[] = [];
  for (;;) {
    const edges = [0, ...indices, window.length];
    let best: { index: number; q: number; start: number; end: number } | undefined;
    for (const [piece, start] of edges.slice(0, -1).entries()) {
      const end = edges[piece + 1]!;
      const split = distances.bestSplit(start, end);
      if (split !== undefined && (best === undefined || split.q > best.q)) best = { ...split, start, end };
    }
    if (best === undefined || !(pOfSplit(window, best.start, best.index, best.end).pValue <= pValue)) return indices;
    indices.push(best.index);
    indices.sort((left, right) => left - right);
  }
}

/** Hunter's merge: the least certain point goes first, then the smallest; its neighbours are judged again without it. */
function strongest(
  values: readonly number[],
  indices: readonly number[],
  pValue: number,
  minMagnitudeRatio: number,
): readonly ChangePoint[] {
  const left = [...indices];
  for (;;) {
    const points = left.map((index, at) => pOfSplit(values, left[at - 1] ?? 0, index, left[at + 1] ?? values.length));
    const leastCertain = largestBy(points, (point) => point.pValue);
    if (leastCertain === undefined) return [];
    let weakest = leastCertain;
    if (leastCertain.pValue < pValue) {
      weakest = largestBy(points, (point) => -magnitudeRatio(point))!;
      if (magnitudeRatio(weakest) > minMagnitudeRatio) return points;
    }
    left.splice(left.indexOf(weakest.index), 1);
  }
}

function largestBy<T>(items: readonly T[], size: (item: T) => number): T | undefined {
  return items.reduce<T | undefined>(
    (best, item) => (best === undefined || size(item) > size(best) ? item : best),
    undefined,
  );
}

/** values[start..index) against values[index..end). */
function pOfSplit(values: readonly number[], start: number, index: number, end: number): ChangePoint {
  const left = sampleOf(values.slice(start, index));
  const right = sampleOf(values.slice(index, end));
  return { index, before: left.mean, after: right.mean, pValue: pooledTTest(left, right) };
}

/** Statistics of some values that the t-test needs. */
export interface Sample {
  readonly count: number;
  readonly mean: number;
  /** Standard deviation of the population: the sum of squares is divided by count, not by count - 1. */
  readonly deviation: number;
}

export function sampleOf(values: readonly number[]): Sample {
  const count = values.length;
  if (count === 0) return { count, mean: 0, deviation: 0 };
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count, mean, deviation: Math.sqrt(squares / count) };
}

/** Means of the same values taken in another order differ by this much, relatively, and no more. */
const ROUNDING_RATIO = 1e-12;

/**
 * Student's two-sided t-test of two samples with one variance, fed with standard deviations of the population as Hunter and
 * Otava feed it: p is somewhat too small for few values, and their published thresholds are made for it.
 * @returns P(a difference like this by chance), 1 where nothing differs or fewer than three values are there.
 */
export function pooledTTest(left: Sample, right: Sample): number {
  const degrees = left.count + right.count - 2;
  if (degrees < 1 || left.count === 0 || right.count === 0) return 1;
  const difference = Math.abs(right.mean - left.mean);
  const rounding = ROUNDING_RATIO * Math.max(Math.abs(left.mean), Math.abs(right.mean));
  if (difference <= rounding) return 1;
  const variance = ((left.count - 1) * left.deviation ** 2 + (right.count - 1) * right.deviation ** 2) / degrees;
  if (variance <= rounding ** 2) return 0;
  return twoSidedT(difference / Math.sqrt(variance * (1 / left.count + 1 / right.count)), degrees);
}
