import type { StreamShard } from './stream-map.ts';

/** Shards that a change makes, numbered on from those made before, and all that are open after it, in their order. */
export interface StreamChange {
  readonly made: readonly StreamShard[];
  readonly open: readonly StreamShard[];
}

type Range = Omit<StreamShard, 'index'>;

/** First hash keys of n even ranges: width floor(2^128 / n), the last one takes the rest. */
function evenStarts(count: number): bigint[] {
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`a stream cannot have ${count} shards`);
  const width = (1n << 128n) / BigInt(count);
  return Array.from({ length: count }, (_, i) => BigInt(i) * width);
}

/** A change of open shards while it is put together. */
class ChangePlan {
  readonly made: StreamShard[] = [];
  readonly #madeBefore: number;

  constructor(madeBefore: number) {
    this.#madeBefore = madeBefore;
  }

  split({ index, firstHashKey, lastHashKey }: StreamShard, at: bigint): [StreamShard, StreamShard] {
    if (at <= firstHashKey || at > lastHashKey) {
      throw new RangeError(`shard ${index} from ${firstHashKey} to ${lastHashKey} cannot be split at ${at}`);
    }
    const parents = [index];
    return [
      this.#make({ parents, firstHashKey, lastHashKey: at - 1n }),
      this.#make({ parents, firstHashKey: at, lastHashKey }),
    ];
  }

  merge(low: StreamShard, high: StreamShard): StreamShard {
    const { firstHashKey } = low;
    return this.#make({ parents: [low.index, high.index], firstHashKey, lastHashKey: high.lastHashKey });
  }

  #make(range: Range): StreamShard {
    const shard = { ...range, index: this.#madeBefore + this.made.length };
    this.made.push(shard);
    return shard;
  }
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
  const plan = new ChangePlan(madeBefore);
  const children = plan.split(shard, at ?? (shard.firstHashKey + shard.lastHashKey + 1n) / 2n);
  return { made: plan.made, open: open.flatMap((other) => (other === shard ? children : [other])) };
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
  const plan = new ChangePlan(madeBefore);
  const child = plan.merge(low, high);
  return { made: plan.made, open: open.flatMap((shard) => (shard === low ? [child] : shard === high ? [] : [shard])) };
}

/**
 * Shards are split at every new border and then merged within it, until there are `count` with even ranges. As with AWS,
 * a shard has at most two parents, so some are made only to be merged; shards that fit already stay.
 * @throws RangeError when count is not a whole number from 1.
 */
export function shardCountChange(open: readonly StreamShard[], madeBefore: number, count: number): StreamChange {
  const starts = evenStarts(count);
  const plan = new ChangePlan(madeBefore);
  const pieces: StreamShard[] = [];
  let border = 1;
  for (const shard of open) {
    let rest = shard;
    for (; border < count && starts[border]! <= rest.lastHashKey; border++) {
      if (starts[border] === rest.firstHashKey) continue;
      const [piece, next] = plan.split(rest, starts[border]!);
      pieces.push(piece);
      rest = next;
    }
    pieces.push(rest);
  }
  const after: StreamShard[] = [];
  let range = 0;
  for (const piece of pieces) {
    const last = after.at(-1);
    const begins = last === undefined || piece.firstHashKey === starts[range];
    if (begins) range += 1;
    if (begins) after.push(piece);
    else after[after.length - 1] = plan.merge(last, piece);
  }
  return { made: plan.made, open: after };
}

/** Shards that a change makes at most, from `openCount` open ones on: so much capacity must be left. */
export function shardsMadeAtMost(
  change: { readonly kind: 'split' | 'merge' } | { readonly kind: 'shard-count'; readonly count: number },
  openCount: number,
): number {
  // Each new border may split a shard, and each old one may have to be merged away.
  if (change.kind === 'shard-count') return 2 * (change.count - 1) + (openCount - 1);
  return change.kind === 'split' ? 2 : 1;
}

function openShard(open: readonly StreamShard[], index: number): StreamShard {
  const shard = open.find((candidate) => candidate.index === index);
  if (shard === undefined) throw new RangeError(`shard ${index} is not open`);
  return shard;
}
