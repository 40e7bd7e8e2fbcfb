import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { TrialJudgement } from './judge-trial.ts';
import type { Trial, TrialPurpose, TrialRequest } from './trial.ts';

export interface Judged {
  readonly trial: Trial;
  readonly index: number;
  readonly judgement: TrialJudgement;
}

export interface Verdict {
  readonly kind:
    | 'sustainable'
    | 'unsustainable'
    /** Repeatedly invalid, on a quiet machine, at a rate that the generator never achieved before. */
    | 'generator'
    /** Too few records for an objective. */
    | 'unjudged';
  readonly last: Judged;
}

/** A part of a search. It yields requests and receives judged trials. */
export type Search<T> = Generator<TrialRequest, T, Judged>;

/**
 * Thrown if trials stay invalid at a rate that the generator achieved before, or while other programs use much of the CPU.
 * The search then cannot know the limit of the generator, and cannot continue.
 */
export class MachineBusy extends Error {
  readonly ratePerSecond: number;

  constructor(ratePerSecond: number) {
    super(`the machine was busy at ${ratePerSecond}/s`);
    this.ratePerSecond = ratePerSecond;
  }
}

const DISCARDED_DRAWS = 32;
/** Outcomes of one rate that end its repetition. */
const DECIDING = 2;
/** Four trials that are not sustainable decide if other programs disturbed each of them. */
const DISTURBED_WEIGHT = 0.5;
const INVALID_MAX = 5;
export const INVALID_DISTURBED_MAX = 12;
/** Tolerance of an achieved rate, which the counting of the last batch affects. */
const CAPABLE_RATIO = 0.999;
/** If other programs use this share of the CPU, a late generator shows their load and not its own limit. */
const OTHER_CPU_RATIO = 0.15;

/** Repeats trials of one rate until the outcome is clear: one that is not near a limit, or two that agree. */
export class Prober {
  readonly #random: { next(): number };
  /** The highest rate that was achieved in a valid trial. */
  #madePerSecond = 0;

  constructor(seed: number) {
    this.#random = xoroshiro128plus(seed);
    // The first numbers of the generator hardly differ between small seeds.
    for (let i = 0; i < DISCARDED_DRAWS; i++) this.#random.next();
  }

  /** Returns a number from 0 to below 1, the same for the same seed. */
  uniform(): number {
    return (this.#random.next() >>> 0) / 2 ** 32;
  }

  /** @throws MachineBusy */
  *probe(ratePerSecond: number, purpose: TrialPurpose, afterOverloadPerSecond?: number): Search<Verdict> {
    const overload = afterOverloadPerSecond === undefined ? {} : { afterOverloadPerSecond };
    let [sustainable, unsustainable, invalid] = [0, 0, 0];
    for (let isFirst = true; ; isFirst = false) {
      const last: Judged = yield { ratePerSecond, purpose: isFirst ? purpose : 'repeat', ...overload };
      const { judgement, trial } = last;
      if (judgement.kind !== 'invalid') {
        this.#madePerSecond = Math.max(this.#madePerSecond, trial.measured.achievedPerSecond);
      }
      switch (judgement.kind) {
        case 'sustainable':
          sustainable += 1;
          if (!judgement.isMarginal || sustainable === DECIDING) return { kind: 'sustainable', last };
          break;
        case 'unsustainable':
          unsustainable += judgement.isDisturbed ? DISTURBED_WEIGHT : 1;
          if (!judgement.isMarginal || unsustainable >= DECIDING) return { kind: 'unsustainable', last };
          break;
        case 'invalid': {
          invalid += 1;
          const isDisturbed =
            this.#madePerSecond >= CAPABLE_RATIO * ratePerSecond ||
            (trial.measured.otherCpuRatio ?? 0) > OTHER_CPU_RATIO;
          if (isDisturbed && invalid >= INVALID_DISTURBED_MAX) throw new MachineBusy(ratePerSecond);
          if (!isDisturbed && invalid >= INVALID_MAX) return { kind: 'generator', last };
          break;
        }
        case 'unjudged':
          return { kind: 'unjudged', last };
      }
    }
  }
}
