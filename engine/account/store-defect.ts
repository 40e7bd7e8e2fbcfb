/** Interval of retries after a failure of the disk. */
export const DISK_RETRY_MS = 1000;

/**
 * A defect of a store's files. Its consequences are always reported: damaged records are not returned, and records that cannot
 * be written are not accepted.
 */
export interface StoreDefect {
  /**
   * TORN_TAIL: a crash cut off the last write; its `bytes` are discarded.
   * DAMAGED: `bytes` differ from those written; the records in them are skipped.
   * UNREADABLE: a file cannot be read. If it is missing or damaged, its records are skipped; otherwise readers wait for it.
   * NOT_DELETED: a file past retention cannot be deleted; deletion is retried.
   * WRITE_FAILED: the disk rejects a write. Records are rejected once they need its room, and changes of streams are only in
   * memory.
   * WRITE_RECOVERED: the disk accepts writes again.
   */
  readonly code: 'TORN_TAIL' | 'DAMAGED' | 'UNREADABLE' | 'NOT_DELETED' | 'WRITE_FAILED' | 'WRITE_RECOVERED';
  /** For people: code, file, place, and what to do. */
  readonly message: string;
  readonly file: string;
  /** Where in the file, and how much of it. */
  readonly atByte: number;
  readonly bytes: number;
  readonly cause: unknown;
}

export type OnDefect = (defect: StoreDefect) => void;

const defect = (
  code: StoreDefect['code'],
  file: string,
  text: string,
  { atByte = 0, bytes = 0, cause = undefined as unknown } = {},
): StoreDefect => ({ code, message: `${code} file=${file} ${text}`, file, atByte, bytes, cause });

export const tornTail = (file: string, atByte: number, bytes: number): StoreDefect =>
  defect('TORN_TAIL', file, `atByte=${atByte} bytes=${bytes}. A crash cut off the last write, which was discarded.`, {
    atByte,
    bytes,
  });

export const damaged = (file: string, atByte: number, bytes: number): StoreDefect =>
  defect('DAMAGED', file, `atByte=${atByte} bytes=${bytes}. The records there are not returned. Check the disk.`, {
    atByte,
    bytes,
  });

export const unreadable = (file: string, cause: unknown): StoreDefect =>
  defect('UNREADABLE', file, `${textOf(cause)}. Its records cannot be returned until it can be read.`, { cause });

export const notDone = (folder: string, cause: unknown): StoreDefect =>
  defect('UNREADABLE', folder, `${textOf(cause)}. Work that needs it is retried.`, { cause });

export const notDeleted = (file: string, cause: unknown): StoreDefect =>
  defect('NOT_DELETED', file, `${textOf(cause)}. Deletion is retried later.`, { cause });

export const writeFailed = (file: string, cause: unknown): StoreDefect =>
  defect('WRITE_FAILED', file, `${textOf(cause)}. Records may be rejected until the disk accepts writes.`, { cause });

export const notKept = (folder: string, cause: unknown): StoreDefect =>
  defect('WRITE_FAILED', folder, `${textOf(cause)}. Changes of streams are saved when the disk accepts writes.`, {
    cause,
  });

export const writeRecovered = (file: string): StoreDefect =>
  defect('WRITE_RECOVERED', file, 'The disk accepts writes again; no accepted record was lost.');

const textOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
