import type { Histogram } from '../histogram/histogram.ts';
import { CLASS_COUNT, classHighestNs, classLowestNs, classOfSlot } from '../histogram/latency-classes.ts';

/**
 * The parts of put-to-get by its length: columns with one entry for each latency class that has records, ascending.
 *
 *   intended                    handed over for the last time         received
 *      |-- before: waiting in a batch, --|-- after: in the stream ------|
 *      |   throttling, retries           |                              |
 *
 * A consumer knows both of every record, so that parts and whole are of the same records, which no two histograms are.
 * Times are sums of whole nanoseconds: exact, and so the same in whatever order they are added up, up to 2^53 ns (104 days of
 * waiting in one class of one cell). Beyond that every addition rounds in the 16th digit, and merges may differ there.
 */
export interface Composition {
  /** The class's lowest put-to-get. */
  readonly fromNs: readonly number[];
  readonly count: readonly number[];
  readonly putToGetNs: readonly number[];
  /** The part of it after the last hand-over. */
  readonly afterNs: readonly number[];
}

/** The parts of put-to-get: for all records, and for those near a percentile; null if these are too few. */
export interface CompositionSummary {
  readonly all: ComposedRecords;
  readonly p50: RecordsAbout | null;
  readonly p99: RecordsAbout | null;
}

/** Means of the same records: putToGetNs is beforeNs and afterNs, which meet at the last hand-over. */
export interface ComposedRecords {
  readonly count: number;
  readonly putToGetNs: number;
  readonly beforeNs: number;
  readonly afterNs: number;
}

export interface RecordsAbout extends ComposedRecords {
  /** The put-to-get of each lies within, bounds included. */
  readonly fromNs: number;
  readonly toNs: number;
}

/** In a recorder, by class: put-to-get and the part after the hand-over. The count is in the histogram. */
export const CLASS_SUMS = 2;

/** Sums that were rounded on the way may leave the bounds of what was added up by this much. */
const ROUNDING_RATIO = 1e-9;

/** @param sums by class, CLASS_SUMS each, of the same records. */
export function compositionOf(putToGet: Histogram, sums: ArrayLike<number>): Composition {
  const counts = countsByClass(putToGet);
  const used = [...counts.keys()].filter((latencyClass) => counts[latencyClass] !== 0);
  return {
    fromNs: used.map(classLowestNs),
    count: used.map((latencyClass) => counts[latencyClass]!),
    putToGetNs: used.map((latencyClass) => sums[latencyClass * CLASS_SUMS]!),
    afterNs: used.map((latencyClass) => sums[latencyClass * CLASS_SUMS + 1]!),
  };
}

/** @returns undefined when one of them is: a sum over some of the records would pass for one over all. */
export function sumOfCompositions(all: readonly (Composition | undefined)[]): Composition | undefined {
  const sums = new Map<number, { count: number; putToGetNs: number; afterNs: number }>();
  for (const one of all) {
    if (one === undefined) return undefined;
    for (const [place, fromNs] of one.fromNs.entries()) {
      const sum = sums.get(fromNs) ?? { count: 0, putToGetNs: 0, afterNs: 0 };
      sums.set(fromNs, sum);
      sum.count += one.count[place]!;
      sum.putToGetNs += one.putToGetNs[place]!;
      sum.afterNs += one.afterNs[place]!;
    }
  }
  const classes = [...sums].sort(([a], [b]) => a - b);
  return {
    fromNs: classes.map(([fromNs]) => fromNs),
    count: classes.map(([, { count }]) => count),
    putToGetNs: classes.map(([, { putToGetNs }]) => putToGetNs),
    afterNs: classes.map(([, { afterNs }]) => afterNs),
  };
}

/**
 * That a composition is one of the records in `putToGet`: the same number in each class, no sum that these cannot have.
 * @returns what is wrong, as `stored, should be`; undefined when nothing is.
 */
export function compositionProblem(composition: Composition, putToGet: Histogram): string | undefined {
  const counts = countsByClass(putToGet);
  const used = [...counts.keys()].filter((latencyClass) => counts[latencyClass] !== 0);
  const { fromNs } = composition;
  if (fromNs.length !== used.length) return `has ${fromNs.length} classes, and put-to-get has ${used.length}`;
  for (const [place, latencyClass] of used.entries()) {
    const [from, count] = [classLowestNs(latencyClass), counts[latencyClass]!];
    const at = (name: keyof Composition) => composition[name][place]!;
    if (at('fromNs') !== from) return `has a class from ${at('fromNs')} ns, and put-to-get one from ${from} ns`;
    if (at('count') !== count) return `has ${at('count')} records from ${from} ns, and put-to-get ${count}`;
    const most = count * classHighestNs(latencyClass) * (1 + ROUNDING_RATIO);
    const least = count * from * (1 - ROUNDING_RATIO);
    if (at('putToGetNs') < least || at('putToGetNs') > most) {
      return `has ${at('putToGetNs')} ns for ${count} records from ${from} ns`;
    }
    if (at('afterNs') > at('putToGetNs')) return `has ${at('afterNs')} ns after of ${at('putToGetNs')} ns in all`;
  }
  return undefined;
}

function countsByClass(histogram: Histogram): Float64Array {
  const counts = new Float64Array(CLASS_COUNT);
  histogram.forEachSlot((slot, count) => {
    counts[classOfSlot(slot)]! += count;
  });
  return counts;
}
