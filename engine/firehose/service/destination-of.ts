import type { S3DestinationConfiguration } from '@aws-sdk/client-firehose';
import type { Clock } from '../../account/clock.ts';
import { invalidArgument } from '../../account/errors.ts';
import { bucketInArn } from '../control/arn.ts';
import type { DestinationConfiguration } from '../control/destination-configuration.ts';
import type { DeliveryBatch, Destination } from '../delivery/destination.ts';
import type { ObjectStore, StoredObject } from '../delivery/object-store.ts';
import { HttpEndpointDestination } from '../destinations/http-endpoint.ts';
import { OpenSearchDestination } from '../destinations/opensearch.ts';
import { RedshiftDestination } from '../destinations/redshift.ts';
import { S3Destination } from '../destinations/s3.ts';
import { SplunkDestination } from '../destinations/splunk.ts';
import type { FailureDetails } from '../objects/failed-records.ts';
import type { Tables } from '../processing/conversion/conversion-input.ts';
import { httpEndpointOptions, openSearchOptions, redshiftOptions, splunkOptions } from './destination-options.ts';
import { objectFormatOf, objectNamesOf } from './s3-objects.ts';

export interface DestinationParts {
  readonly deliveryStreamName: string;
  readonly deliveryStreamArn: string;
  readonly clock: Clock;
  /** Where S3 objects are stored. */
  readonly store: ObjectStore;
  readonly tables: Tables;
}

/** A destination, and the members that its failed records have besides those that all have. */
export interface MadeDestination {
  readonly destination: Destination;
  readonly details: FailureDetails;
}

/**
 * Makes the destination of a delivery stream. Every kind of destination is made here.
 * @throws InvalidArgumentException for a kind that this engine does not have, or for a configuration that it cannot follow.
 */
export function destinationOf(
  { kind, configuration }: DestinationConfiguration,
  parts: DestinationParts,
): MadeDestination {
  const { deliveryStreamName, deliveryStreamArn, clock, store, tables } = parts;
  switch (kind) {
    case 's3': {
      const bucket = bucketInArn(configuration.BucketARN ?? '');
      const names = objectNamesOf(deliveryStreamName, configuration);
      const destination = new S3Destination({ bucket, names, format: objectFormatOf(configuration, tables), store });
      return { destination, details: { kind: 'none' } };
    }
    case 'redshift': {
      const objectOf = objectsOf(deliveryStreamName, configuration.S3Configuration!);
      const destination = new RedshiftDestination({ ...redshiftOptions(configuration), store, objectOf, clock });
      return { destination, details: { kind: 'none' } };
    }
    case 'elasticsearch':
    case 'opensearch': {
      const destination = new OpenSearchDestination(openSearchOptions(configuration), clock);
      const documentOf = destination.documentOf.bind(destination);
      return { destination, details: { kind: 'opensearch', isServerless: false, documentOf } };
    }
    case 'splunk':
      return {
        destination: new SplunkDestination(splunkOptions(configuration), clock),
        details: { kind: 'splunk' },
      };
    case 'http-endpoint':
      return {
        destination: new HttpEndpointDestination(httpEndpointOptions(configuration, deliveryStreamArn), clock),
        details: { kind: 'http-endpoint' },
      };
    case 'opensearch-serverless':
      throw invalidArgument(
        'OpenSearch Serverless destinations are not supported here. Specify AmazonopensearchserviceDestinationConfiguration ' +
          'with the ClusterEndpoint of an OpenSearch server instead.',
      );
  }
}

/** The objects that a destination stages in S3. A batch has the same object each time. */
function objectsOf(
  streamName: string,
  configuration: S3DestinationConfiguration,
): (batch: DeliveryBatch) => Promise<StoredObject> {
  const bucket = bucketInArn(configuration.BucketARN ?? '');
  const names = objectNamesOf(streamName, configuration);
  const format = objectFormatOf(configuration);
  return async (batch) => {
    const { pieces } = await format.bodyOf(batch);
    return { bucket, key: names.nameOf(batch, format.ending), pieces, contentEncoding: format.contentEncoding };
  };
}
