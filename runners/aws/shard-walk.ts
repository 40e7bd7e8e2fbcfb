import { type ShardInfo, shardIndexOf } from './shards.ts';

/** A shard that came out of a split or a merge. */
export type NewShard = Pick<ShardInfo, 'id' | 'index' | 'parents'>;

export function newShards(
  children: readonly { readonly ShardId?: string | undefined; readonly ParentShards?: readonly string[] | undefined }[],
): readonly NewShard[] {
  return children.map(({ ShardId = '', ParentShards = [] }) => ({
    id: ShardId,
    index: shardIndexOf(ShardId),
    parents: ParentShards,
  }));
}

/**
 * The order of reading shards, which keeps the order of every key's records through splits and merges: a child is begun
 * when all its parents have been read to their ends.
 *
 *   split   parent --end--> child, child       merge   parent --end--+
 *                                                                    +--> child
 *                                                      parent --end--+
 */
export class ShardWalk {
  readonly #begin: (shard: NewShard) => void;
  /** Children that wait for a parent, by id. */
  readonly #waiting = new Map<string, NewShard>();
  readonly #begun = new Set<string>();
  readonly #ended = new Set<string>();
  /** Highest number of the shards that were open at the start; a higher number belongs to a later shard. */
  #lastIndex = -1;

  /** @param begin is called once for every child, when its turn has come. */
  constructor(begin: (shard: NewShard) => void) {
    this.#begin = begin;
  }

  /** A shard that was open when the walk began. Call for all of them before any of them ends. */
  add(shardId: string): void {
    this.#begun.add(shardId);
    this.#lastIndex = Math.max(this.#lastIndex, shardIndexOf(shardId));
  }

  /** Records that a shard was read to its end, with its children as far as they were reported. */
  ended(shardId: string, children: readonly NewShard[]): void {
    this.#ended.add(shardId);
    for (const child of children) if (!this.#begun.has(child.id)) this.#waiting.set(child.id, child);
    for (const child of [...this.#waiting.values()]) {
      if (!child.parents.every((parent) => this.#isOver(parent))) continue;
      this.#waiting.delete(child.id);
      this.#begun.add(child.id);
      this.#begin(child);
    }
  }

  /** A shard that was never begun was over before the walk, or its own parents are still being read. */
  #isOver(shardId: string): boolean {
    return this.#ended.has(shardId) || (!this.#begun.has(shardId) && shardIndexOf(shardId) <= this.#lastIndex);
  }
}
