import { ACCEPTED, PENDING, type RecordBatch } from '../../log/record-batch.ts';

/**
 * Status of a row of a batch beside those of the log: the record could not be stored, or a fault rule fails it. The caller
 * gets an InternalFailure.
 */
export const FAILED = 4;

/** Marks rows that found no room as FAILED. Returns the number of accepted rows. */
export function settleRows(batch: RecordBatch, order: Int32Array, from: number, to: number): number {
  let accepted = 0;
  for (let k = from; k < to; k++) {
    const row = order[k]!;
    if (batch.status[row] === ACCEPTED) accepted += 1;
    else if (batch.status[row] === PENDING) batch.status[row] = FAILED;
  }
  return accepted;
}
