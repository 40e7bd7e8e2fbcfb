import { shardOfRatio } from './hash-ratio.ts';
import type { KeyWeight, KeyWeights } from './load.ts';

/** Keys of a load in columns: key k has `hashRatios[k]`, and the weights in records and bytes, in any unit. */
export interface KeyColumns {
  readonly hashRatios: Float64Array;
  readonly recordWeights: Float64Array;
  readonly byteWeights: Float64Array;
  nameOf(key: number): string;
}

const HEAVIEST_KEYS = 20;
const REMEMBERED_COUNTS = 64;

/** The weights of keys that are all known. Shares of a shard count are remembered. */
export function keyWeightsOf({ hashRatios, recordWeights, byteWeights, nameOf }: KeyColumns): KeyWeights {
  const records = sumOf(recordWeights);
  const bytes = sumOf(byteWeights);
  let distinctKeys = 0;
  for (const weight of recordWeights) if (weight > 0) distinctKeys += 1;
  return {
    heaviest: heaviestOf(recordWeights, HEAVIEST_KEYS).map(
      (key): KeyWeight => ({
        name: nameOf(key),
        hashRatio: hashRatios[key]!,
        recordShare: recordWeights[key]! / records,
        byteShare: byteWeights[key]! / bytes,
      }),
    ),
    distinctKeys,
    recordShares: remembered((shardCount) => sharesOf(hashRatios, recordWeights, shardCount)),
    byteShares: remembered((shardCount) => sharesOf(hashRatios, byteWeights, shardCount)),
  };
}

/**
 * The share of each shard if a stream has so many even shards. Shares sum to 1; without weight they are even.
 * @internal
 */
export function sharesOf(hashRatios: Float64Array, weights: Float64Array, shardCount: number): Float64Array {
  const shares = new Float64Array(shardCount);
  let sum = 0;
  for (let key = 0; key < weights.length; key++) {
    shares[shardOfRatio(hashRatios[key]!, shardCount)]! += weights[key]!;
    sum += weights[key]!;
  }
  for (let shard = 0; shard < shardCount; shard++) shares[shard] = sum > 0 ? shares[shard]! / sum : 1 / shardCount;
  return shares;
}

/** The keys of the highest weights, highest first; of equal weights the lower key. Keys without weight are skipped. */
function heaviestOf(weights: Float64Array, count: number): number[] {
  const kept: number[] = [];
  for (let key = 0; key < weights.length; key++) {
    const weight = weights[key]!;
    if (weight <= 0 || (kept.length === count && weight <= weights[kept.at(-1)!]!)) continue;
    let place = kept.length;
    while (place > 0 && weights[kept[place - 1]!]! < weight) place -= 1;
    kept.splice(place, 0, key);
    if (kept.length > count) kept.pop();
  }
  return kept;
}

function sumOf(weights: Float64Array): number {
  let sum = 0;
  for (const weight of weights) sum += weight;
  return sum;
}

function remembered(find: (shardCount: number) => Float64Array): (shardCount: number) => Float64Array {
  const known = new Map<number, Float64Array>();
  return (shardCount) => {
    const found = known.get(shardCount) ?? find(shardCount);
    if (known.size >= REMEMBERED_COUNTS) known.clear();
    known.set(shardCount, found);
    return found;
  };
}
