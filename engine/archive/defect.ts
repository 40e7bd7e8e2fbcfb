/**
 * Something that is wrong with a store's files. What a defect costs is told and never silent: records that are damaged
 * are not shown, and what cannot be written is not accepted.
 */
export interface StoreDefect {
  /**
   * TORN_TAIL: the last write before a crash was cut off; `bytes` of it are given up.
   * DAMAGED: bytes are not what was written; the records in them are passed over.
   * UNREADABLE: a file cannot be opened or read; its records are passed over while that lasts.
   * WRITE_FAILED: the disk does not take what it should; records are refused until it does.
   * WRITE_RECOVERED: it does again.
   */
  readonly code: 'TORN_TAIL' | 'DAMAGED' | 'UNREADABLE' | 'WRITE_FAILED' | 'WRITE_RECOVERED';
  /** For people: code, file, place, and what to do. */
  readonly message: string;
  readonly file: string;
  /** Where in the file, and how much of it. */
  readonly atByte: number;
  readonly bytes: number;
  readonly cause: unknown;
}
