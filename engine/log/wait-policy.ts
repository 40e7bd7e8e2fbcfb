/**
 * What a reader does while there is nothing to read. The costs are for a reader and a producer with a core each; a
 * reader that spins where cores are fewer than threads takes the time that its producer needs.
 */
export interface WaitPolicy {
  /** How often it looks again before anything else; a look at four shards takes about a quarter of a microsecond. */
  readonly spinRounds: number;
  /** Whether it then sleeps until a producer rings; otherwise its caller decides. */
  readonly parks: boolean;
}

/** No CPU while idle, woken in some tens of microseconds. */
export const PARK: WaitPolicy = { spinRounds: 0, parks: true };
/** Woken in less than a microsecond for the first quarter of a millisecond, then as PARK. For streams that are busy. */
export const SPIN_THEN_PARK: WaitPolicy = { spinRounds: 1000, parks: true };
/** Never sleeps: a whole core for the least latency. */
export const SPIN: WaitPolicy = { spinRounds: 10_000, parks: false };
