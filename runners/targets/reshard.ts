/** A change of a stream's shards. Shards go by the numbers that batches and receivers call them by. */
export type Reshard =
  /** Splits a shard in the middle of its range. */
  | { readonly kind: 'split'; readonly shard: number }
  /** Merges two shards whose ranges touch. */
  | { readonly kind: 'merge'; readonly shards: readonly [number, number] }
  /** Splits and merges until there are so many, with even ranges. */
  | { readonly kind: 'shard-count'; readonly count: number };

export interface Resharded {
  readonly closed: readonly number[];
  readonly opened: readonly number[];
}

/** What a target can do whose shards change while a run goes on. Asked by one caller, one change at a time. */
export interface Resharding {
  /** Shards that are open, in the order of their hash-key ranges: neighbours in the list can be merged. */
  openShards(): Promise<readonly number[]>;
  /**
   * Resolves when the target has carried the change out and takes records for the new shards.
   *
   * @throws an Error whose message says what the target said when it refuses. The run goes on without the change, and its
   *   result says so.
   */
  reshard(change: Reshard): Promise<Resharded>;
}
