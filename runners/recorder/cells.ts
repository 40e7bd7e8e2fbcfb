import type { Phase } from '../../workloads/scenario.ts';

/** Histograms that producers record, in the order of their place in a cell. */
export const SEND_DELAY = 0;
export const ACK_LATENCY = 1;
export const SCHEDULE_LAG = 2;
export const PRODUCER_SPAN_COUNT = 3;

/** Histograms that consumers record. */
export const RESIDENCE = 0;
export const PUT_TO_GET = 1;
export const UNCORRECTED = 2;
export const CONSUMER_SPAN_COUNT = 3;

/** Counters of a producer's cell, in records, except BYTES and OVERTIME_BYTES. */
export const SCHEDULED = 0;
export const ACKED = 1;
export const BYTES = 2;
export const THROTTLED_TIMES = 3;
export const RETRIED = 4;
export const DROPPED = 5;
export const FAILED = 6;
/** Each record once, however often it was throttled. */
export const THROTTLED_RECORDS = 7;
/** Acknowledged records, and their bytes, that were handed over later than the grace after their phase. */
export const OVERTIME = 8;
export const OVERTIME_BYTES = 9;
export const PRODUCER_COUNTER_COUNT = 10;

/** Counters of a consumer's cell. */
export const RECEIVED = 0;
export const RECEIVED_BYTES = 1;
export const CONSUMER_COUNTER_COUNT = 2;

/**
 * Cells of one workload: a phase and a shard each. One more shard in every phase counts the records that never reached a
 * shard: scheduled, dropped, abandoned.
 */
export const cellsOf = (phaseCount: number, shardCount: number): number => phaseCount * (shardCount + 1);
export const cellOf = (phase: number, shard: number, shardCount: number): number => phase * (shardCount + 1) + shard;

/** Finds the phase that an intended time falls into; times after the end belong to the last. */
export class PhaseFinder {
  readonly #ends: Float64Array;
  #phase = 0;
  #fromNs = Number.NEGATIVE_INFINITY;
  #toNs: number;

  constructor(phases: readonly Pick<Phase, 'startNs' | 'durationNs'>[]) {
    this.#ends = Float64Array.from(phases, ({ startNs, durationNs }) => startNs + durationNs);
    this.#ends[phases.length - 1] = Number.POSITIVE_INFINITY;
    this.#toNs = this.#ends[0]!;
  }

  /** Records come almost in the order of their times, so the last result is right for nearly all of them. */
  phaseOf(intendedAtNs: number): number {
    if (intendedAtNs >= this.#fromNs && intendedAtNs < this.#toNs) return this.#phase;
    let phase = 0;
    while (intendedAtNs >= this.#ends[phase]!) phase += 1;
    this.#phase = phase;
    this.#fromNs = phase === 0 ? Number.NEGATIVE_INFINITY : this.#ends[phase - 1]!;
    this.#toNs = this.#ends[phase]!;
    return phase;
  }
}
