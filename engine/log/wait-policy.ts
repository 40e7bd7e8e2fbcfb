/**
 * Behaviour of a reader while there is nothing to read. The costs assume a core each for reader and producer. A
 * reader that spins while cores are fewer than threads takes time from its producer.
 */
export interface WaitPolicy {
  /** Checks before anything else. A check of four shards takes about a quarter of a microsecond. */
  readonly spinRounds: number;
  /** True: the reader then sleeps until a producer rings. False: its caller decides. */
  readonly parks: boolean;
}

/** Uses no CPU while idle, and wakes within some tens of microseconds. */
export const PARK: WaitPolicy = { spinRounds: 0, parks: true };
/** Reacts in less than a microsecond for the first quarter of a millisecond, then parks. For busy streams. */
export const SPIN_THEN_PARK: WaitPolicy = { spinRounds: 1000, parks: true };
/** Never sleeps: uses a whole core for the lowest latency. */
export const SPIN: WaitPolicy = { spinRounds: 10_000, parks: false };
