import type { DeliveryRecord, PartitionKeys } from './delivery-record.ts';

/** Records of one buffer, in the order in which they arrived. */
export interface DeliveryBatch {
  /** Made when it is first read: a destination that needs only the bytes of all records uses `pieces` if there are any. */
  readonly records: readonly DeliveryRecord[];
  /** The same for each try of the batch, so that a retry overwrites its object and repeats its request id. A UUID. */
  readonly id: string;
  /** Epoch time in ms at which the oldest record arrived: the instant of object names. */
  readonly oldestArrivedAtMs: number;
  /** Rises by one with each configuration change of the delivery stream; from 1. */
  readonly version: number;
  /** Dynamic partitioning: the values that all records have. */
  readonly partitionKeys?: PartitionKeys | undefined;
  /** Data of all records, one after the other. */
  readonly pieces?: readonly Uint8Array[] | undefined;
}

/**
 * The outcome of one try to deliver a batch. A destination neither retries nor waits between tries: the delivery loop does,
 * on the engine's clock.
 */
export type DeliveryOutcome =
  | { readonly kind: 'delivered' }
  /** The try failed and may succeed later. `remaining`: the records to try again, all of the batch if undefined. */
  | {
      readonly kind: 'retry';
      readonly errorCode: string;
      readonly errorMessage: string;
      readonly remaining?: readonly DeliveryRecord[];
    }
  /** Some records can never be delivered, such as documents that an index rejects; `remaining` may still be. */
  | {
      readonly kind: 'rejected';
      readonly rejected: readonly {
        readonly record: DeliveryRecord;
        readonly errorCode: string;
        readonly errorMessage: string;
      }[];
      readonly remaining: readonly DeliveryRecord[];
      /** The error of `remaining`, if they were tried, too, and may succeed later. Without it, they are tried at once. */
      readonly remainingError?: { readonly errorCode: string; readonly errorMessage: string };
    }
  /** The destination does not want the records, and the service discards them (HTTP status 413). */
  | {
      readonly kind: 'discarded';
      readonly errorCode: string;
      readonly errorMessage: string;
      /** All of the batch if undefined. */
      readonly discarded?: readonly DeliveryRecord[];
      /** The records to try at once; none if undefined. */
      readonly remaining?: readonly DeliveryRecord[];
    };

/** One place to which a delivery stream delivers. Throws only for defects of its own. */
export interface Destination {
  /** @param signal aborts when the delivery stream is deleted or the engine closes. */
  deliver(batch: DeliveryBatch, signal: AbortSignal): Promise<DeliveryOutcome>;
  /**
   * Called when the retry duration of a batch is over, if the destination keeps failed batches in its own way: Redshift stores
   * the manifest of the batch under `errors/`. Without it, the failed records go to the error output. The delivery loop repeats
   * the call until it returns something else than `retry`.
   */
  abandon?(batch: DeliveryBatch, signal: AbortSignal): Promise<DeliveryOutcome>;
  close(): Promise<void>;
}
