import type { ShardLogReader } from './shard-log-reader.ts';

/**
 * How long a claim may stand made and not published before its producer is taken for dead. Long against any pause of a
 * living thread: a claim is filled in microseconds.
 */
export const GAP_TIMEOUT_NS = 5e9;

/**
 * One look counts for at most this share of the timeout. When the whole process is stopped for a minute, the first look
 * after it must not take the producers for dead that were stopped along with it.
 */
const LOOK_SHARE = 1 / 4;

/** Adds up how long something was seen not to change. */
export class Standstill {
  readonly #timeoutNs: number;
  #place = -1;
  #lookedAtNs = 0;
  #waitedNs = 0;

  constructor(timeoutNs: number) {
    this.#timeoutNs = timeoutNs;
  }

  /** True when it stands at the same place for the whole timeout now; the count begins again then. */
  isOver(place: number, nowNs: number): boolean {
    const lookNs = Math.min(nowNs - this.#lookedAtNs, this.#timeoutNs * LOOK_SHARE);
    this.#waitedNs = place === this.#place ? this.#waitedNs + lookNs : 0;
    this.#place = place;
    this.#lookedAtNs = nowNs;
    if (place < 0 || this.#waitedNs < this.#timeoutNs) return false;
    this.#waitedNs = 0;
    return true;
  }
}

/**
 * Notices that a reader stands before a claim whose producer died, and gives the claim up so that reading goes on.
 * Ask after every look that found nothing.
 */
export class GapWatch {
  readonly #standstill: Standstill;
  /** Claims this watch gave up. Their records were never acknowledged. */
  abandonedClaims = 0;

  constructor(timeoutNs: number = GAP_TIMEOUT_NS) {
    this.#standstill = new Standstill(timeoutNs);
  }

  check(reader: ShardLogReader, nowNs: number): void {
    const place = reader.unseenBlocks > 0 ? reader.position : -1;
    if (!this.#standstill.isOver(place, nowNs)) return;
    if (reader.log.abandon(reader.term, reader.block) > 0) this.abandonedClaims += 1;
  }
}
