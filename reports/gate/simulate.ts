import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type GateRules, type GateState, judgeRatios } from './judge.ts';
import { type GatedMetric, type GatePair, logRatios } from './pairs.ts';

export interface SimulationOptions {
  /** True worsening that is put into the candidate; 0 for a comparison of equals. */
  readonly effectRatio: number;
  readonly runs: number;
  readonly seed?: number;
}

export interface SimulatedGates {
  readonly runs: number;
  readonly failed: number;
  readonly passed: number;
  readonly inconclusive: number;
  /** Pairs until the verdict, on average. */
  readonly meanPairs: number;
}

/** Pairs that stay together: noise that lasts for a minute or two is then in the simulation as it was. */
const PIECE_PAIRS = 8;

/**
 * Gates of `rules` over recorded noise: pairs of blocks of one side against itself, in the order in which they were recorded,
 * in pieces of eight that are drawn at random. Nothing is assumed about the noise, and the code that judges is the gate's own.
 *
 * A piece begins at an even pair. Where its first pair has the other order (see `orderOf`), the sides of the piece change
 * places, so that the order goes on as in a real gate, and what is first in a pair stays first.
 * @param noise at least `PIECE_PAIRS` log-ratios as `logRatios` gives them, from the first recorded pair on.
 * Source of drawing in pieces: Kunsch, "The jackknife and the bootstrap for general stationary observations", 1989.
 */
export function simulateGates(
  noise: readonly number[],
  rules: GateRules,
  { effectRatio, runs, seed = 1 }: SimulationOptions,
): SimulatedGates {
  const random = xoroshiro128plus(seed);
  const places = Math.floor((noise.length - PIECE_PAIRS) / 2) + 1;
  const effect = Math.log1p(effectRatio);
  const found = { pass: 0, fail: 0, inconclusive: 0, open: 0 } satisfies Record<GateState['kind'], number>;
  let pairs = 0;
  for (let run = 0; run < runs; run++) {
    const ratios: number[] = [];
    let state: GateState;
    do {
      const start = 2 * Math.floor(((random.next() >>> 0) / 2 ** 32) * places);
      const sign = start % 4 === 0 ? 1 : -1;
      for (const ratio of noise.slice(start, start + PIECE_PAIRS)) ratios.push(sign * ratio + effect);
      state = judgeRatios(ratios, rules);
    } while (state.kind === 'open');
    found[state.kind] += 1;
    pairs += state.first.usedPairs + (state.confirmation?.usedPairs ?? 0);
  }
  return { runs, failed: found.fail, passed: found.pass, inconclusive: found.inconclusive, meanPairs: pairs / runs };
}

/** Fewest recorded pairs that a simulation draws from. */
export const SIMULATION_LEAST_PAIRS = 2 * PIECE_PAIRS;

/**
 * The noise to simulate with: log-ratios of the recorded pairs, without those at the start that a gate discards. As many are
 * left out as keep the order of pairs in step. A pair without a value counts as no noise, so that the order stays.
 */
export function noiseOf({ pairs, discardPairs }: RecordedNoise, metric: GatedMetric): number[] {
  const leftOut = Math.ceil(discardPairs / ORDER_PERIOD) * ORDER_PERIOD;
  return logRatios(pairs.slice(leftOut), metric).map((ratio) => ratio ?? 0);
}

/** A calibration, or its like. */
export interface RecordedNoise {
  readonly pairs: readonly GatePair[];
  readonly discardPairs: number;
}

/** See `orderOf`. */
const ORDER_PERIOD = 4;
