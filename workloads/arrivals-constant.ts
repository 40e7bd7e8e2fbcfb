import type { Arrivals } from './arrivals.ts';
import type { RateCurve } from './rate-curve.ts';

/** Evenly spaced records, also in ramps: record i is due when N(t) = i. Uses no random numbers. */
export class ConstantArrivals implements Arrivals {
  index = -1;
  readonly #curve: RateCurve;
  readonly #step: number;
  readonly #recordCount: number;
  #upcoming: number;
  #phase = 0;
  #phaseEndCount: number;

  constructor(curve: RateCurve, producerIndex: number, producerCount: number) {
    this.#curve = curve;
    this.#step = producerCount;
    this.#recordCount = curve.recordCount;
    this.#upcoming = producerIndex;
    this.#phaseEndCount = curve.phaseEndCount(0);
  }

  next(): number {
    const i = this.#upcoming;
    if (i >= this.#recordCount) return Number.POSITIVE_INFINITY;
    while (i >= this.#phaseEndCount) {
      this.#phase += 1;
      this.#phaseEndCount = this.#curve.phaseEndCount(this.#phase);
    }
    this.#upcoming = i + this.#step;
    this.index = i;
    return Math.floor(this.#curve.timeInPhase(this.#phase, i));
  }
}
