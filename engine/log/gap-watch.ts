import type { ShardLogReader } from './shard-log-reader.ts';

/**
 * A claim that stays unpublished for this long has a dead producer. A living thread fills a claim in microseconds, so this is
 * far longer than any of its pauses.
 */
export const GAP_TIMEOUT_NS = 5e9;

/**
 * One check counts for at most this share of the timeout. If the whole process is stopped for a minute, the first check
 * after it must not treat producers as dead that were stopped along with it.
 */
const LOOK_SHARE = 1 / 4;

/** Measures how long a place did not change between checks. */
export class Standstill {
  readonly #timeoutNs: number;
  #place = -1;
  #lookedAtNs = 0;
  #waitedNs = 0;

  constructor(timeoutNs: number) {
    this.#timeoutNs = timeoutNs;
  }

  /** True if the place has not changed for the whole timeout. The count then begins again. */
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
 * Detects that a reader waits at a claim whose producer died, and abandons the claim so that reading continues.
 * Call it after every check that found nothing.
 */
export class GapWatch {
  readonly #standstill: Standstill;
  /** Claims that this watch abandoned. Their records were never acknowledged. */
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
