import type { PutColumns } from '../records/put-columns.ts';
import type { PutOutcome } from '../records/put-outcome.ts';

export type PutOperation = 'PutRecord' | 'PutRecords';

/**
 * Puts without an object for a record: a wire protocol decodes a body into columns, the service appends them, and the protocol encodes
 * the response from the columns of the outcome.
 */
export interface PutService {
  /** Columns to fill for the next put. They are the caller's until it passes them to `putColumns`, on the same turn of the loop. */
  readonly columns: PutColumns;
  /**
   * Puts the records of filled columns: one record for PutRecord. The columns may be filled again when it returns.
   *
   * @returns the outcome, which is valid until the next put; a promise of one that is kept if the records are not yet as safe as the
   *   durability level promises, or are put on another thread; undefined, with nothing done, if the call must go through `call` with an input: for inputs that fail a
   *   check, so that errors are worded in one place, and while fault rules are active.
   * @throws KinesisError if PutRecord's one record is rejected.
   */
  putColumns(operation: PutOperation, columns: PutColumns): PutOutcome | Promise<PutOutcome | undefined> | undefined;
}
