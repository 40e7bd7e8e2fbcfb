import type {
  CompressionFormat,
  CreateDeliveryStreamInput,
  ExtendedS3DestinationConfiguration,
  Processor,
} from '@aws-sdk/client-firehose';
import type { Compression, CreatedDeliveryStream } from '../../../workloads/targets/firehose.ts';
import type { ReadingPlace } from './reading-place.ts';

const MEBIBYTE = 2 ** 20;
const SECOND_NS = 1e9;
const FORMATS: Readonly<Record<Compression, CompressionFormat>> = {
  none: 'UNCOMPRESSED',
  gzip: 'GZIP',
  zip: 'ZIP',
  snappy: 'Snappy',
  'hadoop-snappy': 'HADOOP_SNAPPY',
};
/** Partitions need a prefix of their own for records of the error output. */
const ERROR_PREFIX = 'errors/!{firehose:error-output-type}/';

/** The input of CreateDeliveryStream. */
export function creationInput(
  name: string,
  create: CreatedDeliveryStream,
  place: ReadingPlace,
): CreateDeliveryStreamInput {
  const { bufferBytes, bufferNs, compression, role } = create;
  const stream = { DeliveryStreamName: name, DeliveryStreamType: 'DirectPut' } as const;
  const BufferingHints = { SizeInMBs: bufferBytes / MEBIBYTE, IntervalInSeconds: bufferNs / SECOND_NS };
  const s3 = bucketOf(create);
  const processing = processingOf(create);
  if (place.kind !== 'http') {
    const CompressionFormat = FORMATS[compression];
    const partitioning = create.partitions === undefined ? {} : { DynamicPartitioningConfiguration: { Enabled: true } };
    return {
      ...stream,
      ExtendedS3DestinationConfiguration: { ...s3, ...processing, ...partitioning, BufferingHints, CompressionFormat },
    };
  }
  return {
    ...stream,
    HttpEndpointDestinationConfiguration: {
      EndpointConfiguration: { Url: place.url, Name: 'streamgauge' },
      RequestConfiguration: { ContentEncoding: compression === 'gzip' ? 'GZIP' : 'NONE' },
      BufferingHints,
      ...processing,
      RoleARN: role,
      S3Configuration: s3,
    },
  };
}

function bucketOf({ bucket, role, prefix, partitions }: CreatedDeliveryStream) {
  const byKey = Object.keys(partitions ?? {}).map((key) => `${key}=!{partitionKeyFromQuery:${key}}/`);
  const Prefix = prefix ?? (partitions === undefined ? undefined : byKey.join(''));
  return {
    RoleARN: role,
    BucketARN: `arn:aws:s3:::${bucket}`,
    ...(Prefix === undefined ? {} : { Prefix }),
    ...(Prefix?.includes('!{') === true ? { ErrorOutputPrefix: ERROR_PREFIX } : {}),
  };
}

function processingOf({
  lines,
  partitions,
}: CreatedDeliveryStream): Pick<ExtendedS3DestinationConfiguration, 'ProcessingConfiguration'> {
  const processors: Processor[] = [
    ...(partitions === undefined ? [] : [extractionOf(partitions)]),
    ...(lines === true ? [{ Type: 'AppendDelimiterToRecord' } as const] : []),
  ];
  return processors.length === 0 ? {} : { ProcessingConfiguration: { Enabled: true, Processors: processors } };
}

/** One query for all keys: an object constructor of jq. */
function extractionOf(partitions: Readonly<Record<string, string>>): Processor {
  const members = Object.entries(partitions).map(([key, expression]) => `${key}: (${expression})`);
  return {
    Type: 'MetadataExtraction',
    Parameters: [
      { ParameterName: 'MetadataExtractionQuery', ParameterValue: `{${members.join(', ')}}` },
      { ParameterName: 'JsonParsingEngine', ParameterValue: 'JQ-1.6' },
    ],
  };
}
