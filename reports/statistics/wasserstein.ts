import type { Histogram } from '../histogram/histogram.ts';
import { slotMedianNs } from '../histogram/slots.ts';

export interface HistogramDistance {
  readonly distanceNs: number;
  /** Over the mean of the first: 0.1 means that, on average, a value is moved by a tenth of it. null when that is 0. */
  readonly overMeanRatio: number | null;
  /** Distance of the values' natural logarithms, which a long tail does not dominate: ln of the typical factor. */
  readonly logDistance: number;
}

/** From two histograms: every value counts as the middle of its slot. @returns null when one of them is empty. */
export function wassersteinOf(a: Histogram, b: Histogram): HistogramDistance | null {
  if (a.count === 0 || b.count === 0) return null;
  const [massesA, massesB] = [slotMasses(a), slotMasses(b)];
  const distanceNs = areaBetween(massesA, massesB, (ns) => ns);
  const { meanNs } = a;
  return {
    distanceNs,
    overMeanRatio: meanNs > 0 ? distanceNs / meanNs : null,
    // Less than a nanosecond has no logarithm, and means the same as one.
    logDistance: areaBetween(massesA, massesB, (ns) => Math.log(Math.max(1, ns))),
  };
}

type Mass = readonly [value: number, weight: number];

function slotMasses(histogram: Histogram): Mass[] {
  const masses: Mass[] = [];
  histogram.forEachSlot((slot, count) => masses.push([slotMedianNs(slot), count]));
  return masses;
}

/** Walks both lists, ascending, edge by edge: between two edges neither cumulative function changes. */
function areaBetween(a: readonly Mass[], b: readonly Mass[], scale: (value: number) => number): number {
  const totalA = a.reduce((sum, [, weight]) => sum + weight, 0);
  const totalB = b.reduce((sum, [, weight]) => sum + weight, 0);
  if (!(totalA > 0 && totalB > 0)) return Number.NaN;
  let [indexA, indexB, sumA, sumB, area] = [0, 0, 0, 0, 0];
  let edge = Math.min(a[0]![0], b[0]![0]);
  while (indexA < a.length || indexB < b.length) {
    const next = Math.min(a[indexA]?.[0] ?? Number.POSITIVE_INFINITY, b[indexB]?.[0] ?? Number.POSITIVE_INFINITY);
    area += Math.abs(sumA / totalA - sumB / totalB) * (scale(next) - scale(edge));
    edge = next;
    for (; indexA < a.length && a[indexA]![0] <= edge; indexA++) sumA += a[indexA]![1];
    for (; indexB < b.length && b[indexB]![0] <= edge; indexB++) sumB += b[indexB]![1];
  }
  return area;
}
