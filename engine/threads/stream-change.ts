import { evenStarts, HASH_KEYS } from '../routing/hash-range.ts';
import type { StreamShard } from './stream-map.ts';

/** Shards that a change creates, numbered after the earlier ones, and all shards that are open after it, in their order. */
export interface StreamChange {
  readonly made: readonly StreamShard[];
  readonly open: readonly StreamShard[];
}

/**
 * One shard becomes two.
 * @param at first hash key of the second one (default: the middle of the range).
 * @throws RangeError if the shard is not open, has only one hash key, or does not contain `at`.
 */
export function splitChange(
  open: readonly StreamShard[],
  madeBefore: number,
  index: number,
  at?: bigint,
): StreamChange {
  const shard = openShard(open, index);
  const { firstHashKey, lastHashKey } = shard;
  const second = at ?? (firstHashKey + lastHashKey + 1n) / 2n;
  if (second <= firstHashKey || second > lastHashKey) {
    throw new RangeError(`shard ${index} from ${firstHashKey} to ${lastHashKey} cannot be split at ${second}`);
  }
  const parents = [index];
  const made = [
    { index: madeBefore, parents, firstHashKey, lastHashKey: second - 1n },
    { index: madeBefore + 1, parents, firstHashKey: second, lastHashKey },
  ];
  return { made, open: open.flatMap((other) => (other === shard ? made : [other])) };
}

/** Two shards become one. @throws RangeError if one is not open or their ranges are not adjacent. */
export function mergeChange(
  open: readonly StreamShard[],
  madeBefore: number,
  one: number,
  other: number,
): StreamChange {
  const shards = [openShard(open, one), openShard(open, other)];
  const [low, high] = open.filter((shard) => shards.includes(shard));
  if (low === undefined || high === undefined || low.lastHashKey + 1n !== high.firstHashKey) {
    throw new RangeError(`shards ${one} and ${other} do not touch, so they cannot be merged`);
  }
  const { firstHashKey } = low;
  const child = { index: madeBefore, parents: [low.index, high.index], firstHashKey, lastHashKey: high.lastHashKey };
  return { made: [child], open: open.flatMap((shard) => (shard === low ? [child] : shard === high ? [] : [shard])) };
}

/**
 * `count` shards of even ranges replace the present ones; shards that fit already stay. The parents of a new shard
 * are all shards that it overlaps. (AWS splits and merges in pairs and creates intermediate shards that never get a record.)
 * @throws RangeError if count is not a whole number from 1.
 */
export function shardCountChange(open: readonly StreamShard[], madeBefore: number, count: number): StreamChange {
  const starts = evenStarts(count);
  const made: StreamShard[] = [];
  let place = 0;
  const after = starts.map((firstHashKey, i): StreamShard => {
    const lastHashKey = (starts[i + 1] ?? HASH_KEYS) - 1n;
    const parents: StreamShard[] = [];
    for (let shard = open[place]!; ; shard = open[place]!) {
      parents.push(shard);
      // A shard that reaches beyond this range is also a parent of the next one.
      if (shard.lastHashKey > lastHashKey) break;
      place += 1;
      if (shard.lastHashKey === lastHashKey) break;
    }
    const [first] = parents;
    if (first?.firstHashKey === firstHashKey && first.lastHashKey === lastHashKey) return first;
    const child = {
      index: madeBefore + made.length,
      parents: parents.map(({ index }) => index),
      firstHashKey,
      lastHashKey,
    };
    made.push(child);
    return child;
  });
  return { made, open: after };
}

/** Upper bound of the shards that a change creates; the stream needs this much free capacity. */
export function shardsMadeAtMost(
  change: { readonly kind: 'split' | 'merge' } | { readonly kind: 'shard-count'; readonly count: number },
): number {
  if (change.kind === 'shard-count') return change.count;
  return change.kind === 'split' ? 2 : 1;
}

function openShard(open: readonly StreamShard[], index: number): StreamShard {
  const shard = open.find((candidate) => candidate.index === index);
  if (shard === undefined) throw new RangeError(`shard ${index} is not open`);
  return shard;
}
