import type { Clock } from '../../account/clock.ts';
import type { DeliveryRecord, FailedRecord } from '../delivery/delivery-record.ts';
import type { Processor } from '../delivery/processor.ts';

/** The outcome of one step for one record: what it becomes, nothing if it is dropped, or why it failed. */
export type RecordOutcome =
  | { readonly kind: 'records'; readonly records: readonly DeliveryRecord[] }
  /** De-aggregation left it whole because it has too many parts. */
  | { readonly kind: 'unsplit' }
  | { readonly kind: 'dropped' }
  | { readonly kind: 'failed'; readonly errorCode: string; readonly errorMessage: string };

/** A step that treats each record by itself, at once. */
export function eachRecord(clock: Clock, outcomeOf: (record: DeliveryRecord) => RecordOutcome): Processor {
  return {
    process(input) {
      const records: DeliveryRecord[] = [];
      const failed: FailedRecord[] = [];
      let dropped = 0;
      let unsplit = 0;
      for (const record of input) {
        const outcome = outcomeOf(record);
        switch (outcome.kind) {
          case 'records':
            for (const each of outcome.records) records.push(each);
            break;
          case 'unsplit':
            records.push(record);
            unsplit += 1;
            break;
          case 'dropped':
            dropped += 1;
            break;
          case 'failed': {
            const { errorCode, errorMessage } = outcome;
            failed.push({ record, errorCode, errorMessage, attemptsMade: 1, attemptEndedAtMs: clock.nowMs() });
          }
        }
      }
      return Promise.resolve({ records, failed, dropped, unsplit });
    },
    close: () => Promise.resolve(),
  };
}

export const withData = (record: DeliveryRecord, data: Uint8Array): RecordOutcome => ({
  kind: 'records',
  records: [{ ...record, data }],
});

export const unchanged = (record: DeliveryRecord): RecordOutcome => ({ kind: 'records', records: [record] });

/**
 * The parts of a record are records. The error output has the part, unless the record was decompressed: then it has the whole,
 * compressed.
 */
export function intoParts(record: DeliveryRecord, parts: readonly Uint8Array[]): RecordOutcome {
  const records = parts.map((data, index) => ({
    ...record,
    recordId: `${record.recordId}.${index}`,
    data,
    original: record.data === record.original ? data : record.original,
  }));
  return { kind: 'records', records };
}
