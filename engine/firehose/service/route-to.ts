import type { Clock } from '../../account/clock.ts';
import { type ArnPlace, bucketInArn } from '../control/arn.ts';
import { settingsOf } from '../control/delivery-settings.ts';
import type { DeliveryStreamState } from '../control/delivery-stream-state.ts';
import { typeOf } from '../control/delivery-streams.ts';
import type { DestinationConfiguration } from '../control/destination-configuration.ts';
import type { ObjectStore } from '../delivery/object-store.ts';
import type { DeliveryRoute } from '../delivery/route.ts';
import { S3Destination } from '../destinations/s3.ts';
import { destinationOf } from './destination-of.ts';
import { errorOutputOf } from './error-output.ts';
import type { ProcessingSources } from './processing-sources.ts';
import { processorsOf } from './processors-of.ts';
import { objectFormatOf, objectNamesOf } from './s3-objects.ts';

export interface RouteParts {
  readonly arn: string;
  readonly place: ArnPlace;
  readonly clock: Clock;
  /** Where S3 objects are stored. */
  readonly store: ObjectStore;
  readonly sources: ProcessingSources;
  /** Time of a jq query for a batch. */
  readonly queryTimeoutMs: number;
}

/** Partitions that may have undelivered records at a time. Source: Firehose guide, "Quota". */
const PARTITIONS_MAX = 500;

/**
 * Makes everything that the configuration of a delivery stream determines.
 * @throws InvalidArgumentException for a part that this engine does not have.
 */
export function routeTo(
  state: DeliveryStreamState,
  destination: DestinationConfiguration,
  { arn, place, clock, store, sources, queryTimeoutMs }: RouteParts,
): DeliveryRoute {
  const { name, source } = state;
  const settings = settingsOf(destination);
  const processors = processorsOf(settings.processing, {
    deliveryStreamArn: arn,
    region: place.region,
    source: typeOf(source),
    sourceKinesisStreamArn: source.kind === 'kinesis-stream' ? source.configuration.KinesisStreamARN : undefined,
    partitionedPrefix: settings.isPartitioned ? (settings.s3.Prefix ?? '') : undefined,
    functions: sources.functions,
    queryTimeoutMs,
    clock,
  });
  const { backup, backupS3 } = settings;
  const parts = { deliveryStreamName: name, deliveryStreamArn: arn, clock, store, tables: sources.tables };
  const { destination: made, details } = destinationOf(destination, parts);
  return {
    processing: processors.length === 0 ? undefined : { processors, hints: settings.processingHints },
    destination: made,
    hints: settings.hints,
    retry: settings.retry,
    partitioning: settings.isPartitioned ? { partitionsMax: PARTITIONS_MAX } : undefined,
    errors: errorOutputOf(state, destination, store, details, place),
    backup:
      backup !== 'all' || backupS3 === undefined
        ? undefined
        : {
            hints: settings.backupHints,
            destination: new S3Destination({
              bucket: bucketInArn(backupS3.BucketARN ?? ''),
              names: objectNamesOf(name, backupS3),
              format: objectFormatOf(backupS3),
              store,
            }),
          },
  };
}
