import { normalQuantile } from '../../../reports/statistics/distributions.ts';
import { RandomStream } from '../../../workloads/random.ts';

/** Adds normal noise to each value. The noise is the same for the same seed. */
export function noisy(levels: readonly number[], noiseRatio: number, seed: number): number[] {
  const random = new RandomStream(seed, 'history');
  return levels.map((level) => level * (1 + noiseRatio * normalQuantile(Math.max(1e-15, random.uniform()))));
}

/** `level(10, 3)` is three values of 10. */
export function level(value: number, count: number): number[] {
  return new Array<number>(count).fill(value);
}
