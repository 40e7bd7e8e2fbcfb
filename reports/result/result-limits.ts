/** Limits on the sizes in a file: far above any run, and small enough to stop a file that is not a result. */
export const TEXT_LENGTH_MAX = 10_000;
export const HISTOGRAM_LENGTH_MAX = 1_000_000;
export const CELLS_MAX = 1_000_000;
/** A week of seconds. */
export const INTERVALS_MAX = 604_800;
export const NAMED_MAX = 100_000;
/** A longer series of a run or of a file stays on disk and is read second by second; see series-on-disk.ts. */
export const SERIES_IN_MEMORY_BYTES = 64 * 1024 * 1024;
