import type { Arrivals } from './arrivals.ts';
import type { CountClock } from './count-clock.ts';
import { type RandomStream, unitExponential } from './random.ts';

/**
 * Random gaps with mean 1, added up as a count and mapped to time by the inverse of N(t). The rate may ramp or switch; the
 * distribution of the gaps stays the same (time rescaling of a renewal process).
 *
 * Every producer draws all gaps and keeps its own records, so any split makes the same sequence. A gap of another producer
 * costs one draw and one addition, but no inverse.
 */
export class RandomArrivals implements Arrivals {
  index = -1;
  readonly #clock: CountClock;
  readonly #random: RandomStream;
  readonly #isPoisson: boolean;
  readonly #step: number;
  #gapsAhead: number;
  #count = 0;
  #lastNs = 0;
  #ended = false;

  constructor(
    gaps: 'poisson' | 'uniform',
    clock: CountClock,
    random: RandomStream,
    producerIndex: number,
    producerCount: number,
  ) {
    this.#clock = clock;
    this.#random = random;
    this.#isPoisson = gaps === 'poisson';
    this.#step = producerCount;
    this.#gapsAhead = producerIndex + 1;
  }

  next(): number {
    if (this.#ended) return Number.POSITIVE_INFINITY;
    const gapsAhead = this.#gapsAhead;
    let count = this.#count;
    if (this.#isPoisson) for (let i = 0; i < gapsAhead; i += 1) count += unitExponential(this.#random.uniform());
    else for (let i = 0; i < gapsAhead; i += 1) count += 2 * this.#random.uniform();
    this.#count = count;
    const timeNs = this.#clock.timeOfCount(count);
    if (timeNs === Number.POSITIVE_INFINITY) {
      this.#ended = true;
      return timeNs;
    }
    this.index += gapsAhead;
    this.#gapsAhead = this.#step;
    // At a switch of the rate, rounding may move the inverse back.
    this.#lastNs = Math.max(this.#lastNs, Math.floor(timeNs));
    return this.#lastNs;
  }
}
