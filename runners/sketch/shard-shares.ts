/** A key, or any other weight at one place of the hash keys. */
export interface HashPoint {
  /** Hash key over 2^128: 0 to below 1. */
  readonly hashRatio: number;
  readonly weight: number;
}

/**
 * Shares by shard of a stream with so many even shards. Points lie in one shard each. A bin's weight counts as even inside of it, so the
 * result is exact if the shard count divides the number of bins; else a shard is off by at most the part of the two bins at its ends.
 * @param bins weights of even bins over all hash keys, without those of the points.
 * @returns shares that sum to 1; even shares if every weight is 0.
 */
export function shardShares(bins: Float64Array, points: Iterable<HashPoint>, shardCount: number): Float64Array {
  const shares = new Float64Array(shardCount);
  for (const { hashRatio, weight } of points) {
    const shard = Math.min(shardCount - 1, Math.floor(hashRatio * shardCount));
    shares[shard]! += weight;
  }
  const shardsOfBin = shardCount / bins.length;
  for (const [bin, weight] of bins.entries()) {
    if (weight > 0) spread(shares, bin * shardsOfBin, (bin + 1) * shardsOfBin, weight);
  }
  let total = 0;
  for (const share of shares) total += share;
  if (total === 0) return shares.fill(1 / shardCount);
  return shares.map((share) => share / total);
}

/** Adds a weight evenly over shards `from` to `to`, which may be fractions. */
function spread(shares: Float64Array, from: number, to: number, weight: number): void {
  const first = Math.min(shares.length - 1, Math.floor(from));
  const last = Math.min(shares.length - 1, Math.ceil(to) - 1);
  if (first >= last) {
    shares[first]! += weight;
    return;
  }
  const perShard = weight / (to - from);
  for (let shard = first; shard <= last; shard += 1) {
    shares[shard]! += perShard * (Math.min(to, shard + 1) - Math.max(from, shard));
  }
}
