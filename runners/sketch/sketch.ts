import type { Histogram } from '../../reports/histogram/histogram.ts';
import type { DistinctKeys } from './distinct-keys.ts';

/** Even hash ranges that a sketch counts over its whole time, and in each step. */
export const SKETCH_RANGES = 4096;
export const STEP_RANGES = 64;
/** Keys that a new sketch lists. A merged one lists those of all its parts. */
export const LISTED_KEYS_MAX = 1024;
/** A day of seconds, and some more. */
export const STEPS_MAX = 100_000;

/**
 * A key sketch: when how much was written to which part of the hash keys, which keys have most records, and how large records are. All
 * counts are whole numbers and all parts are sums or maxima, so sketches of parts of a load merge exactly, in any order and grouping.
 */
export interface KeySketch {
  /** Names of the sketched parts, sorted. */
  readonly sources: readonly string[];
  readonly stepSeconds: number;
  /** Seconds since 1970 (UTC) of the first step, a multiple of `stepSeconds`. */
  readonly startSeconds: number;
  /** At least 1; the first and the last step have a record. */
  readonly steps: number;
  /** Records and bytes of partition key and data by step and by 1/64 of the hash keys: `step * STEP_RANGES + range`. */
  readonly recordsByStep: Float64Array;
  readonly bytesByStep: Float64Array;
  /** The same over all steps by 1/4,096 of the hash keys. */
  readonly recordsByRange: Float64Array;
  readonly bytesByRange: Float64Array;
  /** Heaviest first; equal ones by their hash. */
  readonly keys: readonly SketchKey[];
  /** The most records that a key outside of `keys` can have. 0: `keys` has every key. */
  readonly unlistedRecordsMax: number;
  readonly distinct: DistinctKeys;
  /** Bytes of partition keys, one for each record; empty if the input had hashes only. */
  readonly keySizes: Histogram;
  readonly dataSizes: Histogram;
}

export interface SketchKey {
  /** MD5 of the key, 32 hexadecimal digits. */
  readonly md5: string;
  /** The key itself, only if the user requested it. */
  readonly key?: string;
  /** The true count is from `recordsMin` to `recordsMax`. */
  readonly recordsMin: number;
  readonly recordsMax: number;
  /** Records of the key that were weighed, and their bytes: the quotient is its mean size. */
  readonly weighedRecords: number;
  readonly weighedBytes: number;
}

export const recordsOf = ({ recordsByRange }: KeySketch): number => sumOf(recordsByRange);
export const bytesOf = ({ bytesByRange }: KeySketch): number => sumOf(bytesByRange);

/** Heaviest first. Each key occurs once, so the order is total. */
export function bySketchOrder(a: SketchKey, b: SketchKey): number {
  return b.recordsMin - a.recordsMin || (a.md5 < b.md5 ? -1 : 1);
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
