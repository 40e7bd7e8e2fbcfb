import { setTimeout as sleep } from 'node:timers/promises';
import { type Block, type GatePair, orderOf } from '../../reports/gate/pairs.ts';
import type { InvalidBlock } from '../../reports/gate/record.ts';
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
  /** Called after each block, also an invalid one. */
  readonly onBlock?: (side: SideName, invalidWhy: string | undefined) => void;
}

export type SideName = 'baseline' | 'candidate';

export type PairOutcome =
  | { readonly kind: 'measured'; readonly pair: GatePair }
  | { readonly kind: 'interrupted' }
  /** The machine, or a side, does not come to a valid block. */
  | { readonly kind: 'blocks-invalid' };

/** One block is tried so often before it is given up, and the gate with it. */
const MOST_TRIES = 8;
/** What keeps the machine busy may pass: each further try waits longer, up to the last of these. */
const PAUSES_MS = [0, 500, 1000, 2000] as const;
/** Before so many blocks nothing is said about their share. */
const FEW_BLOCKS = 16;

/**
 * Runs pairs of blocks, one after the other. A block whose numbers are not about its side (the generator was late, threads were
 * starved) is repeated at once with the same seed; when more than half of all blocks are so, the machine is not fit.
 */
export class PairRunner {
  readonly invalidBlocks: InvalidBlock[] = [];
  readonly #options: PairRunnerOptions;
  #pairCount = 0;
  #blockCount = 0;

  constructor(options: PairRunnerOptions) {
    this.#options = options;
  }

  /** @throws RunnerError RUNNER_TARGET_FAILED when a side fails. */
  async next(): Promise<PairOutcome> {
    const index = this.#pairCount;
    this.#pairCount += 1;
    const order = orderOf(index);
    const seed = (this.#options.scenario.seed + index) % Number.MAX_SAFE_INTEGER;
    const first = await this.#block(order === 'baseline-first' ? 'baseline' : 'candidate', seed);
    if (typeof first === 'string') return { kind: first };
    const second = await this.#block(order === 'baseline-first' ? 'candidate' : 'baseline', seed);
    if (typeof second === 'string') return { kind: second };
    const [baseline, candidate] = order === 'baseline-first' ? [first, second] : [second, first];
    return { kind: 'measured', pair: { seed, order, baseline, candidate } };
  }

  async #block(sideName: SideName, seed: number): Promise<Block | 'interrupted' | 'blocks-invalid'> {
    const { onBlock, ...options } = this.#options;
    for (let attempt = 1; attempt <= MOST_TRIES && !this.#isHopeless(); attempt++) {
      this.#blockCount += 1;
      const outcome = await runBlock({ ...options, side: options[sideName], seed, blockNumber: this.#blockCount });
      if (outcome.kind === 'interrupted') return 'interrupted';
      onBlock?.(sideName, outcome.kind === 'invalid' ? outcome.why : undefined);
      if (outcome.kind === 'measured') return outcome.block;
      this.invalidBlocks.push({ side: sideName, seed, why: outcome.why });
      await sleep(PAUSES_MS[Math.min(attempt, PAUSES_MS.length) - 1]);
    }
    return 'blocks-invalid';
  }

  #isHopeless(): boolean {
    return this.#blockCount >= FEW_BLOCKS && this.invalidBlocks.length > this.#blockCount / 2;
  }
}
