import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type GateRules, type GateState, judgeReadings } from './judge.ts';
import { type PairDelivery, pairDelivery } from './judge-delivery.ts';
import { type GatedMetric, type GatePair, logRatios } from './pairs.ts';

export interface SimulationOptions {
  /** True worsening that is put into the candidate; 0 for a comparison of equals. */
  readonly effectRatio: number;
  readonly runs: number;
  readonly seed?: number;
}

/** What a simulation draws of a recorded pair. */
export interface NoisePair {
  readonly ratio: number;
  readonly delivery: PairDelivery;
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
 * @param noise at least `PIECE_PAIRS` pairs, from the first recorded one on.
 * Source of drawing in pieces: Kunsch, "The jackknife and the bootstrap for general stationary observations", 1989.
 */
export function simulateGates(
  noise: readonly NoisePair[],
  rules: GateRules,
  { effectRatio, runs, seed = 1 }: SimulationOptions,
): SimulatedGates {
  const random = xoroshiro128plus(seed);
  const places = Math.floor((noise.length - PIECE_PAIRS) / 2) + 1;
  const effect = Math.log1p(effectRatio);
  const found = { pass: 0, fail: 0, inconclusive: 0, invalid: 0, open: 0 } satisfies Record<GateState['kind'], number>;
  const plannedPairs = rules.firstPairs + rules.confirmPairs;
  let pairs = 0;
  for (let run = 0; run < runs; run++) {
    const ratios: number[] = [];
    const deliveries: PairDelivery[] = [];
    let state: GateState;
    do {
      const start = 2 * Math.floor(((random.next() >>> 0) / 2 ** 32) * places);
      const isSwapped = start % 4 !== 0;
      for (const { ratio, delivery } of noise.slice(start, start + PIECE_PAIRS)) {
        if (ratios.length === plannedPairs) break;
        ratios.push((isSwapped ? -ratio : ratio) + effect);
        deliveries.push(isSwapped ? swapped(delivery) : delivery);
      }
      state = judgeReadings(ratios, deliveries, rules, ratios.length === plannedPairs);
    } while (state.kind === 'open');
    found[state.kind] += 1;
    pairs += state.first.usedPairs + (state.confirmation?.usedPairs ?? 0);
  }
  const inconclusive = found.inconclusive + found.invalid;
  return { runs, failed: found.fail, passed: found.pass, inconclusive, meanPairs: pairs / runs };
}

function swapped({ baselineRatio, candidateRatio }: PairDelivery): PairDelivery {
  return { baselineRatio: candidateRatio, candidateRatio: baselineRatio };
}

/** Fewest recorded pairs that a simulation draws from. */
export const SIMULATION_PAIRS_MIN = 2 * PIECE_PAIRS;

/**
 * The noise to simulate with: the recorded pairs without those at the start that a gate discards. As many are skipped as keep the
 * order of pairs in step. A pair without a value says nothing about the noise; its whole round of the order is skipped.
 */
export function noiseOf({ pairs, discardPairs }: RecordedNoise, metric: GatedMetric): NoisePair[] {
  const skipped = Math.ceil(discardPairs / ORDER_PERIOD) * ORDER_PERIOD;
  const ratios = logRatios(pairs, metric);
  const noise: NoisePair[] = [];
  for (let start = skipped; start < pairs.length; start += ORDER_PERIOD) {
    const round = pairs.slice(start, start + ORDER_PERIOD).flatMap((pair, index): NoisePair[] => {
      const ratio = ratios[start + index] ?? null;
      return ratio === null ? [] : [{ ratio, delivery: pairDelivery(pair) }];
    });
    if (round.length === Math.min(ORDER_PERIOD, pairs.length - start)) noise.push(...round);
  }
  return noise;
}

/** A calibration, or its like. */
export interface RecordedNoise {
  readonly pairs: readonly GatePair[];
  readonly discardPairs: number;
}

/** See `orderOf`. */
const ORDER_PERIOD = 4;
