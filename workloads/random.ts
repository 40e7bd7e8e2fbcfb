import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator';

/**
 * A stream of random numbers. There are two kinds of randomness, both from the one seed of the scenario:
 *
 * - A *stream* returns one draw after another, for things that are made in order (gaps between arrivals, bytes of pools).
 * - A *position-addressed* draw is a function of (seed, index), for things that must not depend on who makes them: record i has
 *   the same key and payload whichever producer sends it.
 */
export class RandomStream {
  readonly #generator: JumpableRandomGenerator;

  constructor(seed: number, label: string) {
    const first = deriveSeed(seed, label);
    // With the generator's own seeding, near seeds have near first draws. Four hashed words avoid that.
    const state = [mix(first + 1), mix(first + 2), mix(first + 3), mix(first + 4) | 1];
    this.#generator = xoroshiro128plusFromState(state);
  }

  /** Returns a number in [0, 1) with 53 random bits: the upper bits of two draws, because the lowest bits of xoroshiro128+ are weak. */
  uniform(): number {
    const high = this.#generator.next() >>> 5;
    const low = this.#generator.next() >>> 6;
    return (high * 67_108_864 + low) / 9_007_199_254_740_992;
  }

  /** Returns a whole number in [0, bound), with a bound up to 2^32. */
  below(bound: number): number {
    return Math.floor(this.uniform() * bound);
  }

  /** Returns 32 random bits as an int32. */
  bits(): number {
    return this.#generator.next();
  }
}

/**
 * Derives a 32-bit seed for one purpose, so that a new purpose does not change the draws of others.
 * @param seed Seed of the scenario, a whole number from 0 to 2^53 - 1. Both halves count.
 */
export function deriveSeed(seed: number, label: string): number {
  let hash = mix((seed | 0) ^ mix(Math.floor(seed / 4_294_967_296) + 0x6a09e667));
  for (let i = 0; i < label.length; i += 1) hash = mix(hash ^ Math.imul(label.charCodeAt(i) + 1, 0x9e3779b1));
  return hash;
}

/**
 * Returns a number in [0, 1) with 53 random bits, from a position instead of a state. No allocation, no BigInt.
 * @param seed 32 bits from `deriveSeed`.
 * @param index Whole number from 0 to 2^53 - 1. All its bits count.
 */
export function uniformAt(seed: number, index: number): number {
  const low = index | 0;
  const high = index < 4_294_967_296 ? 0 : (index / 4_294_967_296) | 0;
  const first = mix(mix(low ^ seed) + Math.imul(high, 0x9e3779b1) + seed);
  const second = mix(first ^ Math.imul(low, 0x85ebca6b) ^ 0x3c6ef372);
  return ((first >>> 5) * 67_108_864 + (second >>> 6)) / 9_007_199_254_740_992;
}

/** Returns an exponential draw with mean 1. The logarithm is finite because u is below 1. */
export function unitExponential(u: number): number {
  return -Math.log(1 - u);
}

/**
 * A bijection of 32 bits in which every input bit flips every output bit with probability one half (bias 0.107).
 * Source: Chris Wellons' hash-prospector, the 2-round function with multipliers 21f0aaad and 735a2d97.
 */
export function mix(value: number): number {
  let x = value | 0;
  x ^= x >>> 16;
  x = Math.imul(x, 0x21f0aaad);
  x ^= x >>> 15;
  x = Math.imul(x, 0x735a2d97);
  return x ^ (x >>> 15);
}
