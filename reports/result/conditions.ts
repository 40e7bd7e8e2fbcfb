export type Outcome =
  | { readonly kind: 'completed' }
  | { readonly kind: 'interrupted'; readonly signal: string }
  | { readonly kind: 'aborted'; readonly threshold: string }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  /** The process ended without writing its result, which was made from the seconds on disk; see unfinished-format.ts. */
  | {
      readonly kind: 'died';
      /** The length of what could not be read at the end of the file. */
      readonly discardedBytes: number;
    };

export interface Environment {
  readonly cpuModel: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly kernel: string;
  readonly nodeVersion: string;
  readonly packages: Readonly<Record<string, string>>;
  readonly gitCommit?: string;
}

/** Limits of this harness on this machine against a target that does nothing; null if it was not measured. */
export interface HarnessCeiling {
  readonly recordsPerSecond: number | null;
  readonly cached: boolean;
}
