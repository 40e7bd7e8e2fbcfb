import { type Block, type GatePair, orderOf } from '../../../reports/gate/pairs.ts';
import { rulesFor } from '../../../reports/gate/plan.ts';
import type { NoisePair } from '../../../reports/gate/simulate.ts';

export const P50 = { name: 'putToGet.p50', isBetterHigher: false } as const;

/** 60 pairs to decide and 40 to confirm, a tolerance of 5 % and a floor of 2.5 %. */
export const RULES = rulesFor({ metric: P50, toleranceRatio: 0.05, floorRatio: 0.025, plannedPairs: 100 });

export function blockOf(values: Block['values'], undeliveredRecords = 0): Block {
  return { values, owedRecords: 2000, undeliveredRecords, tookNs: 2.5e9 };
}

/** Pairs for a simulation, with the given log-ratios and full delivery. */
export function delivered(ratios: readonly number[]): NoisePair[] {
  return ratios.map((ratio) => ({ ratio, delivery: { baselineRatio: 0, candidateRatio: 0 } }));
}

/** One pair for each ratio candidate / baseline, with a median put-to-get of 10 ms on the baseline. */
export function pairsOf(ratios: readonly number[]): GatePair[] {
  return ratios.map((ratio, index) => ({
    seed: index,
    order: orderOf(index),
    baseline: blockOf({ 'putToGet.p50': 10e6, 'achieved.rate': 1000 }),
    candidate: blockOf({ 'putToGet.p50': 10e6 * ratio, 'achieved.rate': 1000 }),
  }));
}

/** Values that alternate around `centre`, half of them on each side: -spread, +spread, -spread/2, +spread/2, ... */
export function around(centre: number, spread: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    const size = spread / (1 + (Math.floor(index / 2) % 3));
    return centre + (index % 2 === 0 ? -size : size);
  });
}

/** Reproducible noise: normal deviates from a seed. Source: Box and Muller, 1958. */
export function normals(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = () => {
    // mulberry32 is small, and good enough for tests.
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
