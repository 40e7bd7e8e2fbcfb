import type { RandomStream } from '../../workloads/random.ts';

/** Below this mean, counting down a product of uniforms is faster. */
const SMALL_MEAN = 10;
const LOG_FACTORIALS = 128;
const HALF_LOG_2_PI = 0.5 * Math.log(2 * Math.PI);

/**
 * Poisson counts.
 * Source for means of 10 and more: Hormann, "The transformed rejection method for generating Poisson random variables", 1993 (PTRS).
 */
export class PoissonDraw {
  readonly #random: RandomStream;

  constructor(random: RandomStream) {
    this.#random = random;
  }

  /** @param mean 0 or more. */
  next(mean: number): number {
    if (mean >= SMALL_MEAN) return this.#large(mean);
    return mean > 0 ? this.#small(mean) : 0;
  }

  #small(mean: number): number {
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.#random.uniform(); product > limit; product *= this.#random.uniform()) count += 1;
    return count;
  }

  #large(mean: number): number {
    const b = 0.931 + 2.53 * Math.sqrt(mean);
    const a = -0.059 + 0.02483 * b;
    const quick = 0.9277 - 3.6224 / (b - 2);
    for (;;) {
      const u = this.#random.uniform() - 0.5;
      const v = this.#random.uniform();
      const us = 0.5 - Math.abs(u);
      const count = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
      if (us >= 0.07 && v <= quick) return count;
      if (count < 0 || (us < 0.013 && v > us)) continue;
      const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
      const height = Math.log((v * inverseAlpha) / (a / (us * us) + b));
      if (height <= count * Math.log(mean) - mean - logFactorial(count)) return count;
    }
  }
}

const smallLogFactorials = new Float64Array(LOG_FACTORIALS);
for (let n = 2; n < LOG_FACTORIALS; n++) smallLogFactorials[n] = smallLogFactorials[n - 1]! + Math.log(n);

/** ln n!, by Stirling's series from 128 on, where it is exact to a float64. */
function logFactorial(n: number): number {
  if (n < LOG_FACTORIALS) return smallLogFactorials[n]!;
  const x = n + 1;
  return (x - 0.5) * Math.log(x) - x + HALF_LOG_2_PI + 1 / (12 * x) - 1 / (360 * x ** 3);
}
