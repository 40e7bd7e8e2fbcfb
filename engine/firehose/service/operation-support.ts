import type { OperationSupport } from '../../account/service/operation-support.ts';
import type { FirehoseOperation } from './operation-types.ts';

/**
 * The service rejects puts of other producers with InvalidSourceException. To the engine, all producers look the same, and
 * without them no record would come through the decompression.
 */
const PUTS: OperationSupport = {
  limits:
    'A delivery stream that decompresses messages of CloudWatch Logs accepts records of every producer. AWS rejects those of other producers (InvalidSourceException).',
};

/** Every operation of the SDK's client, by name. The compiler rejects a table that lacks one. */
export const FIREHOSE_OPERATION_SUPPORT: { readonly [Name in FirehoseOperation]: OperationSupport } = {
  CreateDeliveryStream: {
    limits:
      'Sources: direct put and a Kinesis stream; MSK and databases are rejected. Destinations: all except OpenSearch Serverless, Iceberg and Snowflake. Conversion: to Parquet; ORC is rejected.',
  },
  DeleteDeliveryStream: 'complete',
  DescribeDeliveryStream: 'complete',
  ListDeliveryStreams: 'complete',
  ListTagsForDeliveryStream: 'complete',
  PutRecord: PUTS,
  PutRecordBatch: PUTS,
  StartDeliveryStreamEncryption: {
    limits:
      'Marks the delivery stream and the responses to its puts as encrypted, and accepts every key. Nothing is encrypted.',
  },
  StopDeliveryStreamEncryption: { limits: 'Removes the mark that StartDeliveryStreamEncryption sets.' },
  TagDeliveryStream: 'complete',
  UntagDeliveryStream: 'complete',
  UpdateDestination: { limits: 'Destinations and conversions as for CreateDeliveryStream.' },
};
