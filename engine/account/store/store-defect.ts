/** What the disk did not do is tried again this often. */
export const DISK_RETRY_MS = 1000;

/**
 * Something that is wrong with a store's files. What a defect costs is told and never silent: records that are damaged
 * are not shown, and what cannot be written is not accepted.
 */
export interface StoreDefect {
  /**
   * TORN_TAIL: the last write before a crash was cut off; `bytes` of it are given up.
   * DAMAGED: `bytes` are not what was written; the records in them are passed over.
   * UNREADABLE: a file cannot be read. Gone or broken, its records are passed over; otherwise readers wait for it.
   * NOT_DELETED: a file that is too old cannot be deleted; it is tried again.
   * WRITE_FAILED: the disk does not take what it should; records are refused when there is no room without it, and
   * changes of streams stand in memory alone.
   * WRITE_RECOVERED: it does again.
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
  defect('TORN_TAIL', file, `atByte=${atByte} bytes=${bytes}. The last write did not finish; it was cut off.`, {
    atByte,
    bytes,
  });

export const damaged = (file: string, atByte: number, bytes: number): StoreDefect =>
  defect('DAMAGED', file, `atByte=${atByte} bytes=${bytes}. The records there are not shown. Check the disk.`, {
    atByte,
    bytes,
  });

export const unreadable = (file: string, cause: unknown): StoreDefect =>
  defect('UNREADABLE', file, `${textOf(cause)}. Its records cannot be shown while that lasts.`, { cause });

export const notDone = (folder: string, cause: unknown): StoreDefect =>
  defect('UNREADABLE', folder, `${textOf(cause)}. What cannot be done without it is tried again.`, { cause });

export const notDeleted = (file: string, cause: unknown): StoreDefect =>
  defect('NOT_DELETED', file, `${textOf(cause)}. It is tried again later.`, { cause });

export const writeFailed = (file: string, cause: unknown): StoreDefect =>
  defect('WRITE_FAILED', file, `${textOf(cause)}. Records may be refused until the disk takes them.`, { cause });

export const notKept = (folder: string, cause: unknown): StoreDefect =>
  defect('WRITE_FAILED', folder, `${textOf(cause)}. Changes of streams are kept when the disk takes them.`, { cause });

export const writeRecovered = (file: string): StoreDefect =>
  defect('WRITE_RECOVERED', file, 'The disk takes what it should again; nothing that was accepted was lost.');

const textOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
