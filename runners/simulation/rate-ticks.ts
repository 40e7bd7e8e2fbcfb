import type { Conditions } from './conditions.ts';
import type { Load, RateLoad } from './load.ts';
import { RetryRing } from './retry-ring.ts';

const NS_PER_MS = 1e6;
/** Ticks to choose from: the shortest one that is affordable. */
const TICKS_NS = [10, 20, 50, 100, 200, 500, 1000].map((ms) => ms * NS_PER_MS);
/** Ticks times shards that are simulated in well under a minute. */
const CELLS_MAX = 80e6;
const RING_BYTES_MAX = 128 * 2 ** 20;
/** More attempts are simulated as so many: hardly any record gets that far, and each takes memory for every shard and tick. */
const ATTEMPTS_MAX = 32;

/** Attempts of a record, the first one included, as far as counts distinguish them. */
export const countedAttempts = ({ attempts }: Load['producers']['retry']): number => Math.min(attempts, ATTEMPTS_MAX);

/** The length of a tick for a load: short for small loads, and longer for large ones. */
export function tickNsOf({ durationNs, producers: { retry } }: Load, { shardCount }: Conditions): number {
  const retries = countedAttempts(retry) - 1;
  const isAffordable = (tickNs: number) =>
    (durationNs / tickNs) * shardCount <= CELLS_MAX &&
    RetryRing.bytes(shardCount, retries, longestWaitNs(retry) / tickNs) <= RING_BYTES_MAX;
  return TICKS_NS.find(isAffordable) ?? TICKS_NS.at(-1)!;
}

/** The longest wait before a retry. */
export const longestWaitNs = ({ attempts, baseNs, capNs }: Load['producers']['retry']): number =>
  attempts < 2 ? 0 : Math.min(baseNs * 2 ** (attempts - 2), capNs);

/** Expected records and bytes of a load up to any time, from its steps. */
export class CumulativeLoad {
  readonly #stepNs: number;
  readonly #records: Float64Array;
  readonly #bytes: Float64Array;

  constructor({ stepNs, recordsOfStep, bytesOfStep }: RateLoad) {
    this.#stepNs = stepNs;
    this.#records = cumulative(recordsOfStep);
    this.#bytes = cumulative(bytesOfStep);
  }

  recordsUpTo(ns: number): number {
    return this.#upTo(this.#records, ns);
  }

  bytesUpTo(ns: number): number {
    return this.#upTo(this.#bytes, ns);
  }

  #upTo(sums: Float64Array, ns: number): number {
    const step = Math.floor(ns / this.#stepNs);
    if (step >= sums.length - 1) return sums.at(-1)!;
    const share = ns / this.#stepNs - step;
    return sums[step]! + (sums[step + 1]! - sums[step]!) * share;
  }
}

function cumulative(values: Float64Array): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i++) sums[i + 1] = sums[i]! + values[i]!;
  return sums;
}
