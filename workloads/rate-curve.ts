import type { Phase } from './scenario.ts';

/**
 * The intended rate over time, and its integral: N(t) records are due before t. Record i is due when N(t) = i, so the
 * first one is due at the very start.
 *
 *   rate                                     N(t)
 *    ^         ______ steady                  ^            .'
 *    |       .'                               |          .'
 *    |  ___.'  ramp                           |      _.-'
 *    |  warm-up                               |  .-'
 *    +-------------------> t                  +-------------------> t
 *
 * Counts continue across phases: a phase does not begin with a record, it begins at its count.
 * Within a phase, with rate f at its start, g at its end, length D and time x since its start (all in seconds):
 *
 *   N(x) = n0 + f x + (g - f) x^2 / (2 D)        x(N) = 2 c / (f + sqrt(f^2 + 2 (g - f) c / D)),  c = N - n0
 *
 * The second form of the root has no cancellation and holds for g = f, where it is c / f.
 */
export class RateCurve {
  readonly phaseCount: number;
  /** Start of each phase, and end of the last one, so that there is one more entry than phases. */
  readonly #startNs: Float64Array;
  readonly #startCount: Float64Array;
  readonly #fromPerSecond: Float64Array;
  readonly #toPerSecond: Float64Array;

  constructor(phases: readonly Phase[]) {
    this.phaseCount = phases.length;
    this.#startNs = new Float64Array(phases.length + 1);
    this.#startCount = new Float64Array(phases.length + 1);
    this.#fromPerSecond = Float64Array.from(phases, (phase) => phase.fromPerSecond);
    this.#toPerSecond = Float64Array.from(phases, (phase) => phase.toPerSecond);
    for (const [i, phase] of phases.entries()) {
      this.#startNs[i] = phase.startNs;
      this.#startNs[i + 1] = phase.startNs + phase.durationNs;
      const count = this.#startCount[i]! + ((phase.fromPerSecond + phase.toPerSecond) / 2) * (phase.durationNs / 1e9);
      this.#startCount[i + 1] = nearlyWhole(count);
    }
  }

  get endNs(): number {
    return this.#startNs[this.phaseCount]!;
  }

  /** N at the end of the last phase. */
  get endCount(): number {
    return this.#startCount[this.phaseCount]!;
  }

  /** Number of records of a schedule that is not random: the records that are due before the end. */
  get recordCount(): number {
    return Math.ceil(this.endCount);
  }

  phaseEndCount(phase: number): number {
    return this.#startCount[phase + 1]!;
  }

  phaseStartNs(phase: number): number {
    return this.#startNs[phase]!;
  }

  /** N(t); 0 before the start, the total after the end. */
  countAt(tNs: number): number {
    if (tNs <= 0) return 0;
    if (tNs >= this.endNs) return this.endCount;
    return this.countInPhase(this.phaseAt(tNs), tNs);
  }

  countInPhase(phase: number, tNs: number): number {
    const seconds = (tNs - this.#startNs[phase]!) / 1e9;
    const lengthSeconds = (this.#startNs[phase + 1]! - this.#startNs[phase]!) / 1e9;
    const from = this.#fromPerSecond[phase]!;
    const to = this.#toPerSecond[phase]!;
    return this.#startCount[phase]! + from * seconds + ((to - from) * seconds * seconds) / (2 * lengthSeconds);
  }

  /** The intended rate, records per second; 0 outside the run. A phase's first instant has the phase's rate. */
  rateAt(tNs: number): number {
    if (tNs < 0 || tNs >= this.endNs) return 0;
    const phase = this.phaseAt(tNs);
    const share = (tNs - this.#startNs[phase]!) / (this.#startNs[phase + 1]! - this.#startNs[phase]!);
    return this.#fromPerSecond[phase]! + (this.#toPerSecond[phase]! - this.#fromPerSecond[phase]!) * share;
  }

  /** The inverse of N, not rounded; Infinity for the total and above. */
  timeOfCount(count: number): number {
    if (count >= this.endCount) return Number.POSITIVE_INFINITY;
    let phase = 0;
    while (count >= this.#startCount[phase + 1]!) phase += 1;
    return this.timeInPhase(phase, count);
  }

  timeInPhase(phase: number, count: number): number {
    const from = this.#fromPerSecond[phase]!;
    const to = this.#toPerSecond[phase]!;
    const startNs = this.#startNs[phase]!;
    const behind = count - this.#startCount[phase]!;
    // Multiplies before dividing: count * 10^9 is exact far beyond any run, but a period of 1/3 ms is not.
    if (from === to) return startNs + (behind * 1e9) / from;
    if (behind <= 0) return startNs;
    const lengthSeconds = (this.#startNs[phase + 1]! - startNs) / 1e9;
    const root = Math.sqrt(Math.max(0, from * from + (2 * (to - from) * behind) / lengthSeconds));
    return startNs + (2e9 * behind) / (from + root);
  }

  phaseAt(tNs: number): number {
    let phase = 0;
    while (phase < this.phaseCount - 1 && tNs >= this.#startNs[phase + 1]!) phase += 1;
    return phase;
  }

  /** Time at which record i is due, in whole ns; Infinity for `recordCount` and above. */
  intendedAtNs(i: number): number {
    return Math.floor(this.timeOfCount(i));
  }

  /** Number of records that are due at or before t: the inverse of `intendedAtNs`. */
  dueBy(tNs: number): number {
    if (tNs < 0) return 0;
    const total = this.recordCount;
    let count = Math.min(total, Math.max(0, Math.ceil(this.countAt(tNs + 1))));
    // N and its inverse may be rounded differently by one record. The inverse decides.
    while (count < total && this.intendedAtNs(count) <= tNs) count += 1;
    while (count > 0 && this.intendedAtNs(count - 1) > tNs) count -= 1;
    return count;
  }
}

/** Rounds a count that is almost whole: 100/m for 60 s is 100 records, although 1.666... records/s is inexact. */
function nearlyWhole(count: number): number {
  const whole = Math.round(count);
  return Math.abs(count - whole) <= 1e-12 * Math.max(1, whole) ? whole : count;
}
