import type { Result } from '../../reports/result/result.ts';
import type { LiveSnapshot } from '../live/snapshot.ts';

/** The interface of pushing for the `run` command. Pushing can neither delay nor fail the run. */
export interface RunPush {
  show(snapshot: LiveSnapshot): void;
  /**
   * Sends the final numbers.
   * @returns lines about failed pushes, or an empty text.
   */
  end(result: Result): Promise<string>;
}

export const NO_PUSH: RunPush = { show: () => {}, end: async () => '' };
