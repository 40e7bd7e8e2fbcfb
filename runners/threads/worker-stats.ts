/** Statistics of a running worker: float64s in shared memory, written only by the worker, read by the main thread. */
export const STATS = {
  /** Records picked up from the schedule. */
  scheduled: 0,
  acked: 1,
  bytes: 2,
  throttled: 3,
  retried: 4,
  dropped: 5,
  failed: 6,
  /** Records handed over without a final response. */
  inFlight: 7,
  /** Integral of inFlight over time up to inFlightAtNs, in record nanoseconds. */
  inFlightArea: 8,
  /** Time in which only the target kept the producer from sending: every slot in use, or the retry queue full. */
  heldBackNs: 9,
  cpuUs: 10,
  /** The longest turn of the worker's loop without sleep. */
  maxPauseNs: 11,
  loopDelayP99Ns: 12,
  /** Consumers: distinct records received. */
  received: 13,
  trimmed: 14,
  /** 1 once the worker has finished its work. */
  done: 15,
  /** Consumers: time of the slowest shard behind its tip, reported by the target, in ms; NaN if it does not report it. */
  behindMs: 16,
  /** Time of the last change of inFlight. */
  inFlightAtNs: 17,
} as const;

const STATS_BYTES = 24 * 8;

export function createStats(): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(STATS_BYTES);
  new Float64Array(buffer)[STATS.behindMs] = Number.NaN;
  return buffer;
}

/**
 * Returns the integral of inFlight up to `nowNs`. The mean over any period is a difference of two integrals. During a stall
 * of the target, inFlight does not change and the producer adds nothing, so this function adds the time since then.
 */
export function inFlightAreaAt(stats: Float64Array, nowNs: number): number {
  return stats[STATS.inFlightArea]! + stats[STATS.inFlight]! * (nowNs - stats[STATS.inFlightAtNs]!);
}

/** Returns the CPU time of this thread in us; 0 if Node does not report it (before 23.9). */
export function threadCpuUs(): number {
  const usage = process.threadCpuUsage?.();
  return usage === undefined ? 0 : usage.user + usage.system;
}
