import { randomUUID } from 'node:crypto';
import type { Clock } from '../../account/clock.ts';
import { bucketInArn } from '../control/arn.ts';
import { S3_BUFFER } from '../control/buffer-defaults.ts';
import type { DeliveryStreamState } from '../control/delivery-stream-state.ts';
import type { FailedRecord } from '../delivery/delivery-record.ts';
import type { ObjectStore } from '../delivery/object-store.ts';
import { DeliveryPipeline } from '../delivery/pipeline.ts';
import { errorOutputTypeOf } from '../objects/error-output-type.ts';
import { failedRecordsObject } from '../objects/failed-records.ts';
import { destinationOf } from './destination-of.ts';
import { processorsOf } from './processors-of.ts';
import { objectNamesOf } from './s3-objects.ts';

export interface DeliveryStreamParts {
  readonly clock: Clock;
  readonly store: ObjectStore;
  readonly onDefect: (error: unknown) => void;
}

const MIB = 1024 * 1024;
const DAY_MS = 86_400_000;
const RECORD_ID_DIGITS = 24;

/** A delivery stream that runs: takes records and delivers them. */
export class DeliveryStream {
  readonly state: DeliveryStreamState;
  readonly #parts: DeliveryStreamParts;
  readonly #pipeline: DeliveryPipeline;
  readonly #idStart = randomUUID().replaceAll('-', '');
  #records = 0;

  constructor(state: DeliveryStreamState, parts: DeliveryStreamParts) {
    this.state = state;
    this.#parts = parts;
    const { configuration } = state.destination;
    const { SizeInMBs = S3_BUFFER.SizeInMBs, IntervalInSeconds = S3_BUFFER.IntervalInSeconds } =
      configuration.BufferingHints ?? {};
    this.#pipeline = new DeliveryPipeline({
      processors: processorsOf(configuration.ProcessingConfiguration, { source: state.type, clock: parts.clock }),
      destination: destinationOf(state.destination, { deliveryStreamName: state.name, store: parts.store }),
      hints: { sizeBytes: SizeInMBs * MIB, intervalMs: IntervalInSeconds * 1000 },
      policy: { clock: parts.clock, retryMs: DAY_MS, random: Math.random },
      writeFailed: (failed, signal) => this.#writeFailed(failed, signal),
      version: () => state.version,
      onDefect: parts.onDefect,
    });
  }

  /** Takes records and returns their ids. */
  put(data: readonly Uint8Array[]): readonly string[] {
    const arrivedAtMs = this.#parts.clock.nowMs();
    const records = data.map((bytes) => {
      this.#records += 1;
      const recordId = `${this.#idStart}${String(this.#records).padStart(RECORD_ID_DIGITS, '0')}`;
      return { recordId, data: bytes, original: bytes, arrivedAtMs };
    });
    this.#pipeline.add(records);
    return records.map(({ recordId }) => recordId);
  }

  close(): Promise<void> {
    return this.#pipeline.close();
  }

  async #writeFailed(failed: readonly FailedRecord[], signal: AbortSignal): Promise<void> {
    const { name, version, destination } = this.state;
    const bucket = bucketInArn(destination.configuration.BucketARN ?? '');
    const names = objectNamesOf(name, destination.configuration);
    for (const [type, records] of Map.groupBy(failed, ({ errorCode }) => errorOutputTypeOf(errorCode))) {
      const oldestArrivedAtMs = records.reduce((oldest, { record }) => Math.min(oldest, record.arrivedAtMs), Infinity);
      const key = names.errorNameOf({ id: randomUUID(), version, oldestArrivedAtMs }, type);
      await this.#parts.store.put({ bucket, key, pieces: failedRecordsObject(records, { kind: 'none' }) }, signal);
    }
  }
}
