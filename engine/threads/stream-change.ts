import { evenStarts, HASH_KEYS } from '../routing/hash-range.ts';
import type { StreamShard } from './stream-map.ts';

/** Shards that a change makes, numbered on from those made before, and all that are open after it, in their order. */
export interface StreamChange {
  readonly made: readonly StreamShard[];
  readonly open: readonly StreamShard[];
}

/**
 * One shard becomes two.
 * @param at first hash key of the second one; the middle of the range unless told otherwise.
 * @throws RangeError when the shard is not open, has a single hash key, or not this one.
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

/** Two shards become one. @throws RangeError when one is not open or their ranges do not touch. */
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
 * `count` shards of even ranges take the place of those there are; shards that fit already stay. A new shard's parents
 * are all whose ranges it overlaps. (AWS splits and merges in pairs and makes shards on the way that never take a record.)
 * @throws RangeError when count is not a whole number from 1.
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
      // A shard that reaches beyond this range is a parent of the next one too.
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

/** Shards that a change makes at most: so much capacity must be left. */
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
