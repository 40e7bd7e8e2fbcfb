import type { Environment, HarnessCeiling, Outcome } from './conditions.ts';
import type { ValidityReason } from './validity.ts';

/** Origins of a result that is not that of a whole run: `part`, `merged` and `cut` of a result. */

/**
 * The producers of every workload whose index, counted from 0, is index - 1, index - 1 + of, and so on: parts with equal
 * `of` share out all records and have none twice. `index` is 1 to `of`.
 */
export type Part = Readonly<Record<'index' | 'of', number>>;

/** Each part ran with a clock of its own: times of the merged result are since the start of the part they come from. */
export interface Merged extends Readonly<Record<'of', number>> {
  /** Ascending by index; those that are missing are not there, and the result is partial. */
  readonly parts: readonly MergedPart[];
}

/** Facts that a part reported about itself, and values that are not sums. */
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
 * time too, so that rates divide by it; its hash is that of the whole one. If `phase` is given, the cells hold only its
 * records, and all of them: late ones that completed after the phase are included. Otherwise cells hold the records that
 * completed in the time, and have no shards: the series does not distinguish them.
 */
export interface Cut {
  readonly fromNs: number;
  readonly toNs: number;
  readonly phase?: string;
}
