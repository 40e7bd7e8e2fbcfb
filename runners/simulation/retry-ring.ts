import type { RandomStream } from '../../workloads/random.ts';

/**
 * Throttled records that wait for their next attempt, as counts: by tick of the attempt, number of attempts made, and shard. A ring of
 * ticks, as long as the longest wait.
 *
 *   slot of tick 0: [attempts 1: shard 0, 1, ...] [attempts 2: shard 0, 1, ...] ...   slot of tick 1: ...
 */
export class RetryRing {
  readonly #shardCount: number;
  readonly #levels: number;
  readonly #slots: number;
  readonly #counts: Uint32Array;
  /** Records in each level of each slot. */
  readonly #levelSums: Float64Array;
  readonly #random: RandomStream;
  /** Records in the ring. */
  size = 0;

  /** @param longestWaitTicks a record never waits longer. @param retries most attempts but the first. */
  constructor(shardCount: number, retries: number, longestWaitTicks: number, random: RandomStream) {
    this.#shardCount = shardCount;
    this.#levels = retries;
    this.#slots = Math.ceil(longestWaitTicks) + 2;
    this.#counts = new Uint32Array(this.#slots * this.#levels * shardCount);
    this.#levelSums = new Float64Array(this.#slots * this.#levels);
    this.#random = random;
  }

  static bytes(shardCount: number, retries: number, longestWaitTicks: number): number {
    return (Math.ceil(longestWaitTicks) + 2) * retries * shardCount * Uint32Array.BYTES_PER_ELEMENT;
  }

  /** True if any record is due in a tick after so many attempts, 1 or more. */
  hasAny(tick: number, attempts: number): boolean {
    return this.#levelSums[(tick % this.#slots) * this.#levels + attempts - 1]! > 0;
  }

  /** Takes the records of a tick and shard out. */
  take(tick: number, attempts: number, shard: number): number {
    const level = (tick % this.#slots) * this.#levels + attempts - 1;
    const at = level * this.#shardCount + shard;
    const count = this.#counts[at]!;
    if (count === 0) return 0;
    this.#counts[at] = 0;
    this.#levelSums[level]! -= count;
    this.size -= count;
    return count;
  }

  /**
   * Spreads records evenly over the ticks from `fromTick` to `fromTick + waitTicks`, both with fractions; none before the next tick.
   * Few are drawn one by one; many are laid out evenly from a drawn start.
   */
  add(tick: number, attempts: number, shard: number, count: number, fromTick: number, waitTicks: number): void {
    const first = Math.floor(fromTick);
    const last = Math.floor(fromTick + waitTicks);
    if (count < 2 * (last - first + 1)) {
      for (let i = 0; i < count; i++) {
        this.#put(Math.max(tick + 1, Math.floor(fromTick + this.#random.uniform() * waitTicks)), attempts, shard, 1);
      }
      return;
    }
    const start = this.#random.uniform();
    let laid = 0;
    for (let at = first; at <= last; at++) {
      const share = Math.min(1, (at + 1 - fromTick) / waitTicks);
      const upTo = Math.floor(count * share + start);
      this.#put(Math.max(tick + 1, at), attempts, shard, upTo - laid);
      laid = upTo;
    }
  }

  #put(tick: number, attempts: number, shard: number, count: number): void {
    const level = (tick % this.#slots) * this.#levels + attempts - 1;
    this.#counts[level * this.#shardCount + shard]! += count;
    this.#levelSums[level]! += count;
    this.size += count;
  }
}
