/** Lengths of a step, ns; each one is a multiple of the one before. */
const STEPS_NS = [100e6, 200e6, 1e9, 2e9, 10e9, 60e9, 600e9, 3600e9, 86_400e9] as const;
const STEPS_MAX = 500_000;

/**
 * Records and bytes by time, in steps that become longer as the time does: at most half a million of them. Until 13.9 hours a step is
 * 100 ms.
 */
export class RateSteps {
  #step = 0;
  #count = 0;
  #records = new Float64Array(1024);
  #bytes = new Float64Array(1024);

  get stepNs(): number {
    return STEPS_NS[this.#step]!;
  }

  /** @param ns from the start of the load, at least 0. */
  add(ns: number, records: number, bytes: number): void {
    let at = Math.floor(ns / STEPS_NS[this.#step]!);
    while (at >= STEPS_MAX && this.#step < STEPS_NS.length - 1) {
      this.#coarsen();
      at = Math.floor(ns / STEPS_NS[this.#step]!);
    }
    if (at >= this.#records.length) this.#grow(at + 1);
    this.#records[at]! += records;
    this.#bytes[at]! += bytes;
    if (at >= this.#count) this.#count = at + 1;
  }

  /** @param resolutionNs what the times are exact to: a step is not shorter. */
  finish(resolutionNs: number): {
    readonly stepNs: number;
    readonly recordsOfStep: Float64Array;
    readonly bytesOfStep: Float64Array;
  } {
    while (STEPS_NS[this.#step]! < resolutionNs && this.#step < STEPS_NS.length - 1) this.#coarsen();
    return {
      stepNs: this.stepNs,
      recordsOfStep: this.#records.slice(0, this.#count),
      bytesOfStep: this.#bytes.slice(0, this.#count),
    };
  }

  #coarsen(): void {
    const factor = STEPS_NS[this.#step + 1]! / STEPS_NS[this.#step]!;
    this.#step += 1;
    const count = Math.ceil(this.#count / factor);
    for (const column of [this.#records, this.#bytes]) {
      for (let to = 0; to < count; to += 1) {
        let sum = 0;
        const end = Math.min(this.#count, (to + 1) * factor);
        for (let from = to * factor; from < end; from += 1) sum += column[from]!;
        column[to] = sum;
      }
      column.fill(0, count, this.#count);
    }
    this.#count = count;
  }

  #grow(count: number): void {
    const length = Math.max(count, 2 * this.#records.length);
    const larger = (column: Float64Array) => {
      const grown = new Float64Array(length);
      grown.set(column);
      return grown;
    };
    this.#records = larger(this.#records);
    this.#bytes = larger(this.#bytes);
  }
}
