import type { BufferHints } from './buffer-hints.ts';
import type { RetryPolicy } from './deliver-batch.ts';
import type { FailedRecord } from './delivery-record.ts';
import type { Destination } from './destination.ts';
import type { StoreOutcome } from './object-store.ts';
import type { Processor } from './processor.ts';

/** The parts that a configuration determines. They process and deliver records until it changes. */
export interface DeliveryRoute {
  readonly processing: ProcessingSteps | undefined;
  readonly destination: Destination;
  readonly hints: BufferHints;
  readonly retry: RetryPolicy;
  /** Dynamic partitioning: a buffer for each combination of partition keys. */
  readonly partitioning: { readonly partitionsMax: number } | undefined;
  readonly errors: ErrorOutput;
  /** Where all records go as they came, besides the destination. */
  readonly backup: { readonly destination: Destination; readonly hints: BufferHints } | undefined;
}

export interface ProcessingSteps {
  readonly processors: readonly Processor[];
  /** Records that are processed together. */
  readonly hints: BufferHints;
}

/** Where records go that were not processed or not delivered. */
export interface ErrorOutput {
  readonly hints: BufferHints;
  /** Kind of a failure. Failed records of one kind are written together. */
  typeOf(failed: FailedRecord): string;
  /** Writes failed records of one kind. @param id the same for each try; a UUID. */
  write(failed: readonly FailedRecord[], type: string, id: string, signal: AbortSignal): Promise<StoreOutcome>;
}

export async function closeRoute({ processing, destination, backup }: DeliveryRoute): Promise<void> {
  const parts = [...(processing?.processors ?? []), destination, ...(backup === undefined ? [] : [backup.destination])];
  await Promise.all(parts.map((part) => part.close()));
}
