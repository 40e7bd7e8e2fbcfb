import { setTimeout as sleep } from 'node:timers/promises';
import type { InvalidBlock } from '../../reports/gate/gate-result.ts';
import { type Block, type GatePair, orderOf } from '../../reports/gate/pairs.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { runBlock } from './block.ts';
import type { GateSide } from './side.ts';

export interface PairRunnerOptions {
  /** In the length of a block already. */
  readonly scenario: Scenario;
  readonly baseline: GateSide;
  readonly candidate: GateSide;
  readonly metrics: readonly string[];
  readonly costAgreed: boolean;
  readonly signal?: AbortSignal;
  /** True when there is no time for one more block: a pair that was begun is given up then. */
  readonly isOver?: () => boolean;
  /** Called after each block, also an invalid one. */
  readonly onBlock?: (side: SideName, invalidWhy: string | undefined) => void;
}

export type SideName = 'baseline' | 'candidate';

export type PairOutcome =
  | { readonly kind: 'measured'; readonly pair: GatePair }
  | { readonly kind: 'interrupted' }
  /** One of its blocks was invalid again and again, or its time was up: the pair is left out, and the next one has another seed. */
  | { readonly kind: 'abandoned' }
  /** Most blocks are invalid: the machine is not fit. */
  | { readonly kind: 'blocks-invalid' };

/** One block is tried so often before its pair is given up. */
const TRIES_MAX = 4;
/** What keeps the machine busy may pass: each further try waits longer. */
const PAUSES_MS = [0, 500, 1000, 2000] as const;
/** Before so many blocks nothing is said about their share. */
const FEW_BLOCKS = 24;
/** With fewer valid blocks than one in three a gate would hardly come to its pairs within its time. */
const INVALID_RATIO_MAX = 2 / 3;

/**
 * Runs pairs of blocks, one after the other. A block whose numbers are not about its side (the generator was late, threads were
 * starved) is repeated with the same seed; when more than two thirds of all blocks are so, the machine is not fit.
 */
export class PairRunner {
  readonly invalidBlocks: InvalidBlock[] = [];
  readonly #options: PairRunnerOptions;
  readonly #run: typeof runBlock;
  #pairCount = 0;
  #seedCount = 0;
  #blockCount = 0;

  /** @param run how a block is run; another one in tests. */
  constructor(options: PairRunnerOptions, run = runBlock) {
    this.#options = options;
    this.#run = run;
  }

  /** @throws RunnerError RUNNER_TARGET_FAILED when a side fails. */
  async next(): Promise<PairOutcome> {
    // A pair that was given up leaves its place in the order to the next one.
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
    for (let attempt = 1; attempt <= TRIES_MAX; attempt++) {
      // The first try of each block was planned; what is repeated was not.
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
    return this.#blockCount >= FEW_BLOCKS && this.invalidBlocks.length > INVALID_RATIO_MAX * this.#blockCount;
  }
}
