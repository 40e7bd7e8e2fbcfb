import type { IntervalShard, ShardLatency } from '../result/result.ts';

/**
 * Adds up the shards of several intervals, by shard number. If more than one of them received records of a shard, its percentiles
 * are not known.
 */
export function sumOfShards(all: readonly (readonly IntervalShard[])[]): IntervalShard[] {
  const sums = new Map<number, IntervalShard>();
  for (const one of all.flat()) {
    const sum = sums.get(one.shard);
    sums.set(one.shard, sum === undefined ? one : addShard(sum, one));
  }
  return [...sums.values()].sort((a, b) => a.shard - b.shard);
}

function addShard(a: IntervalShard, b: IntervalShard): IntervalShard {
  return {
    shard: a.shard,
    acked: a.acked + b.acked,
    bytes: a.bytes + b.bytes,
    throttled: a.throttled + b.throttled,
    received: a.received + b.received,
    putToGet: addLatency(a.putToGet, b.putToGet),
  };
}

function addLatency(a: ShardLatency, b: ShardLatency): ShardLatency {
  if (a.count === 0) return b;
  if (b.count === 0) return a;
  return { count: a.count + b.count, p50Ns: null, p99Ns: null, maxNs: Math.max(a.maxNs, b.maxNs) };
}
