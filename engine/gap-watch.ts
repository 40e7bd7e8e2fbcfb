import type { ShardLogReader } from './shard-log-reader.ts';

/**
 * How long a reader waits at a claim that was made and not published before it takes its producer for dead. Long
 * against any pause of a living thread: a claim is filled in microseconds.
 */
export const GAP_TIMEOUT_NS = 5e9;

/**
 * Notices that a reader stands before a claim whose producer died, and gives the claim up so that reading goes on.
 * Ask after every look that found nothing.
 */
export class GapWatch {
  readonly #timeoutNs: number;
  #position = -1;
  #sinceNs = 0;
  /** Claims this watch gave up. Their records were never acknowledged. */
  abandonedClaims = 0;

  constructor(timeoutNs: number = GAP_TIMEOUT_NS) {
    this.#timeoutNs = timeoutNs;
  }

  check(reader: ShardLogReader, nowNs: number): void {
    const { position } = reader;
    if (position !== this.#position || reader.unseenBlocks <= 0) {
      this.#position = position;
      this.#sinceNs = nowNs;
      return;
    }
    if (nowNs - this.#sinceNs < this.#timeoutNs) return;
    if (reader.log.abandon(reader.term, reader.block) > 0) this.abandonedClaims += 1;
    this.#sinceNs = nowNs;
  }
}
