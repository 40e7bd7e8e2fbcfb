import type { MergeThreads } from '../merge/merge-threads.ts';
import type { MergeLive } from './merge-live.ts';
import type { PrintOptions } from './print-result.ts';

export interface MergeCommandOptions extends PrintOptions {
  readonly results: readonly string[];
  readonly out?: string | undefined;
  readonly force?: boolean | undefined;
  readonly 'allow-missing'?: boolean | undefined;
  readonly 'allow-apart'?: boolean | undefined;
}

/** Results that are large enough to be merged by threads. */
export interface LargeFiles {
  readonly files: readonly string[];
  readonly threads: MergeThreads;
  readonly live: MergeLive;
}
