import type { Clock } from '../../account/clock.ts';
import type { DeliveryBatch, DeliveryOutcome, Destination } from '../delivery/destination.ts';
import type { ObjectStore, StoredObject } from '../delivery/object-store.ts';
import { type CopyOptions, copyStatement, manifestText } from './redshift-copy.ts';
import { type RedshiftLogin, runStatement } from './redshift-session.ts';

export interface RedshiftParts {
  readonly login: RedshiftLogin;
  readonly copy: CopyOptions;
  readonly store: ObjectStore;
  /** The object of a batch, which the S3 configuration names and compresses. The same for each call with a batch. */
  readonly objectOf: (batch: DeliveryBatch) => Promise<StoredObject>;
  readonly clock: Clock;
}

/** Loads records into a table of Redshift: stores them as an object of S3 with a manifest, then loads the manifest with COPY. */
export class RedshiftDestination implements Destination {
  readonly #parts: RedshiftParts;
  /** The batch whose object is stored: a retry repeats the COPY only. */
  #stored: { readonly batchId: string; readonly object: Pick<StoredObject, 'bucket' | 'key'> } | undefined;
  /** COPY commands of one table run one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: RedshiftParts) {
    this.#parts = parts;
  }

  deliver(batch: DeliveryBatch, signal: AbortSignal): Promise<DeliveryOutcome> {
    return this.#alone(async () => {
      const manifest = await this.#stage(batch, '', signal);
      if (manifest.kind === 'retry') return manifest;
      const { login, copy, clock } = this.#parts;
      const error = await runStatement(login, copyStatement(copy, manifest.url), clock, signal);
      return error ?? { kind: 'delivered' };
    });
  }

  /** Keeps the manifest below `errors/`, for a COPY by hand. The records are in their object. */
  abandon(batch: DeliveryBatch, signal: AbortSignal): Promise<DeliveryOutcome> {
    return this.#alone(async () => {
      const manifest = await this.#stage(batch, 'errors/', signal);
      return manifest.kind === 'retry' ? manifest : { kind: 'delivered' };
    });
  }

  async close(): Promise<void> {
    await this.#last;
  }

  /** Stores the object of a batch, unless it is stored already, and its manifest below a folder. */
  async #stage(
    batch: DeliveryBatch,
    folder: string,
    signal: AbortSignal,
  ): Promise<{ readonly kind: 'stored'; readonly url: string } | Extract<DeliveryOutcome, { kind: 'retry' }>> {
    const { store, objectOf } = this.#parts;
    if (this.#stored?.batchId !== batch.id) {
      const object = await objectOf(batch);
      const outcome = await store.put(object, signal);
      if (outcome.kind === 'retry') return outcome;
      this.#stored = { batchId: batch.id, object: { bucket: object.bucket, key: object.key } };
    }
    const { bucket, key } = this.#stored.object;
    const manifestKey = `${folder}manifests/${key}.manifest`;
    const pieces = [Buffer.from(manifestText(bucket, key))];
    const outcome = await store.put({ bucket, key: manifestKey, pieces }, signal);
    return outcome.kind === 'retry' ? outcome : { kind: 'stored', url: `s3://${bucket}/${manifestKey}` };
  }

  #alone<T>(run: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(run);
    this.#last = mine.catch(() => {});
    return mine;
  }
}
