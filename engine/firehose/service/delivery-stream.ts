import { randomUUID } from 'node:crypto';
import type { Clock } from '../../account/clock.ts';
import { bucketInArn } from '../control/arn.ts';
import { settingsOf } from '../control/delivery-settings.ts';
import type { DeliveryStreamState } from '../control/delivery-stream-state.ts';
import { typeOf } from '../control/delivery-streams.ts';
import type { DestinationConfiguration } from '../control/destination-configuration.ts';
import type { FailedRecord } from '../delivery/delivery-record.ts';
import type { ObjectStore } from '../delivery/object-store.ts';
import { DeliveryPipeline, type DeliveryRoute } from '../delivery/pipeline.ts';
import { errorOutputTypeOf } from '../objects/error-output-type.ts';
import { failedRecordsObject } from '../objects/failed-records.ts';
import { destinationOf } from './destination-of.ts';
import { processorsOf } from './processors-of.ts';
import { objectNamesOf } from './s3-objects.ts';

export interface DeliveryStreamParts {
  readonly arn: string;
  readonly clock: Clock;
  readonly store: ObjectStore;
  readonly onDefect: (error: unknown) => void;
}

/** The service keeps records of direct puts that it cannot deliver for this long. */
const KEPT_MS = 86_400_000;
const RECORD_ID_DIGITS = 24;

/** A delivery stream that runs: takes records and delivers them. */
export class DeliveryStream {
  readonly state: DeliveryStreamState;
  readonly #parts: DeliveryStreamParts;
  readonly #pipeline: DeliveryPipeline;
  readonly #idStart = randomUUID().replaceAll('-', '');
  #records = 0;

  /** @throws InvalidArgumentException if this engine does not have a part of the configuration. */
  constructor(state: DeliveryStreamState, parts: DeliveryStreamParts) {
    this.state = state;
    this.#parts = parts;
    this.#pipeline = new DeliveryPipeline(this.#routeTo(state.destination), {
      clock: parts.clock,
      random: Math.random,
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

  /** Uses another destination for the batches that follow. @throws InvalidArgumentException as the constructor does. */
  change(destination: DestinationConfiguration): void {
    this.#pipeline.change(this.#routeTo(destination));
  }

  close(): Promise<void> {
    return this.#pipeline.close();
  }

  #routeTo(destination: DestinationConfiguration): DeliveryRoute {
    const { name, source } = this.state;
    const { arn, store, clock } = this.#parts;
    const { hints, retryMs = KEPT_MS, processing, s3 } = settingsOf(destination);
    const names = objectNamesOf(name, s3);
    const bucket = bucketInArn(s3.BucketARN ?? '');
    return {
      processors: processorsOf(processing, { source: typeOf(source), clock }),
      destination: destinationOf(destination, { deliveryStreamName: name, deliveryStreamArn: arn, store }),
      hints,
      retry: { retryMs },
      writeFailed: async (failed: readonly FailedRecord[], signal: AbortSignal) => {
        for (const [type, records] of Map.groupBy(failed, ({ errorCode }) => errorOutputTypeOf(errorCode))) {
          const oldestArrivedAtMs = records.reduce(
            (oldest, { record }) => Math.min(oldest, record.arrivedAtMs),
            Infinity,
          );
          const { version } = this.state;
          const key = names.errorNameOf({ id: randomUUID(), version, oldestArrivedAtMs }, type);
          await store.put({ bucket, key, pieces: failedRecordsObject(records, { kind: 'none' }) }, signal);
        }
      },
    };
  }
}
