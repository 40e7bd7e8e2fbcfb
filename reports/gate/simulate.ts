import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type GateRules, type GateState, judgeReadings } from './judge.ts';
import { type PairDelivery, pairDelivery } from './judge-delivery.ts';
import { type GatedMetric, type GatePair, logRatios } from './pairs.ts';

export interface SimulationOptions {
  /** Worsening that the simulation adds to the candidate; 0 for a comparison of equal sides. */
  readonly effectRatio: number;
  readonly runs: number;
  readonly seed?: number;
}

/** The part of a recorded pair that a simulation uses. */
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

/** Pairs that a simulation draws together, so that noise that lasts a minute or two stays in the simulation as it was. */
const PIECE_PAIRS = 8;

/**
 * Simulates gates of `rules` with recorded noise: pairs of blocks of one side against itself. It draws pieces of eight
 * consecutive pairs at random. It assumes nothing about the noise, and judges with the code of real gates.
 *
 * A piece begins at an even pair. If this pair has the other order (see `orderOf`), the sides of the piece are swapped: the
 * order then continues as in a real gate, and the first block of a pair stays the first one.
 * @param noise at least `PIECE_PAIRS` pairs, beginning with the first recorded one.
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

/** Recorded pairs that a simulation needs. */
export const SIMULATION_PAIRS_MIN = 2 * PIECE_PAIRS;

/**
 * The noise for simulations: the recorded pairs without those at the start that a gate discards. Pairs are skipped in whole
 * periods of their order (see `orderOf`), so that the order continues. A period with a pair without a value is skipped too.
 */
export function noiseOf({ pairs, discardPairs }: RecordedNoise, metric: GatedMetric): NoisePair[] {
  const skipped = Math.ceil(discardPairs / ORDER_PERIOD) * ORDER_PERIOD;
  const ratios = logRatios(pairs, metric);
  const noise: NoisePair[] = [];
  for (let start = skipped; start < pairs.length; start += ORDER_PERIOD) {
    const period = pairs.slice(start, start + ORDER_PERIOD).flatMap((pair, index): NoisePair[] => {
      const ratio = ratios[start + index] ?? null;
      return ratio === null ? [] : [{ ratio, delivery: pairDelivery(pair) }];
    });
    if (period.length === Math.min(ORDER_PERIOD, pairs.length - start)) noise.push(...period);
  }
  return noise;
}

/** The part of a calibration that simulations need. */
export interface RecordedNoise {
  readonly pairs: readonly GatePair[];
  readonly discardPairs: number;
}

/** Pairs after which the order of sides repeats; see `orderOf`. */
const ORDER_PERIOD = 4;
