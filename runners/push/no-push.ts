import type { Result } from '../../reports/result/result.ts';
import type { LiveSnapshot } from '../live/snapshot.ts';

/** What the `run` command knows of pushing: nothing it does can hold up or fail the run. */
export interface RunPush {
  show(snapshot: LiveSnapshot): void;
  /** Sends the final numbers. @returns lines about pushes that failed, or an empty text. */
  end(result: Result): Promise<string>;
}

export const NO_PUSH: RunPush = { show: () => {}, end: async () => '' };
