import type { DeliveryRecord, FailedRecord } from './delivery-record.ts';
import type { Processor } from './processor.ts';

/** Records after all steps of processing. */
export interface ProcessedRecords {
  readonly records: readonly DeliveryRecord[];
  readonly failed: readonly FailedRecord[];
  readonly dropped: number;
  /** Records that de-aggregation left whole because they have too many parts. */
  readonly unsplit: number;
}

/** Runs the steps one after the other. A bug of a step fails the records that it was given. */
export async function processRecords(
  input: readonly DeliveryRecord[],
  processors: readonly Processor[],
  nowMs: () => number,
  onDefect: (error: unknown) => void,
  signal: AbortSignal,
): Promise<ProcessedRecords> {
  const failed: FailedRecord[] = [];
  let records = input;
  let dropped = 0;
  let unsplit = 0;
  for (const processor of processors) {
    if (records.length === 0 || signal.aborted) break;
    try {
      const processed = await processor.process(records, signal);
      records = processed.records;
      for (const failure of processed.failed) failed.push(failure);
      dropped += processed.dropped;
      unsplit += processed.unsplit ?? 0;
    } catch (error) {
      onDefect(error);
      const errorMessage = 'The processing failed for an internal reason.';
      for (const record of records) {
        failed.push({ record, errorCode: 'InternalError', errorMessage, attemptsMade: 1, attemptEndedAtMs: nowMs() });
      }
      records = [];
    }
  }
  return { records, failed, dropped, unsplit };
}
