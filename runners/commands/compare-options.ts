export interface CompareCommandOptions {
  readonly results: readonly string[];
  /** Several runs of the other side; then `results` are runs of the first one. */
  readonly with?: readonly string[] | undefined;
  readonly floor?: string | undefined;
  readonly force?: boolean | undefined;
  readonly json?: boolean | undefined;
}
