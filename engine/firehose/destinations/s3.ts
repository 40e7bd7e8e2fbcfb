import type { DeliveryBatch, DeliveryOutcome, Destination } from '../delivery/destination.ts';
import type { ObjectStore } from '../delivery/object-store.ts';
import type { ObjectBody, ObjectFormat } from '../objects/object-format.ts';
import type { ObjectNames } from '../objects/object-names.ts';

export interface S3DestinationOptions {
  readonly bucket: string;
  readonly names: ObjectNames;
  readonly format: ObjectFormat;
  readonly store: ObjectStore;
}

/** Writes each batch as one object. Records that its format cannot hold are rejected, and all others are in the object. */
export class S3Destination implements Destination {
  readonly #options: S3DestinationOptions;
  /** Bodies of batches that may be tried again. */
  readonly #bodies = new WeakMap<DeliveryBatch, ObjectBody>();

  constructor(options: S3DestinationOptions) {
    this.#options = options;
  }

  async deliver(batch: DeliveryBatch, signal: AbortSignal): Promise<DeliveryOutcome> {
    const { bucket, names, format, store } = this.#options;
    const { pieces, failed } = await this.#bodyOf(batch);
    if (pieces.length > 0) {
      const key = names.nameOf(batch, format.ending);
      const outcome = await store.put({ bucket, key, pieces, contentEncoding: format.contentEncoding }, signal);
      if (outcome.kind !== 'stored') return outcome;
    }
    return failed.length === 0 ? { kind: 'delivered' } : { kind: 'rejected', rejected: failed, remaining: [] };
  }

  close(): Promise<void> {
    return this.#options.format.close();
  }

  async #bodyOf(batch: DeliveryBatch): Promise<ObjectBody> {
    const known = this.#bodies.get(batch);
    if (known !== undefined) return known;
    const body = await this.#options.format.bodyOf(batch);
    this.#bodies.set(batch, body);
    return body;
  }
}
