/** What a worker says of itself while it works: float64s in shared memory, written by it alone, read by the main thread. */
export const STATS = {
  /** Records picked up from the schedule. */
  scheduled: 0,
  acked: 1,
  bytes: 2,
  throttled: 3,
  retried: 4,
  dropped: 5,
  failed: 6,
  /** Records handed over and not yet answered for good. */
  inFlight: 7,
  /** Integral of inFlight over time up to inFlightAtNs, in record nanoseconds. */
  inFlightArea: 8,
  /** Time in which the target alone kept the producer from sending: every slot taken, or the retry queue full. */
  heldBackNs: 9,
  cpuUs: 10,
  /** The longest turn of the worker's loop that it did not sleep through. */
  maxPauseNs: 11,
  loopDelayP99Ns: 12,
  /** Consumers: distinct records received. */
  received: 13,
  trimmed: 14,
  /** 1 once the worker has done all it had to do. */
  done: 15,
  /** Consumers: how far the shard furthest behind is from its tip by the target's word, in ms; NaN where it says nothing. */
  behindMs: 16,
  /** When inFlight last changed. */
  inFlightAtNs: 17,
} as const;

const STATS_BYTES = 24 * 8;

export function createStats(): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(STATS_BYTES);
  new Float64Array(buffer)[STATS.behindMs] = Number.NaN;
  return buffer;
}

/**
 * The integral of inFlight up to `nowNs`: its mean over any stretch is a difference of two of these. While a target stalls,
 * inFlight does not change and its producer adds nothing, so what passed since then is added here.
 */
export function inFlightAreaAt(stats: Float64Array, nowNs: number): number {
  return stats[STATS.inFlightArea]! + stats[STATS.inFlight]! * (nowNs - stats[STATS.inFlightAtNs]!);
}

/** CPU time of this thread in us; 0 where Node cannot tell (before 23.9). */
export function threadCpuUs(): number {
  const usage = process.threadCpuUsage?.();
  return usage === undefined ? 0 : usage.user + usage.system;
}
