import { type RandomStream, unitExponential } from './random.ts';
import type { RateCurve } from './rate-curve.ts';
import type { ArrivalsSpec } from './scenario.ts';

/** The inverse of a cumulative rate, for counts that never decrease. */
export interface CountClock {
  /** Time of a count, in ns from the start of the run; Infinity if the run ends before that count. */
  timeOfCount(count: number): number;
}

/** The inverse of the phases' rate, without modulation. */
export class PlainClock implements CountClock {
  readonly #curve: RateCurve;
  readonly #endCount: number;
  #phase = 0;
  #phaseEndCount: number;

  constructor(curve: RateCurve) {
    this.#curve = curve;
    this.#endCount = curve.endCount;
    this.#phaseEndCount = curve.phaseEndCount(0);
  }

  timeOfCount(count: number): number {
    if (count >= this.#endCount) return Number.POSITIVE_INFINITY;
    while (count >= this.#phaseEndCount) {
      this.#phase += 1;
      this.#phaseEndCount = this.#curve.phaseEndCount(this.#phase);
    }
    return this.#curve.timeInPhase(this.#phase, count);
  }
}

/** Two states that alternate. Their rate factors are scaled so that the mean over time is 1. */
export interface TwoStates {
  readonly factors: readonly [number, number];
  readonly meanNs: readonly [number, number];
}

export function twoStates(arrivals: ArrivalsSpec & { readonly kind: 'on-off' | 'mmpp' }): TwoStates {
  const isOnOff = arrivals.kind === 'on-off';
  const rates: readonly [number, number] = isOnOff ? [1, 0] : arrivals.rates;
  const meanNs: readonly [number, number] = isOnOff ? [arrivals.meanOnNs, arrivals.meanOffNs] : arrivals.meanNs;
  const mean = (rates[0] * meanNs[0] + rates[1] * meanNs[1]) / (meanNs[0] + meanNs[1]);
  return { factors: [rates[0] / mean, rates[1] / mean], meanNs };
}

/**
 * The phases' rate times the factor of a two-state Markov chain. Stays are exponential in time, and the first state is drawn
 * from the chain's long-run shares. Poisson gaps over this clock are a Markov-modulated Poisson process.
 *
 * Between two switches the modulated count advances by factor times the plain count:
 *
 *   M(t) = M(s) + factor (N(t) - N(s))     =>     t = N^-1( N(s) + (m - M(s)) / factor )
 */
export class ModulatedClock implements CountClock {
  readonly #curve: RateCurve;
  readonly #plain: PlainClock;
  readonly #states: TwoStates;
  readonly #random: RandomStream;
  #state: 0 | 1;
  /** Plain and modulated count at the last switch, and at the next one. */
  #plainFrom = 0;
  #modulatedFrom = 0;
  #plainTo = 0;
  #modulatedTo = 0;
  #switchAtNs = 0;

  constructor(curve: RateCurve, states: TwoStates, random: RandomStream) {
    this.#curve = curve;
    this.#plain = new PlainClock(curve);
    this.#states = states;
    this.#random = random;
    const firstShare = states.meanNs[0] / (states.meanNs[0] + states.meanNs[1]);
    this.#state = random.uniform() < firstShare ? 1 : 0;
    this.#advance();
  }

  timeOfCount(count: number): number {
    while (count >= this.#modulatedTo) {
      if (this.#switchAtNs >= this.#curve.endNs) return Number.POSITIVE_INFINITY;
      this.#advance();
    }
    const factor = this.#states.factors[this.#state];
    return this.#plain.timeOfCount(this.#plainFrom + (count - this.#modulatedFrom) / factor);
  }

  /** Switches to the other state and draws its whole stay, even if the run ends before. */
  #advance(): void {
    this.#state = this.#state === 0 ? 1 : 0;
    this.#plainFrom = this.#plainTo;
    this.#modulatedFrom = this.#modulatedTo;
    this.#switchAtNs += this.#states.meanNs[this.#state] * unitExponential(this.#random.uniform());
    this.#plainTo = this.#curve.countAt(this.#switchAtNs);
    this.#modulatedTo = this.#modulatedFrom + this.#states.factors[this.#state] * (this.#plainTo - this.#plainFrom);
  }
}
