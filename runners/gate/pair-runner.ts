import { setTimeout as sleep } from 'node:timers/promises';
import type { InvalidBlock } from '../../reports/gate/gate-result.ts';
import { type Block, type GatePair, orderOf } from '../../reports/gate/pairs.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { runBlock } from './block.ts';
import type { GateSide } from './side.ts';

export interface PairRunnerOptions {
  /** Scenario, already shortened to a block. */
  readonly scenario: Scenario;
  readonly baseline: GateSide;
  readonly candidate: GateSide;
  readonly metrics: readonly string[];
  readonly costAgreed: boolean;
  readonly signal?: AbortSignal;
  /** True if there is no time for one more block. A pair that has begun is abandoned then. */
  readonly isOver?: () => boolean;
  /** Called after each block, also after an invalid one. */
  readonly onBlock?: (side: SideName, invalidWhy: string | undefined) => void;
}

export type SideName = 'baseline' | 'candidate';

export type PairOutcome =
  | { readonly kind: 'measured'; readonly pair: GatePair }
  | { readonly kind: 'interrupted' }
  /** One of its blocks was invalid in all attempts, or its time was up. The next pair has another seed. */
  | { readonly kind: 'abandoned' }
  /** Most blocks are invalid: the machine is not fit for measurements. */
  | { readonly kind: 'blocks-invalid' };

/** Attempts at a block, before its pair is abandoned. */
const ATTEMPTS_MAX = 4;
/** Pauses after failed attempts. They grow, because the load from other programs may end. */
const PAUSES_MS = [0, 500, 1000, 2000] as const;
/** Blocks after which the share of invalid blocks is judged. */
const JUDGED_BLOCKS_MIN = 24;
/** If fewer than one in three blocks are valid, a gate hardly gets its pairs within its time. */
const INVALID_RATIO_MAX = 2 / 3;

/**
 * Runs pairs of blocks, one after the other. An invalid block, whose numbers do not describe its side because the load generator
 * was late or threads starved, is repeated with the same seed. If more than two thirds of all blocks are invalid, the machine is
 * not fit for measurements.
 */
export class PairRunner {
  readonly invalidBlocks: InvalidBlock[] = [];
  readonly #options: PairRunnerOptions;
  readonly #run: typeof runBlock;
  #pairCount = 0;
  #seedCount = 0;
  #blockCount = 0;

  /** @param run runs a block; tests pass their own. */
  constructor(options: PairRunnerOptions, run = runBlock) {
    this.#options = options;
    this.#run = run;
  }

  /** @throws RunnerError RUNNER_TARGET_FAILED if a side fails. */
  async next(): Promise<PairOutcome> {
    // The place of an abandoned pair in the order goes to the next pair.
    const order = orderOf(this.#pairCount);
    const seed = (this.#options.scenario.seed + this.#seedCount) % Number.MAX_SAFE_INTEGER;
    this.#seedCount += 1;
    const first = await this.#block(order === 'baseline-first' ? 'baseline' : 'candidate', seed);
    if (typeof first === 'string') return { kind: first };
    const second = await this.#block(order === 'baseline-first' ? 'candidate' : 'baseline', seed);
    if (typeof second === 'string') return { kind: second };
    this.#pairCount += 1;
    const [baseline, candidate] = order === 'baseline-first' ? [first, second] : [second, first];
    return { kind: 'measured', pair: { seed, order, baseline, candidate } };
  }

  async #block(sideName: SideName, seed: number): Promise<Block | 'interrupted' | 'abandoned' | 'blocks-invalid'> {
    const { onBlock, isOver = () => false, ...options } = this.#options;
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      // The planned time covers the first attempt at each block, but no further attempts.
      if (attempt > 1 && isOver()) return 'abandoned';
      if (this.#isHopeless()) return 'blocks-invalid';
      this.#blockCount += 1;
      const outcome = await this.#run({ ...options, side: options[sideName], seed, blockNumber: this.#blockCount });
      if (outcome.kind === 'interrupted') return 'interrupted';
      onBlock?.(sideName, outcome.kind === 'invalid' ? outcome.why : undefined);
      if (outcome.kind === 'measured') return outcome.block;
      this.invalidBlocks.push({ side: sideName, seed, why: outcome.why });
      await sleep(PAUSES_MS[Math.min(attempt, PAUSES_MS.length) - 1]);
    }
    return this.#isHopeless() ? 'blocks-invalid' : 'abandoned';
  }

  #isHopeless(): boolean {
    return this.#blockCount >= JUDGED_BLOCKS_MIN && this.invalidBlocks.length > INVALID_RATIO_MAX * this.#blockCount;
  }
}
