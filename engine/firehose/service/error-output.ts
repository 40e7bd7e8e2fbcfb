import { type ArnPlace, bucketInArn } from '../control/arn.ts';
import { settingsOf } from '../control/delivery-settings.ts';
import type { DeliveryStreamState } from '../control/delivery-stream-state.ts';
import type { DestinationConfiguration } from '../control/destination-configuration.ts';
import { oldestArrivalMs } from '../delivery/delivery-record.ts';
import type { ObjectStore } from '../delivery/object-store.ts';
import type { ErrorOutput } from '../delivery/route.ts';
import { errorOutputTypeOf } from '../objects/error-output-type.ts';
import { type FailureDetails, failedRecordsObject } from '../objects/failed-records.ts';
import { failureDetailsOf } from './failure-details.ts';
import { objectNamesOf } from './s3-objects.ts';

/** The type of error output of a kind of destination. */
const ERROR_OUTPUT_TYPES: Readonly<Partial<Record<FailureDetails['kind'], string>>> = {
  opensearch: 'AmazonOpenSearchService-failed',
  splunk: 'splunk-failed',
  'http-endpoint': 'http-endpoint-failed',
};

/**
 * The error output of a delivery stream: objects of failed records in the S3 bucket of its destination.
 * @param details the members that its destination adds to failed records.
 */
export function errorOutputOf(
  state: DeliveryStreamState,
  destination: DestinationConfiguration,
  store: ObjectStore,
  details: FailureDetails,
  place: ArnPlace,
): ErrorOutput {
  const { s3, errorHints } = settingsOf(destination);
  const names = objectNamesOf(state.name, s3);
  const bucket = bucketInArn(s3.BucketARN ?? '');
  return {
    hints: errorHints,
    typeOf: ({ errorCode }) => errorOutputTypeOf(errorCode),
    write: (failed, type, id, signal) => {
      const oldestArrivedAtMs = oldestArrivalMs(failed.map(({ record }) => record));
      const key = names.errorNameOf({ id, version: state.version, oldestArrivedAtMs }, type);
      // Records of failed processing never reached the destination, and do not have its members.
      const isOfDestination = type === ERROR_OUTPUT_TYPES[details.kind];
      const pieces = failedRecordsObject(
        failed,
        isOfDestination ? details : failureDetailsOf(destination, type, place),
      );
      return store.put({ bucket, key, pieces }, signal);
    },
  };
}
