/** Records that wait for one way of delivery: in memory, or in the log of a delivery stream. */
export interface Waiting<Taken> {
  /** Bytes of their data. An estimate for records from before a restart. */
  readonly bytes: number;
  /** Time since which the oldest of them waits, undefined if there is none. */
  readonly sinceMs: number | undefined;
  /** Largest number of bytes that can wait; undefined if there is no limit. */
  readonly maxBytes?: number | undefined;
  /**
   * Removes the oldest records, up to a size and at least one. A record is never split.
   * @returns undefined if none can be read now, such as from a file that cannot be opened.
   */
  take(maxBytes: number): Taken | undefined;
}

/** Records that were taken out of a buffer together. */
export interface TakenRecords {
  readonly count: number;
  readonly bytes: number;
  /** All of them are delivered, dropped, or in the error output. Records that are not settled are read again after a restart. */
  readonly settle: () => void;
}

/** Calls back once a number of parts have ended; at once without any. */
export function countdown(parts: number, done: () => void): () => void {
  let left = parts;
  if (left === 0) done();
  return () => {
    left -= 1;
    if (left === 0) done();
  };
}
