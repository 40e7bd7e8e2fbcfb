import type {
  AmazonOpenSearchServerlessDestinationConfiguration,
  AmazonopensearchserviceDestinationConfiguration,
  CreateDeliveryStreamInput,
  ElasticsearchDestinationConfiguration,
  ExtendedS3DestinationConfiguration,
  HttpEndpointDestinationConfiguration,
  RedshiftDestinationConfiguration,
  SplunkDestinationConfiguration,
} from '@aws-sdk/client-firehose';
import { invalidArgument, type KinesisError } from '../../account/errors.ts';

/** The one destination of a delivery stream, with the configuration that its kind has in the SDK. */
export type DestinationConfiguration =
  | { readonly kind: 's3'; readonly configuration: ExtendedS3DestinationConfiguration }
  | { readonly kind: 'redshift'; readonly configuration: RedshiftDestinationConfiguration }
  | { readonly kind: 'elasticsearch'; readonly configuration: ElasticsearchDestinationConfiguration }
  | { readonly kind: 'opensearch'; readonly configuration: AmazonopensearchserviceDestinationConfiguration }
  | {
      readonly kind: 'opensearch-serverless';
      readonly configuration: AmazonOpenSearchServerlessDestinationConfiguration;
    }
  | { readonly kind: 'splunk'; readonly configuration: SplunkDestinationConfiguration }
  | { readonly kind: 'http-endpoint'; readonly configuration: HttpEndpointDestinationConfiguration };

export type DestinationKind = DestinationConfiguration['kind'];

/** The member of CreateDeliveryStream that configures each kind. */
export const CREATE_MEMBERS = {
  s3: 'ExtendedS3DestinationConfiguration',
  redshift: 'RedshiftDestinationConfiguration',
  elasticsearch: 'ElasticsearchDestinationConfiguration',
  opensearch: 'AmazonopensearchserviceDestinationConfiguration',
  'opensearch-serverless': 'AmazonOpenSearchServerlessDestinationConfiguration',
  splunk: 'SplunkDestinationConfiguration',
  'http-endpoint': 'HttpEndpointDestinationConfiguration',
} as const satisfies Record<DestinationKind, keyof CreateDeliveryStreamInput>;

const KINDS = Object.keys(CREATE_MEMBERS) as readonly DestinationKind[];

/**
 * The destination that a call configures.
 * @throws InvalidArgumentException unless there is exactly one, of a kind that this engine has.
 */
export function destinationIn(input: CreateDeliveryStreamInput): DestinationConfiguration {
  const { SnowflakeDestinationConfiguration: snowflake, IcebergDestinationConfiguration: iceberg } = input;
  const found = destinationsIn(input);
  const unsupported = [snowflake, iceberg].filter((configuration) => configuration !== undefined);
  const [first] = found;
  if (found.length + unsupported.length !== 1) {
    throw invalidArgument('Exactly one destination configuration is supported for a Firehose');
  }
  if (first !== undefined) return first;
  throw snowflake === undefined ? noIceberg() : noSnowflake();
}

function destinationsIn(input: CreateDeliveryStreamInput): readonly DestinationConfiguration[] {
  const all = [
    { kind: 's3', configuration: input.S3DestinationConfiguration },
    ...KINDS.map((kind) => ({ kind, configuration: input[CREATE_MEMBERS[kind]] })),
  ];
  return all.filter(({ configuration }) => configuration !== undefined) as readonly DestinationConfiguration[];
}

export const noSnowflake = (): KinesisError =>
  invalidArgument(
    'Snowflake destinations are not supported here. Deliver to S3 instead, from where Snowpipe can load the objects.',
  );
export const noIceberg = (): KinesisError =>
  invalidArgument(
    'Iceberg destinations are not supported here. Deliver to S3 instead, with conversion to Parquet for tables.',
  );
