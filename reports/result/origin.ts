import type { Environment, HarnessCeiling, Outcome } from './conditions.ts';
import type { ValidityReason } from './validity.ts';

/** Where a result comes from that is not simply a run's: what `part`, `merged` and `cut` of a result say. */

/**
 * The producers of every workload whose index, counted from 0, is index - 1, index - 1 + of, and so on: parts with equal
 * `of` share out all records and have none twice.
 */
export interface Part {
  /** 1 to `of`. */
  readonly index: number;
  readonly of: number;
}

/** Each part ran with a clock of its own: times of the merged result are since the start of the part they come from. */
export interface Merged {
  readonly of: number;
  /** Ascending by index; those that are missing are not there, and the result is partial. */
  readonly parts: readonly MergedPart[];
}

/** What a part said of itself and what is not a sum. */
export interface MergedPart {
  readonly index: number;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly outcome: Outcome;
  readonly environment: Environment;
  readonly harnessCeiling: HarnessCeiling;
  /** Empty when the part was valid. */
  readonly reasons: readonly ValidityReason[];
  readonly targetLimited: boolean;
  readonly otherCpuRatio: number | null;
}

/**
 * The seconds that lie in `fromNs` to `toNs`, which are whole seconds of the series. The scenario's phases are cut to that
 * time too, so that rates divide by it; its hash is that of the whole one. Where `phase` is given, the cells hold its records
 * alone, all of them, those too that were late and completed after the phase; otherwise cells hold what completed in the
 * time, and have no shards: the series does not tell them apart.
 */
export interface Cut {
  readonly fromNs: number;
  readonly toNs: number;
  readonly phase?: string;
}
