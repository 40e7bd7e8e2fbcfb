import type { DeliveryRecord, FailedRecord } from './delivery-record.ts';

/** Records after one step of processing. Each input record, or what it was split into, is in exactly one part. */
export interface Processed {
  /** In the order of the input. */
  readonly records: readonly DeliveryRecord[];
  readonly failed: readonly FailedRecord[];
  /** Records that the transformation asked to drop: counted as success, delivered nowhere. */
  readonly dropped: number;
  /** Records that de-aggregation left whole because they have too many parts. They are in `records`, too. */
  readonly unsplit?: number;
}

/** One step of processing: decompression, de-aggregation, transformation, partition keys, delimiter, conversion. */
export interface Processor {
  process(records: readonly DeliveryRecord[], signal: AbortSignal): Promise<Processed>;
  close(): Promise<void>;
}
