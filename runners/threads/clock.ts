/**
 * One monotonic clock for every thread of a run: nanoseconds as a float64, which holds them exactly for 104 days.
 *
 * `performance.now()` is the cheapest clock there is (about 40 ns, no object), but counts from each thread's own
 * beginning; `process.hrtime.bigint()` is the system-wide monotonic clock. The difference between the two never
 * changes, so each thread measures it once and adds it.
 */
export class RunClock {
  readonly #offsetNs: number;
  #startNs = 0;

  /** @param baseNs the run's common zero, a reading of `process.hrtime.bigint()`. */
  constructor(baseNs: bigint) {
    let offset = Number.POSITIVE_INFINITY;
    // Whatever comes between the two readings makes the difference larger, so the smallest is the best.
    for (let i = 0; i < 20; i++) {
      const before = performance.now() * 1e6;
      const system = Number(process.hrtime.bigint() - baseNs);
      offset = Math.min(offset, system - before);
    }
    this.#offsetNs = offset;
  }

  /** Counts from here on since the schedule's start; negative before it. */
  startAt(startNs: number): void {
    this.#startNs = startNs;
  }

  nowNs(): number {
    return performance.now() * 1e6 + this.#offsetNs - this.#startNs;
  }
}
