import type { ShardInfo } from './shards.ts';

/** A shard that came out of a split or a merge. */
export type NewShard = Pick<ShardInfo, 'id' | 'index' | 'parents'>;

/**
 * Which shards are read when, so that every key's records keep their order through splits and merges: a child is begun
 * when all its parents have been read to their ends.
 *
 *   split   parent --end--> child, child       merge   parent --end--+
 *                                                                    +--> child
 *                                                      parent --end--+
 */
export class ShardWalk {
  readonly #begin: (shard: NewShard) => void;
  /** Begun and not ended. */
  readonly #reading = new Set<string>();
  /** Children that wait for a parent, by id. */
  readonly #waiting = new Map<string, NewShard>();
  readonly #begun = new Set<string>();

  /** @param begin is called once for every child, when its turn has come. */
  constructor(begin: (shard: NewShard) => void) {
    this.#begin = begin;
  }

  /** A shard that was open when the walk began. Call for all of them before any of them ends. */
  add(shardId: string): void {
    this.#begun.add(shardId);
    this.#reading.add(shardId);
  }

  /** A shard was read to its end, and these came out of it, as far as its reader was told. */
  ended(shardId: string, children: readonly NewShard[]): void {
    this.#reading.delete(shardId);
    for (const child of children) if (!this.#begun.has(child.id)) this.#waiting.set(child.id, child);
    for (const child of [...this.#waiting.values()]) {
      // A parent that is neither read nor waiting was over before the walk began.
      const isReady = child.parents.every((parent) => !this.#reading.has(parent) && !this.#waiting.has(parent));
      if (!isReady) continue;
      this.#waiting.delete(child.id);
      this.#begun.add(child.id);
      this.#reading.add(child.id);
      this.#begin(child);
    }
  }
}
