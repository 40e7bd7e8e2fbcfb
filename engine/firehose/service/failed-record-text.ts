import type { FailedRecord } from '../delivery/delivery-record.ts';

/** A failed record as a line of JSON, with the bytes that were put. */
export function failedRecordText({ record, ...failure }: FailedRecord): string {
  const { errorCode, errorMessage, attemptsMade, attemptEndedAtMs } = failure;
  const line = {
    attemptsMade,
    arrivalTimestamp: Math.floor(record.arrivedAtMs),
    errorCode,
    errorMessage,
    attemptEndingTimestamp: Math.floor(attemptEndedAtMs),
    rawData: Buffer.from(record.original).toString('base64'),
  };
  return `${JSON.stringify(line)}\n`;
}
