import { deriveSeed, uniformAt } from './random.ts';

/**
 * Zipf keys: rank k of n has probability k^-s / zeta(n, s). Two samplers have this distribution: an alias table (one lookup
 * per draw, 12 bytes per key), and rejection-inversion, which needs no memory.
 *
 * The limit is where the table becomes the slower one. Measured on two cores, ns per draw: the table takes 16 for 2^14 keys, 25
 * for 2^18, 33 for 2^19, and 70 for 2^20, when it leaves the cache; rejection-inversion takes 46 for any number.
 * @internal
 */
export const ALIAS_KEYS_MAX = 2 ** 19;

/** Each attempt of one record has a seed of its own. The probability that 64 in a row are rejected is below 10^-100. */
const ATTEMPTS_MAX = 64;

/** @returns A function from the index of a record to the rank of its key, from 0. */
export function createZipf(count: number, exponent: number, seed: number): (recordIndex: number) => number {
  if (count > ALIAS_KEYS_MAX) return createRejectionZipf(count, exponent, seed);
  const weights = Float64Array.from({ length: count }, (_, rank) => (rank + 1) ** -exponent);
  return createAliasDraw(weights, deriveSeed(seed, 'zipf'));
}

/**
 * Rejection-inversion. Source: Hormann and Derflinger, "Rejection-inversion to generate variates from monotone discrete
 * distributions", 1996, in the form of Apache Commons RNG's RejectionInversionZipfSampler.
 * @internal
 */
export class RejectionInversion {
  readonly count: number;
  readonly exponent: number;
  readonly hIntegralX1: number;
  readonly hIntegralCount: number;
  readonly cut: number;

  constructor(count: number, exponent: number) {
    this.count = count;
    this.exponent = exponent;
    this.hIntegralX1 = this.hIntegral(1.5) - 1;
    this.hIntegralCount = this.hIntegral(count + 0.5);
    this.cut = 2 - this.hIntegralInverse(this.hIntegral(2.5) - this.h(2));
  }

  /** Returns the rank, from 1, for u in [0, 1); or 0 if u is rejected and another one is needed. */
  rank(u: number): number {
    const y = this.hIntegralCount + u * (this.hIntegralX1 - this.hIntegralCount);
    const x = this.hIntegralInverse(y);
    const k = Math.min(this.count, Math.max(1, Math.floor(x + 0.5)));
    return k - x <= this.cut || y >= this.hIntegral(k + 0.5) - this.h(k) ? k : 0;
  }

  h(x: number): number {
    return Math.exp(-this.exponent * Math.log(x));
  }

  /** (x^(1-s) - 1) / (1-s), and ln x at s = 1. */
  hIntegral(x: number): number {
    const logX = Math.log(x);
    return expm1Over((1 - this.exponent) * logX) * logX;
  }

  hIntegralInverse(y: number): number {
    const t = Math.max(-1, (1 - this.exponent) * y);
    return Math.exp(log1pOver(t) * y);
  }
}

/** @internal */
export function createRejectionZipf(count: number, exponent: number, seed: number): (recordIndex: number) => number {
  const sampler = new RejectionInversion(count, exponent);
  const seeds = Int32Array.from({ length: ATTEMPTS_MAX }, (_, attempt) => deriveSeed(seed, `zipf attempt ${attempt}`));
  return (recordIndex) => {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      const rank = sampler.rank(uniformAt(seeds[attempt]!, recordIndex));
      if (rank !== 0) return rank - 1;
    }
    return 0;
  };
}

/** expm1(x) / x, by its series if the quotient would lose digits. */
function expm1Over(x: number): number {
  return Math.abs(x) > 1e-8 ? Math.expm1(x) / x : 1 + x * 0.5 * (1 + (x / 3) * (1 + 0.25 * x));
}

/** ln(1 + x) / x, by its series if the quotient would lose digits. */
function log1pOver(x: number): number {
  return Math.abs(x) > 1e-8 ? Math.log1p(x) / x : 1 - x * (0.5 - x * (1 / 3 - 0.25 * x));
}

/**
 * Draws from any weights by one uniform number: its whole part picks a column, and its fraction decides between the column and
 * its alias. Source: Vose, "A linear algorithm for generating random numbers with a given distribution", 1991.
 * @internal
 */
export function createAliasDraw(weights: Float64Array, drawSeed: number): (recordIndex: number) => number {
  const { keep, alias } = buildAlias(weights);
  const count = weights.length;
  return (recordIndex) => {
    const scaled = uniformAt(drawSeed, recordIndex) * count;
    const column = Math.floor(scaled);
    return scaled - column < keep[column]! ? column : alias[column]!;
  };
}

/** @internal */
export function buildAlias(weights: Float64Array): { keep: Float64Array; alias: Int32Array } {
  const count = weights.length;
  let total = 0;
  for (let i = count - 1; i >= 0; i -= 1) total += weights[i]!;
  const keep = weights.map((weight) => (weight * count) / total);
  const alias = Int32Array.from({ length: count }, (_, i) => i);
  const small: number[] = [];
  const large: number[] = [];
  for (let i = 0; i < count; i += 1) (keep[i]! < 1 ? small : large).push(i);
  while (small.length > 0 && large.length > 0) {
    const poor = small.pop()!;
    const rich = large[large.length - 1]!;
    alias[poor] = rich;
    keep[rich] = keep[rich]! - (1 - keep[poor]!);
    if (keep[rich]! < 1) small.push(large.pop()!);
  }
  // The remaining columns are 1 up to rounding.
  for (const i of small) keep[i] = 1;
  for (const i of large) keep[i] = 1;
  return { keep, alias };
}
