import type { Clock } from '../../account/clock.ts';
import type { DeliveryRecord, FailedRecord } from '../delivery/delivery-record.ts';
import type { Processed } from '../delivery/processor.ts';
import type { ReturnedRecord } from './function-contract.ts';

interface Reason {
  readonly errorCode: string;
  readonly errorMessage: string;
}

/** The service's own words. */
const MISSING_ID: Reason = {
  errorCode: 'Lambda.MissingRecordId',
  errorMessage:
    'One or more record Ids were not returned. Ensure that the Lambda function returns all received record Ids.',
};
const DUPLICATED_ID: Reason = {
  errorCode: 'Lambda.DuplicatedRecordId',
  errorMessage:
    'Multiple records were returned with the same record Id. Ensure that the Lambda function returns a unique record Id for each record.',
};
const WRONG_FORM: Reason = {
  errorCode: 'Lambda.FunctionError',
  errorMessage:
    'Check your function and make sure the output is in required format. In addition to that, make sure the processed records contain valid result status of Dropped, Ok, or ProcessingFailed',
};
const PROCESSING_FAILED: Reason = {
  errorCode: 'Lambda.ProcessingFailedStatus',
  errorMessage: 'ProcessingFailed status set for record',
};

/**
 * Applies the records of a response. Each recordId of the batch must be returned exactly once, in any order, and no other:
 * else the whole batch fails. Records without what their result needs fail by themselves.
 */
export function applyResponse(
  batch: readonly DeliveryRecord[],
  returned: readonly ReturnedRecord[],
  { attemptsMade, clock }: { readonly attemptsMade: number; readonly clock: Clock },
): Processed {
  const attemptEndedAtMs = clock.nowMs();
  const failure = (record: DeliveryRecord, reason: Reason): FailedRecord => ({
    record,
    ...reason,
    attemptsMade,
    attemptEndedAtMs,
  });
  const placed = place(batch.length, returned);
  if (!Array.isArray(placed))
    return { records: [], failed: batch.map((record) => failure(record, placed)), dropped: 0 };
  const records: DeliveryRecord[] = [];
  const failed: FailedRecord[] = [];
  let dropped = 0;
  for (let i = 0; i < batch.length; i++) {
    const record = batch[i]!;
    const { result, data, partitionKeys } = placed[i]!;
    if (result === 'Dropped') dropped += 1;
    else if (result === 'ProcessingFailed') failed.push(failure(record, PROCESSING_FAILED));
    else if (result !== 'Ok' || data === undefined || data === 'invalid') failed.push(failure(record, WRONG_FORM));
    else records.push(transformed(record, data, partitionKeys));
  }
  return { records, failed, dropped };
}

/** @returns the returned records in the order of the batch, or why the batch fails. */
function place(count: number, returned: readonly ReturnedRecord[]): ReturnedRecord[] | Reason {
  const placed = new Array<ReturnedRecord | undefined>(count).fill(undefined);
  let found = 0;
  for (const record of returned) {
    if (record.recordIndex === -1) continue;
    if (placed[record.recordIndex] !== undefined) return DUPLICATED_ID;
    placed[record.recordIndex] = record;
    found += 1;
  }
  // An id that was not sent takes the place of one that was, or comes besides all of them.
  if (found < count) return MISSING_ID;
  return returned.length > count ? WRONG_FORM : (placed as ReturnedRecord[]);
}

/** Partition keys that are no texts have no place in a prefix, so they are left to fail there. */
function transformed(record: DeliveryRecord, data: Uint8Array, keys: unknown): DeliveryRecord {
  if (typeof keys !== 'object' || keys === null) return { ...record, data };
  const texts = Object.entries(keys).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return { ...record, data, partitionKeys: { ...record.partitionKeys, fromLambda: Object.fromEntries(texts) } };
}
