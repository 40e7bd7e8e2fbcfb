import { bucketInArn } from '../control/arn.ts';
import { settingsOf } from '../control/delivery-settings.ts';
import type { DeliveryStreamState } from '../control/delivery-stream-state.ts';
import type { DestinationConfiguration } from '../control/destination-configuration.ts';
import type { ObjectStore } from '../delivery/object-store.ts';
import type { ErrorOutput } from '../delivery/route.ts';
import { errorOutputTypeOf } from '../objects/error-output-type.ts';
import { failedRecordsObject } from '../objects/failed-records.ts';
import { objectNamesOf } from './s3-objects.ts';

/** The error output of a delivery stream: objects of failed records in the S3 bucket of its destination. */
export function errorOutputOf(
  state: DeliveryStreamState,
  destination: DestinationConfiguration,
  store: ObjectStore,
): ErrorOutput {
  const { s3, errorHints } = settingsOf(destination);
  const names = objectNamesOf(state.name, s3);
  const bucket = bucketInArn(s3.BucketARN ?? '');
  return {
    hints: errorHints,
    typeOf: ({ errorCode }) => errorOutputTypeOf(errorCode),
    write: (failed, type, id, signal) => {
      const oldestArrivedAtMs = failed.reduce((oldest, { record }) => Math.min(oldest, record.arrivedAtMs), Infinity);
      const key = names.errorNameOf({ id, version: state.version, oldestArrivedAtMs }, type);
      return store.put({ bucket, key, pieces: failedRecordsObject(failed, { kind: 'none' }) }, signal);
    },
  };
}
