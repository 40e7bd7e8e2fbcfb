import type { ReportError } from '../../reports/errors.ts';

/** A failure of the disk while or after a run measured. */
export type SaveProblem =
  /** Seconds could not be written: they wait in memory until there is room. */
  | { readonly kind: 'seconds'; readonly error: unknown; readonly path: string }
  /** The result is not in its folder. */
  | {
      readonly kind: 'result';
      readonly error: ReportError;
      /** The file that was written instead; absent if nothing could be. */
      readonly savedAs?: string;
    };

export interface SaveOptions {
  /** Replaces an earlier result in the folder. Without it, that one is kept under a name with its time. */
  readonly overwrite?: boolean;
  /** Called with the new path of each file of an earlier run that was kept. */
  readonly onKept?: (path: string) => void;
  /** Called when something cannot be written. Without it, a result that is not in its folder is an error. */
  readonly onSaveProblem?: (problem: SaveProblem) => void;
}
