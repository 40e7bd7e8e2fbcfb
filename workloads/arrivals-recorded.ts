import type { Arrivals } from './arrivals.ts';

/** The times of the recording, `speed` times faster. Record i of the sequence is record i of the recording. */
export class RecordedArrivals implements Arrivals {
  index = -1;
  readonly #timesNs: Float64Array;
  readonly #speed: number;
  readonly #step: number;
  #upcoming: number;

  constructor(timesNs: Float64Array, speed: number, producerIndex: number, producerCount: number) {
    this.#timesNs = timesNs;
    this.#speed = speed;
    this.#step = producerCount;
    this.#upcoming = producerIndex;
  }

  next(): number {
    const i = this.#upcoming;
    if (i >= this.#timesNs.length) return Number.POSITIVE_INFINITY;
    this.#upcoming = i + this.#step;
    this.index = i;
    return Math.floor(this.#timesNs[i]! / this.#speed);
  }
}
