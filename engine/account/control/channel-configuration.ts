import type {
  ChannelLoggingConfiguration,
  CreateChannelInput,
  RecordConfiguration,
  RecordFormatType,
} from '@aws-sdk/client-kinesis';
import type { ChannelState } from '../account-state.ts';
import { validationError } from '../errors.ts';

/** Rules of a channel's configuration. Source: type documentation of @aws-sdk/client-kinesis 3.1143.0. */
const FRESHNESS_SECONDS_MIN = 300;
const FRESHNESS_SECONDS_MAX = 900;
const DEFAULT_LOG_STREAM = 'DestinationDelivery';
const DEFAULT_ERROR_PREFIX = 'errors/';

const S3_FORMATS: readonly RecordFormatType[] = ['JSON', 'STRING', 'BYTE_ARRAY'];
const TABLE_FORMATS: readonly RecordFormatType[] = ['JSON', 'GSR_JSON'];

export type Destination = Pick<ChannelState, 's3' | 'tables'>;

/** The one destination of a channel, with what AWS fills in. @throws ValidationException unless there is just one. */
export function destinationOf(input: CreateChannelInput): Destination {
  const { S3DestinationConfiguration: s3, S3TablesDestinationConfiguration: tables } = input;
  if (s3 !== undefined && tables === undefined) {
    const { StorageConfiguration, DeadLetterQueueS3Configuration: deadLetters } = s3;
    return {
      s3: {
        DataFreshnessInSeconds: requireFreshness(s3.DataFreshnessInSeconds),
        StorageConfiguration,
        DeadLetterQueueS3Configuration: deadLetters ?? {
          BucketARN: StorageConfiguration?.BucketARN,
          ExpectedBucketOwner: StorageConfiguration?.ExpectedBucketOwner,
          ErrorOutputPrefix: DEFAULT_ERROR_PREFIX,
        },
      },
      tables: undefined,
    };
  }
  if (tables !== undefined && s3 === undefined) {
    const { S3TablesConfigurationList: list = [], DeadLetterQueueS3Configuration } = tables;
    if (list.length !== 1) throw validationError('S3TablesConfigurationList takes one table per channel.');
    return {
      s3: undefined,
      tables: {
        DataFreshnessInSeconds: requireFreshness(tables.DataFreshnessInSeconds),
        DeadLetterQueueS3Configuration,
        S3TablesConfigurationList: list,
      },
    };
  }
  throw validationError(
    'Either S3DestinationConfiguration or S3TablesDestinationConfiguration should be provided, and not both.',
  );
}

export function requireFreshness(seconds: number = FRESHNESS_SECONDS_MIN): number {
  if (seconds >= FRESHNESS_SECONDS_MIN && seconds <= FRESHNESS_SECONDS_MAX) return seconds;
  throw validationError(
    `DataFreshnessInSeconds ${seconds} is not from ${FRESHNESS_SECONDS_MIN} to ${FRESHNESS_SECONDS_MAX}.`,
  );
}

/** @throws ValidationException for a format that the destination does not take. */
export function requireRecords(records: RecordConfiguration | undefined, { tables }: Destination): RecordConfiguration {
  const format = records?.RecordFormatType;
  const formats = tables === undefined ? S3_FORMATS : TABLE_FORMATS;
  if (records === undefined || format === undefined || !formats.includes(format)) {
    const where = tables === undefined ? 'an S3 bucket' : 'S3 tables';
    throw validationError(
      `RecordFormatType ${format} is not supported for ${where}. Supported: ${formats.join(', ')}.`,
    );
  }
  if (tables !== undefined && records.GSRSchemaARN === undefined) {
    throw validationError('GSRSchemaARN is required when the destination of the channel is a streaming table.');
  }
  return records;
}

export function logsOf(
  logging: ChannelLoggingConfiguration | undefined,
  name: string,
  id: string,
): ChannelLoggingConfiguration {
  const logs = logging?.CloudWatchLogs;
  return {
    CloudWatchLogs: {
      Enabled: logs?.Enabled ?? false,
      LogGroupName: logs?.LogGroupName ?? `/aws/kinesis/${name}/${id}`,
      LogStreamName: logs?.LogStreamName ?? DEFAULT_LOG_STREAM,
    },
  };
}
