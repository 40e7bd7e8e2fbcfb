import type { KeyWeight, KeyWeights } from '../../../simulation/load.ts';
import { hashRatioOf, hexOf } from '../../../sketch/heavy-keys.ts';
import { type HashPoint, shardShares } from '../../../sketch/shard-shares.ts';
import { copiedHashRatio } from './copies.ts';
import type { TraceKeys } from './trace-keys.ts';

/** Keys that a plan may name. */
const HEAVIEST_MAX = 1000;
/** Hash keys of copies that are made one by one; with more copies of more keys, those of the lightest keys count as even. */
const COPIED_KEYS_MAX = 5_000_000;

export interface WeightOptions {
  readonly totalBytes: number;
  readonly totalRecords: number;
  readonly scale: number;
  readonly copyKeys: 'same' | 'new';
  readonly seed: number;
}

/** The weights of a trace's keys. Exact if every key is known; else the keys that are not counted one by one lie in 65,536 bins. */
export function traceWeights(keys: TraceKeys, options: WeightOptions): KeyWeights {
  const { totalRecords, totalBytes, scale, copyKeys } = options;
  const split = keys.split();
  const copies = copyKeys === 'new' ? Math.max(1, scale) : 1;
  const heaviest = split.keys.slice(0, HEAVIEST_MAX).map(({ hash, records, meanBytes, name }): KeyWeight => {
    const recordShare = records / totalRecords / copies;
    const byteShare = (records * meanBytes) / totalBytes / copies;
    return { name: name ?? hexOf(hash), hashRatio: hashRatioOf(hash), recordShare, byteShare };
  });
  const points = (weight: (key: { readonly records: number; readonly meanBytes: number }) => number): HashPoint[] =>
    split.keys.map((key) => ({ hashRatio: hashRatioOf(key.hash), weight: weight(key) }));
  const recordPoints = points(({ records }) => records);
  const bytePoints = points(({ records, meanBytes }) => records * meanBytes);
  const shares = (bins: Float64Array, originals: readonly HashPoint[]) => {
    const spread = copies > 1 ? withCopies(bins, originals, copies, options.seed) : { bins, points: originals };
    return remembered((shardCount) => shardShares(spread.bins, spread.points, shardCount));
  };
  return {
    heaviest,
    distinctKeys: Math.round(keys.distinctKeys * copies),
    recordShares: shares(split.binRecords, recordPoints),
    byteShares: shares(split.binBytes, bytePoints),
  };
}

/** Each key's weight over itself and its copies. Copies of keys in bins, and of too many keys, are even over all hash keys. */
export function withCopies(
  bins: Float64Array,
  points: readonly HashPoint[],
  copies: number,
  seed: number,
): { readonly bins: Float64Array; readonly points: readonly HashPoint[] } {
  const spread = bins.map((weight) => weight / copies);
  let even = 0;
  for (const weight of bins) even += weight - weight / copies;
  const whole = Math.ceil(copies);
  const copiedPoints = Math.floor(COPIED_KEYS_MAX / whole);
  for (const [i, { hashRatio, weight }] of points.entries()) {
    if (i >= copiedPoints) even += weight - weight / copies;
    else {
      for (let copy = 1; copy < whole; copy += 1) {
        // The last copy may be a part of one.
        const part = Math.min(1, copies - copy) / copies;
        spread[Math.floor(copiedHashRatio(hashRatio, copy, seed) * bins.length)]! += weight * part;
      }
    }
  }
  return {
    bins: spread.map((weight) => weight + even / bins.length),
    points: points.map(({ hashRatio, weight }) => ({ hashRatio, weight: weight / copies })),
  };
}

/** Caches the shares, because a plan needs those of one shard count several times. */
function remembered(compute: (shardCount: number) => Float64Array): (shardCount: number) => Float64Array {
  const known = new Map<number, Float64Array>();
  return (shardCount) => {
    let shares = known.get(shardCount);
    if (shares === undefined) {
      if (!Number.isInteger(shardCount) || shardCount < 1 || shardCount > 65_536) {
        throw new RangeError(`shardCount=${shardCount} is not a whole number from 1 to 65,536`);
      }
      shares = compute(shardCount);
      known.set(shardCount, shares);
    }
    return shares.slice();
  };
}
