import type {
  _Record,
  CreateDeliveryStreamInput,
  DeleteDeliveryStreamInput,
  DeliveryStreamEncryptionConfigurationInput,
  DescribeDeliveryStreamInput,
  ListDeliveryStreamsInput,
  ListTagsForDeliveryStreamInput,
  PutRecordBatchInput,
  PutRecordInput,
  StartDeliveryStreamEncryptionInput,
  StopDeliveryStreamEncryptionInput,
  Tag,
  TagDeliveryStreamInput,
  UntagDeliveryStreamInput,
  UpdateDestinationInput,
} from '@aws-sdk/client-firehose';
import {
  flag,
  integer,
  list,
  oneOf,
  required,
  type Structure,
  structure,
  text,
} from '../../../account/validation/shapes.ts';
import { httpEndpoint, httpEndpointUpdate, redshift, redshiftUpdate, splunk, splunkUpdate } from './endpoints.ts';
import { extendedS3, extendedS3Update, s3, s3Update } from './s3.ts';
import {
  elasticsearch,
  elasticsearchUpdate,
  openSearch,
  openSearchServerless,
  openSearchServerlessUpdate,
  openSearchUpdate,
} from './search.ts';
import { database, directPut, kinesisStream, msk } from './sources.ts';
import { icebergTables, icebergTablesUpdate, snowflake, snowflakeUpdate } from './tables.ts';

/** Largest record, before base64. */
const RECORD_DATA_BYTES_MAX = 1_024_000;

const name = text(1, 64, '[a-zA-Z0-9_.-]+');
const named = { DeliveryStreamName: required(name) } as const;
const type = oneOf('DirectPut', 'KinesisStreamAsSource', 'MSKAsSource', 'DatabaseAsSource');
const tagKey = text(1, 128, String.raw`^(?!aws:)[\p{L}\p{Z}\p{N}_.:\/=+\-@%]*$`);
const tagValue = text(0, 256, String.raw`^[\p{L}\p{Z}\p{N}_.:\/=+\-@%]*$`);
const tags = list(1, 50, structure<Tag>({ Key: required(tagKey), Value: tagValue }));
const encryption = structure<DeliveryStreamEncryptionConfigurationInput>({
  KeyARN: text(1, 512, String.raw`arn:.*:kms:[a-zA-Z0-9\-]+:\d{12}:key/[a-zA-Z_0-9+=,.@\-_/]+`),
  KeyType: required(oneOf('AWS_OWNED_CMK', 'CUSTOMER_MANAGED_CMK')),
});
const record = structure<_Record>({ Data: required({ kind: 'Blob', max: RECORD_DATA_BYTES_MAX }) });

/** Most records pass this test, which takes a tenth of the time of the full check. */
function isSoundRecord(item: unknown): boolean {
  const data = typeof item === 'object' && item !== null ? (item as _Record).Data : undefined;
  return data instanceof Uint8Array && data.length <= RECORD_DATA_BYTES_MAX;
}

/** Constraints of every input, by operation. */
export const INPUTS = {
  CreateDeliveryStream: structure<CreateDeliveryStreamInput>({
    ...named,
    DeliveryStreamType: type,
    DirectPutSourceConfiguration: directPut,
    KinesisStreamSourceConfiguration: kinesisStream,
    DeliveryStreamEncryptionConfigurationInput: encryption,
    S3DestinationConfiguration: s3,
    ExtendedS3DestinationConfiguration: extendedS3,
    RedshiftDestinationConfiguration: redshift,
    ElasticsearchDestinationConfiguration: elasticsearch,
    AmazonopensearchserviceDestinationConfiguration: openSearch,
    SplunkDestinationConfiguration: splunk,
    HttpEndpointDestinationConfiguration: httpEndpoint,
    Tags: tags,
    AmazonOpenSearchServerlessDestinationConfiguration: openSearchServerless,
    MSKSourceConfiguration: msk,
    SnowflakeDestinationConfiguration: snowflake,
    IcebergDestinationConfiguration: icebergTables,
    DatabaseSourceConfiguration: database,
  }),
  DeleteDeliveryStream: structure<DeleteDeliveryStreamInput>({ ...named, AllowForceDelete: flag }),
  DescribeDeliveryStream: structure<DescribeDeliveryStreamInput>({
    ...named,
    Limit: integer(1, 10_000),
    ExclusiveStartDestinationId: text(1, 100, '[a-zA-Z0-9-]+'),
  }),
  ListDeliveryStreams: structure<ListDeliveryStreamsInput>({
    Limit: integer(1, 10_000),
    DeliveryStreamType: type,
    ExclusiveStartDeliveryStreamName: name,
  }),
  ListTagsForDeliveryStream: structure<ListTagsForDeliveryStreamInput>({
    ...named,
    ExclusiveStartTagKey: tagKey,
    Limit: integer(1, 50),
  }),
  PutRecord: structure<PutRecordInput>({ ...named, Record: required(record) }),
  PutRecordBatch: structure<PutRecordBatchInput>({
    ...named,
    Records: required({ ...list(1, 500, record), isSound: isSoundRecord }),
  }),
  StartDeliveryStreamEncryption: structure<StartDeliveryStreamEncryptionInput>({
    ...named,
    DeliveryStreamEncryptionConfigurationInput: encryption,
  }),
  StopDeliveryStreamEncryption: structure<StopDeliveryStreamEncryptionInput>(named),
  TagDeliveryStream: structure<TagDeliveryStreamInput>({ ...named, Tags: required(tags) }),
  UntagDeliveryStream: structure<UntagDeliveryStreamInput>({ ...named, TagKeys: required(list(1, 50, tagKey)) }),
  UpdateDestination: structure<UpdateDestinationInput>({
    ...named,
    CurrentDeliveryStreamVersionId: required(text(1, 50, '[0-9]+')),
    DestinationId: required(text(1, 100, '[a-zA-Z0-9-]+')),
    S3DestinationUpdate: s3Update,
    ExtendedS3DestinationUpdate: extendedS3Update,
    RedshiftDestinationUpdate: redshiftUpdate,
    ElasticsearchDestinationUpdate: elasticsearchUpdate,
    AmazonopensearchserviceDestinationUpdate: openSearchUpdate,
    SplunkDestinationUpdate: splunkUpdate,
    HttpEndpointDestinationUpdate: httpEndpointUpdate,
    AmazonOpenSearchServerlessDestinationUpdate: openSearchServerlessUpdate,
    SnowflakeDestinationUpdate: snowflakeUpdate,
    IcebergDestinationUpdate: icebergTablesUpdate,
  }),
} as const satisfies Readonly<Record<string, Structure>>;
