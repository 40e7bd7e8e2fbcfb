import { Histogram } from '../../reports/histogram/histogram.ts';
import { HIGHEST_NS, SLOT_COUNT, slotOf } from '../../reports/histogram/slots.ts';
import type { LatencyQuantiles } from './simulated-run.ts';

/** Latencies of a simulation, counted in the slots of a run's histograms. Times above one hour count as one hour, as in a run. */
export class LatencyCounts {
  readonly #counts = new Float64Array(SLOT_COUNT);

  record(ns: number): void {
    this.#counts[slotOf(ns > HIGHEST_NS ? HIGHEST_NS : ns)]! += 1;
  }

  /** Adds `times` latencies of `ns`, a whole number of 0 or more. */
  recordMany(ns: number, times: number): void {
    this.#counts[slotOf(ns > HIGHEST_NS ? HIGHEST_NS : ns)]! += times;
  }

  /** Adds all latencies of another set. */
  add(other: LatencyCounts): void {
    for (let slot = 0; slot < SLOT_COUNT; slot++) this.#counts[slot]! += other.#counts[slot]!;
  }

  quantiles(): LatencyQuantiles {
    const histogram = Histogram.fromCounts(this.#counts);
    return {
      count: histogram.count,
      mean: histogram.meanNs,
      p50: histogram.percentileNs(50),
      p75: histogram.percentileNs(75),
      p90: histogram.percentileNs(90),
      p95: histogram.percentileNs(95),
      p99: histogram.percentileNs(99),
      p999: histogram.percentileNs(99.9),
      max: histogram.maxNs,
    };
  }
}
