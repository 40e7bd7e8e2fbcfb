import type { RecordBatch } from '../../log/record-batch.ts';
import type { ClaimViews } from './record-span.ts';

/**
 * Where the records of one shard are kept: the newest in a shard log in memory, the older ones in an archive on disk,
 * as one sequence. Used by one thread. Sequence numbers are compact (frame's place in the shard, in units of 8 bytes),
 * rise strictly over the life of a shard, restarts included, and are whole numbers below 2^53. Times are ns since the
 * stream's epoch.
 */
export interface RecordStore {
  /** One past the newest record: every record kept has a lower sequence number. */
  readonly end: number;
  /** Sequence number of the oldest record; `end` if there is none. */
  readonly oldest: number;
  /** When the newest record was written, -Infinity before the first. Never falls, as times that are stored do not. */
  readonly writtenAtNs: number;
  /** Bytes on disk. */
  readonly archivedBytes: number;
  /**
   * Writes rows `order[from..to)` of a batch, makes room by archiving where it must, marks them ACCEPTED and notes their
   * sequence numbers.
   *
   * @returns rows that could not be stored (the disk failed or is full): the last ones of the range, still PENDING.
   */
  append(batch: RecordBatch, order: Int32Array, from: number, to: number, nowNs: number): number;
  /** When everything appended so far is as safe as the durability level promises; undefined when it is already. */
  settled(): Promise<void> | undefined;
  /** A reading position; any number may be open, and one that is no longer used needs no closing. */
  cursor(): RecordCursor;
  /** Sequence number of the first record written at or after a time; `end` when there is none. */
  firstSince(writtenAtNs: number): number;
  /** Trims records written before a time: for readers at once, on disk as soon as a whole file is old. */
  trimBefore(writtenAtNs: number): void;
  /** Trims records before a place, as `trimBefore` does before a time. */
  trimTo(sequenceNumber: number): void;
  /** The shard is closed: nothing is appended any more, and its memory may go. Its records stay readable. */
  seal(): void;
  /** From now on records up to this size are taken, in memory of this size. Everything kept stays readable. */
  resize(size: StoreSize): void;
  /** Stops using the files. With a data directory everything appended is in it afterwards. */
  close(): Promise<void>;
  /** Deletes the records and their files. */
  destroy(): Promise<void>;
}

export interface StoreSize {
  /** Memory for the newest records. If two of the largest records do not fit, memory for two to four of them is used. */
  readonly memoryBytes: number;
  /** Largest record, key and data. */
  readonly maxRecordBytes: number;
}

/** Reads records one after the other, in place. What it shows is valid until the store is next appended to or trimmed. */
export interface RecordCursor {
  /** Goes before the first record whose sequence number is at or after this one. */
  seek(sequenceNumber: number): void;
  /** Moves to the next record. False when there is none now: what it showed last no longer holds, and it may be called again. */
  next(): boolean;
  /** Every record before this place has been passed: that of `end` if the last call of `next` found no more records. */
  readonly passedTo: number;
  /** Sequence number of the current record. */
  readonly sequenceNumber: number;
  readonly writtenAtNs: number;
  /** Bytes of the record's key in UTF-8, and of its data. */
  readonly keyBytes: number;
  readonly dataBytes: number;
  /**
   * The bytes of the record, where its key and its data start on multiples of 8 bytes and are followed by padding. Read the views
   * first, because they may have to be read again.
   */
  readonly views: ClaimViews;
  readonly keyByte: number;
  readonly dataByte: number;
  key(): string;
  /** A copy that stays valid. */
  data(): Buffer;
  /** Copies the data to a place in a buffer that has room for it. */
  copyData(target: Buffer, atByte: number): void;
  /** The data as base64, without a copy between. */
  dataBase64(): string;
}
