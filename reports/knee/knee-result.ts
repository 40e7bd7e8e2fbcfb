import type { Environment } from '../result/result.ts';
import type { Knee } from './knee.ts';
import type { SearchRules } from './search.ts';
import type { Trial } from './trial.ts';

/** Version of the format of knee.json. */
export const KNEE_SCHEMA_VERSION = 1;

/** The saved searches for a knee, with every trial, so that each knee can be derived again. Saved after each trial. */
export interface KneeResult {
  readonly schemaVersion: typeof KNEE_SCHEMA_VERSION;
  readonly kind: 'knee';
  readonly toolVersion: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly environment: Environment;
  readonly scenario: KneeScenario;
  /** Thresholds that a sustainable rate must meet. */
  readonly objectives: readonly string[];
  readonly warmUpNs: number;
  readonly ending: KneeEnding;
  /** Why the target failed. */
  readonly failure?: string;
  /** Sentences about the differences between trials and the scenario. */
  readonly notes: readonly string[];
  /** One search for each number of shards. */
  readonly searches: readonly KneeSearch[];
}

interface KneeScenario {
  readonly name: string;
  readonly hash: string;
  readonly seed: number;
  /** Description of the target as in the plan of a run, without its number of shards. */
  readonly target: string;
}

export const KNEE_ENDINGS = ['completed', 'out-of-time', 'interrupted', 'target-failed'] as const;
export type KneeEnding = (typeof KNEE_ENDINGS)[number];

export interface KneeSearch {
  /** null if the target does not report it before its use. */
  readonly shards: number | null;
  readonly rules: SearchRules;
  readonly trials: readonly Trial[];
  readonly knee: Knee;
}
