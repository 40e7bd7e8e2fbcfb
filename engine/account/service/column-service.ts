import type { PutColumns } from '../records/put-columns.ts';
import type { PutOutcome } from '../records/put-outcome.ts';
import type { RecordWriter } from '../records/record-writer.ts';

export type PutOperation = 'PutRecord' | 'PutRecords';

/**
 * Puts and reads without an object for a record. A wire protocol decodes the body of a put into columns, the service appends them, and
 * the protocol encodes the response from the columns of the outcome. Records that are read go from the log to a writer of the protocol.
 */
export interface ColumnService {
  /** Columns to fill for the next put. They are the caller's until it passes them to `putColumns`, on the same turn of the loop. */
  readonly columns: PutColumns;
  /**
   * Puts the records of filled columns: one record for PutRecord. The columns may be filled again when it returns.
   *
   * @returns the outcome, which is valid until the next put; a promise of one that is kept if the records are not yet as safe as the
   *   durability level promises, or are put on another thread; undefined, with nothing done, if the call must go through `call` with an
   *   input: for inputs that fail a check, so that errors are worded in one place, and while fault rules are active.
   * @throws KinesisError if PutRecord's one record is rejected.
   */
  putColumns(operation: PutOperation, columns: PutColumns): PutOutcome | Promise<PutOutcome | undefined> | undefined;
  /**
   * Handles one call of GetRecords as `call` does, but passes its records to the writer.
   * @returns the other members of the output.
   */
  getRecords(input: object, writer: RecordWriter): object | Promise<object>;
}
