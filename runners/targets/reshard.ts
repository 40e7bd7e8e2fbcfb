/** A change of a stream's shards. Shards have the numbers that batches and receivers use. */
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

/** Resharding of a target during a run. Called by one caller, one change at a time. */
export interface Resharding {
  /** Shards that are open, in the order of their hash-key ranges: neighbours in the list can be merged. */
  openShards(): Promise<readonly number[]>;
  /**
   * Resolves when the target has carried the change out and takes records for the new shards.
   *
   * @throws an Error with the target's message if it rejects the change. The run continues without the change, and its
   *   result reports that.
   */
  reshard(change: Reshard): Promise<Resharded>;
}
