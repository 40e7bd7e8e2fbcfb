/** Limits on the sizes in a file: far above any run, and small enough to stop a file that is not a result. */
export const TEXT_LENGTH_MAX = 10_000;
export const HISTOGRAM_LENGTH_MAX = 1_000_000;
export const CELLS_MAX = 1_000_000;
/** A week of seconds. */
export const INTERVALS_MAX = 604_800;
export const NAMED_MAX = 100_000;
