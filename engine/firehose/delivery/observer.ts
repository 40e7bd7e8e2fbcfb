import type { ProcessedRecords } from './process-records.ts';

/** A number of records that had the same outcome. */
export interface Amount {
  readonly records: number;
  readonly bytes: number;
  readonly oldestArrivedAtMs: number;
}

/** Learns of everything that a pipeline does, for metrics. */
export interface DeliveryObserver {
  /** A batch was sent to the destination, or to the backup of all records. */
  tried(to: 'destination' | 'backup', isSuccess: boolean, amount: Amount): void;
  /** A batch has ended. Some of its records may have failed. */
  delivered(to: 'destination' | 'backup', amount: Amount): void;
  processed(processed: ProcessedRecords, durationMs: number): void;
  failedWritten(records: number): void;
  /** Records were too old to be delivered, and discarded. */
  late(records: number): void;
  /** Records were sorted into partitions. @param isExceeded some of them would have opened too many. */
  partitions(count: number, isExceeded: boolean): void;
}
