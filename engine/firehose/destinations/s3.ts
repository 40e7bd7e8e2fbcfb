import type { DeliveryBatch, DeliveryOutcome, Destination } from '../delivery/destination.ts';
import type { ObjectStore } from '../delivery/object-store.ts';
import { objectNameOf } from './object-name.ts';

export interface S3DestinationOptions {
  readonly bucket: string;
  readonly prefix: string;
  readonly deliveryStreamName: string;
  readonly store: ObjectStore;
}

/** Writes each batch as one object, its records one after the other. */
export class S3Destination implements Destination {
  readonly #options: S3DestinationOptions;

  constructor(options: S3DestinationOptions) {
    this.#options = options;
  }

  async deliver(batch: DeliveryBatch, signal: AbortSignal): Promise<DeliveryOutcome> {
    const { bucket, prefix, deliveryStreamName, store } = this.#options;
    const key = objectNameOf(prefix, deliveryStreamName, batch.version, batch.oldestArrivedAtMs, batch.id);
    const pieces = [Buffer.concat(batch.records.map(({ data }) => data))];
    const outcome = await store.put({ bucket, key, pieces }, signal);
    return outcome.kind === 'stored' ? { kind: 'delivered' } : outcome;
  }

  async close(): Promise<void> {}
}
