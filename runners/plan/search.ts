import type { SimulatedRun } from '../simulation/simulated-run.ts';
import type { SloVerdict } from './slo.ts';

/** A shard count that was simulated. */
export interface TriedCount extends SloVerdict {
  readonly run: SimulatedRun;
}

export interface SearchOptions {
  readonly judge: (run: SimulatedRun) => SloVerdict;
  /** Where to begin: no smaller count can hold. */
  readonly minShards: number;
  readonly maxShards: number;
  readonly simulate: (shards: number) => SimulatedRun;
  /** True if arithmetic shows, without a simulation, that this count fails. */
  readonly isHopeless: (shards: number) => boolean;
}

export type SearchEnd =
  /** `isNextHeld` false: the next larger count fails, and so did each that was tried above it. */
  | {
      readonly kind: 'found';
      readonly shards: number;
      readonly isNextHeld: boolean;
      readonly passedBelow: readonly number[];
    }
  /** Nothing is throttled and the SLO still fails: more shards change nothing. */
  | { readonly kind: 'floor'; readonly shards: number }
  /** One shard is overloaded in some second, however many there are: the records of that second have one key. */
  | { readonly kind: 'burst'; readonly shards: number }
  | { readonly kind: 'too-large' };

/** Above this many shards the search takes larger steps, and then halves the last one. */
const SINGLE_STEPS_MAX = 64;
/** So many counts above one that passes are tried until two neighbours pass. */
const NEIGHBOURS_MAX = 8;
/** Failures after which many more shards are tried: do more shards help at all? */
const FAR_AFTER_FAILURES = 3;
const FAR_FACTOR = 8;
const WALKED_MAX = 16;
/** Eight times the shards lower the peak of the busiest one by less than this only if one key makes it. */
const ONE_KEY_RATIO = 0.7;

/**
 * The smallest shard count that holds an SLO. Even ranges of hash keys make this no rising function: the busiest shard of 7 may have
 * more than the busiest of 6. So the search walks upwards, and wants the next larger count to hold too. Each count is simulated once.
 */
export class ShardSearch {
  readonly #options: SearchOptions;
  readonly #tried = new Map<number, TriedCount>();

  constructor(options: SearchOptions) {
    this.#options = options;
  }

  /** The counts that were simulated, fewest shards first. */
  get tried(): TriedCount[] {
    return [...this.#tried.values()].sort((a, b) => a.run.shards - b.run.shards);
  }

  try(shards: number): TriedCount {
    const known = this.#tried.get(shards);
    if (known !== undefined) return known;
    const run = this.#options.simulate(shards);
    const tried = { run, ...this.#options.judge(run) };
    this.#tried.set(shards, tried);
    return tried;
  }

  find(): SearchEnd {
    const { maxShards } = this.#options;
    let failures = 0;
    let failed = 0;
    let shards = this.#firstHopeful(Math.min(this.#options.minShards, maxShards));
    while (shards <= maxShards) {
      const tried = this.try(shards);
      if (tried.isHeld) return this.#settle(this.#smallestIn(failed, shards));
      if (isFloor(tried)) return { kind: 'floor', shards };
      failures += 1;
      failed = shards;
      if (failures === FAR_AFTER_FAILURES) {
        const far = this.try(Math.min(maxShards, shards * FAR_FACTOR));
        if (isFloor(far)) return { kind: 'floor', shards: far.run.shards };
        if (!far.isHeld && isOneKey(tried.run, far.run)) return { kind: 'burst', shards: far.run.shards };
        // Few shards are walked one by one: between them, halving a step may miss the smallest that holds.
        if (shards >= WALKED_MAX && far.isHeld) return this.#settle(this.#smallestIn(failed, far.run.shards));
        if (!far.isHeld) failed = far.run.shards;
      }
      if (failed === maxShards) break;
      shards = this.#firstHopeful(Math.min(maxShards, failed + stepAt(failed, failures)));
    }
    return { kind: 'too-large' };
  }

  #firstHopeful(from: number): number {
    const { maxShards, isHopeless } = this.#options;
    let shards = from;
    while (shards <= maxShards && isHopeless(shards)) shards += stepAt(shards, 0);
    return shards;
  }

  /** Halves the step between a count that fails and one that holds. Below it, counts that arithmetic ruled out may hold. */
  #smallestIn(failed: number, held: number): number {
    let [low, high] = [failed, held];
    if (failed === 0) low = high - 1;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.try(middle).isHeld) high = middle;
      else low = middle;
    }
    while (high > 1 && !this.#options.isHopeless(high - 1) && this.try(high - 1).isHeld) high -= 1;
    return high;
  }

  /** From a count that holds to the first one whose next larger one holds too. */
  #settle(first: number): SearchEnd {
    const { maxShards } = this.#options;
    const passedBelow: number[] = [];
    for (let shards = first; shards < Math.min(maxShards, first + NEIGHBOURS_MAX); shards++) {
      if (!this.try(shards).isHeld) continue;
      if (this.try(shards + 1).isHeld) return { kind: 'found', shards, isNextHeld: true, passedBelow };
      passedBelow.push(shards);
    }
    return { kind: 'found', shards: first, isNextHeld: first === maxShards, passedBelow: [] };
  }
}

function stepAt(shards: number, failures: number): number {
  if (shards < SINGLE_STEPS_MAX) return failures > 6 ? 2 : 1;
  return Math.max(1, Math.floor((shards / SINGLE_STEPS_MAX) * 2 ** Math.min(3, Math.max(0, failures - 2))));
}

function isOneKey(near: SimulatedRun, far: SimulatedRun): boolean {
  const isFarther = far.shards >= near.shards * (FAR_FACTOR / 2);
  return isFarther && far.busiest.peakRatio > 1 && far.busiest.peakRatio > near.busiest.peakRatio * ONE_KEY_RATIO;
}

/** Nothing is throttled, reads keep up, and the SLO fails all the same. */
function isFloor({ isHeld, run }: TriedCount): boolean {
  const isReading = run.consumers.every(({ readUtilisationRatio }) => readUtilisationRatio < 1);
  return !isHeld && run.counts.throttledAttempts === 0 && run.busiest.peakRatio < 1 && isReading;
}
