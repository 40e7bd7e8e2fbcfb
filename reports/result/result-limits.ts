/** Limits on the sizes in a file: far above any run, and small enough to stop a file that is not a result. */
export const MAX_TEXT = 10_000;
export const MAX_HISTOGRAM_TEXT = 1_000_000;
export const MAX_CELLS = 1_000_000;
/** A week of seconds. */
export const MAX_INTERVALS = 604_800;
export const MAX_NAMED = 100_000;
