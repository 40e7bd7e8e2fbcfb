/**
 * One monotonic clock for every thread of a run, in nanoseconds as a float64, which is exact for 104 days.
 *
 * `performance.now()` is the cheapest clock there is (about 40 ns, no object), but counts from the start of each
 * thread; `process.hrtime.bigint()` is the system-wide monotonic clock. The difference between the two never
 * changes, so each thread measures it once and adds it.
 */
export class RunClock {
  readonly #offsetNs: number;
  #startNs = 0;

  /** @param baseNs common zero of the run, a reading of `process.hrtime.bigint()`. */
  constructor(baseNs: bigint) {
    let offset = Number.POSITIVE_INFINITY;
    // Any delay between the two readings increases the difference, so the smallest is the best.
    for (let i = 0; i < 20; i++) {
      const before = performance.now() * 1e6;
      const system = Number(process.hrtime.bigint() - baseNs);
      offset = Math.min(offset, system - before);
    }
    this.#offsetNs = offset;
  }

  /** Sets the zero of the clock to the start of the schedule; earlier times are negative. */
  startAt(startNs: number): void {
    this.#startNs = startNs;
  }

  nowNs(): number {
    return performance.now() * 1e6 + this.#offsetNs - this.#startNs;
  }
}
