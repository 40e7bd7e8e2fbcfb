import { invalidArgument } from '../../account/errors.ts';
import { bucketInArn } from '../control/arn.ts';
import type { DestinationConfiguration } from '../control/destination-configuration.ts';
import type { Destination } from '../delivery/destination.ts';
import type { ObjectStore } from '../delivery/object-store.ts';
import { S3Destination } from '../destinations/s3.ts';
import { objectFormatOf, objectNamesOf } from './s3-objects.ts';

export interface DestinationParts {
  readonly deliveryStreamName: string;
  readonly deliveryStreamArn: string;
  /** Where S3 objects are stored. */
  readonly store: ObjectStore;
}

/**
 * Makes the destination of a delivery stream. Every kind of destination is made here.
 * @throws InvalidArgumentException for a kind that this engine does not have.
 */
export function destinationOf({ kind, configuration }: DestinationConfiguration, parts: DestinationParts): Destination {
  switch (kind) {
    case 's3':
      return new S3Destination({
        bucket: bucketInArn(configuration.BucketARN ?? ''),
        names: objectNamesOf(parts.deliveryStreamName, configuration),
        format: objectFormatOf(configuration),
        store: parts.store,
      });
    default:
      throw invalidArgument(`Destinations of kind ${kind} are not supported here.`);
  }
}
