/**
 * The course of a comparison of targets, as saved beside the results of its rounds. Every number of the comparison is computed from
 * those results, so it can be made again from the folder.
 */
export const SIDE_BY_SIDE_SCHEMA_VERSION = 1;

export interface SideBySideRecord {
  readonly schemaVersion: typeof SIDE_BY_SIDE_SCHEMA_VERSION;
  readonly kind: 'side-by-side';
  readonly toolVersion: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly scenario: { readonly name: string; readonly seed: number };
  /** Length of the recorded phases of one round. */
  readonly roundNs: number;
  readonly plannedRounds: number;
  readonly sides: readonly SideRecord[];
  /** In the order in which they ran. */
  readonly rounds: readonly RoundRecord[];
  readonly ending: 'completed' | 'interrupted' | 'out-of-time';
}

export interface SideRecord {
  /** A short name, different for each side. */
  readonly name: string;
  /** The text of the command line. */
  readonly given: string;
  /** The target in its own words, such as `engine with 4 shards`. */
  readonly title: string;
  /** null if it is unknown. */
  readonly price: SidePrice | null;
}

export interface SidePrice {
  readonly usdPerHour: number;
  /** The thing that is priced, such as `4 shards, us-east-1, 2026-05`. */
  readonly what: string;
  /** From a price list, or given on the command line. */
  readonly source: 'list' | 'given';
}

/** One run of the scenario against one side. */
export interface RoundRecord {
  /** From 1. */
  readonly round: number;
  readonly side: string;
  readonly seed: number;
  readonly outcome: RoundOutcome;
  /** Folder of its result, relative to the one of the record; null if the run left no result. */
  readonly folder: string | null;
}

export type RoundOutcome =
  | { readonly kind: 'valid' }
  /** The load generator or the machine was too slow: its numbers do not describe the target. */
  | { readonly kind: 'invalid'; readonly why: string }
  /** The target failed, or could not be set up. */
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'interrupted' };
