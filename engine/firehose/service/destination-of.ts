import { bucketInArn } from '../control/arn.ts';
import type { DestinationConfiguration } from '../control/delivery-stream-state.ts';
import type { Destination } from '../delivery/destination.ts';
import type { ObjectStore } from '../delivery/object-store.ts';
import { S3Destination } from '../destinations/s3.ts';
import { objectFormatOf, objectNamesOf } from './s3-objects.ts';

export interface DestinationParts {
  readonly deliveryStreamName: string;
  /** Where S3 objects are stored. */
  readonly store: ObjectStore;
}

/** Makes the destination of a delivery stream. Every kind of destination is made here. */
export function destinationOf({ configuration }: DestinationConfiguration, parts: DestinationParts): Destination {
  return new S3Destination({
    bucket: bucketInArn(configuration.BucketARN ?? ''),
    names: objectNamesOf(parts.deliveryStreamName, configuration),
    format: objectFormatOf(configuration),
    store: parts.store,
  });
}
