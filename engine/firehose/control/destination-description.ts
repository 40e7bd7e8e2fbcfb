import type { DestinationDescription, S3DestinationConfiguration } from '@aws-sdk/client-firehose';
import { DEFAULTS, hintsOf } from './delivery-settings.ts';
import { DESTINATION_ID } from './delivery-stream-state.ts';
import type { DestinationConfiguration, DestinationKind } from './destination-configuration.ts';

/** Members of a destination's description, by its kind. */
const MEMBERS = {
  s3: 'ExtendedS3DestinationDescription',
  redshift: 'RedshiftDestinationDescription',
  elasticsearch: 'ElasticsearchDestinationDescription',
  opensearch: 'AmazonopensearchserviceDestinationDescription',
  'opensearch-serverless': 'AmazonOpenSearchServerlessDestinationDescription',
  splunk: 'SplunkDestinationDescription',
  'http-endpoint': 'HttpEndpointDestinationDescription',
} as const satisfies Record<DestinationKind, keyof DestinationDescription>;

/** Values that a description has if the configuration has none. */
const MORE_DEFAULTS: Readonly<Record<DestinationKind, object>> = {
  s3: { S3BackupMode: 'Disabled' },
  redshift: { S3BackupMode: 'Disabled' },
  elasticsearch: { S3BackupMode: 'FailedDocumentsOnly', IndexRotationPeriod: 'OneDay' },
  opensearch: { S3BackupMode: 'FailedDocumentsOnly', IndexRotationPeriod: 'OneDay' },
  'opensearch-serverless': { S3BackupMode: 'FailedDocumentsOnly' },
  splunk: { S3BackupMode: 'FailedEventsOnly', HECAcknowledgmentTimeoutInSeconds: 180 },
  'http-endpoint': { S3BackupMode: 'FailedDataOnly' },
};

/** A destination as DescribeDeliveryStream returns it: with the service's defaults, and without secrets. */
export function destinationDescription(destination: DestinationConfiguration): DestinationDescription {
  const { kind, configuration } = destination;
  const { S3Configuration, S3BackupConfiguration, VpcConfiguration, EndpointConfiguration, Password, ...shown }: Parts =
    configuration;
  const description = {
    CloudWatchLoggingOptions: { Enabled: false },
    ...MORE_DEFAULTS[kind],
    ...shown,
    ...(kind === 'redshift' ? {} : { BufferingHints: hintsOf(destination) }),
    ...retriesOf(destination),
    ...(kind === 's3' ? objectDefaults(configuration) : {}),
    ...(EndpointConfiguration === undefined ? {} : { EndpointConfiguration: endpointOf(EndpointConfiguration) }),
    ...(VpcConfiguration === undefined ? {} : { VpcConfigurationDescription: { ...VpcConfiguration, VpcId: 'vpc-0' } }),
    ...(S3Configuration === undefined ? {} : { S3DestinationDescription: s3DescriptionOf(S3Configuration) }),
    ...(S3BackupConfiguration === undefined ? {} : { S3BackupDescription: s3DescriptionOf(S3BackupConfiguration) }),
  };
  const plain = kind === 's3' ? { S3DestinationDescription: s3DescriptionOf(configuration) } : {};
  return { DestinationId: DESTINATION_ID, ...plain, [MEMBERS[kind]]: description };
}

/** Members of configurations that descriptions show in another form, or not at all. */
interface Parts {
  readonly S3Configuration?: S3DestinationConfiguration | undefined;
  readonly S3BackupConfiguration?: S3DestinationConfiguration | undefined;
  readonly VpcConfiguration?: object | undefined;
  readonly EndpointConfiguration?: { readonly Url: string | undefined; readonly Name?: string | undefined } | undefined;
  readonly Password?: string | undefined;
}

/** The access key is a secret. */
const endpointOf = ({ Url, Name }: NonNullable<Parts['EndpointConfiguration']>) =>
  Name === undefined ? { Url } : { Url, Name };

function retriesOf({ kind, configuration }: DestinationConfiguration): object {
  if (kind === 's3') return {};
  return { RetryOptions: configuration.RetryOptions ?? { DurationInSeconds: DEFAULTS[kind].retrySeconds } };
}

const objectDefaults = ({ CompressionFormat, EncryptionConfiguration }: S3DestinationConfiguration) => ({
  CompressionFormat: CompressionFormat ?? ('UNCOMPRESSED' as const),
  EncryptionConfiguration: EncryptionConfiguration ?? ({ NoEncryptionConfig: 'NoEncryption' } as const),
});

function s3DescriptionOf(configuration: S3DestinationConfiguration) {
  const { RoleARN, BucketARN, Prefix, ErrorOutputPrefix, BufferingHints, CloudWatchLoggingOptions } = configuration;
  const { SizeInMBs, IntervalInSeconds } = DEFAULTS.s3;
  return {
    RoleARN,
    BucketARN,
    ...(Prefix === undefined ? {} : { Prefix }),
    ...(ErrorOutputPrefix === undefined ? {} : { ErrorOutputPrefix }),
    BufferingHints: { SizeInMBs, IntervalInSeconds, ...BufferingHints },
    ...objectDefaults(configuration),
    CloudWatchLoggingOptions: CloudWatchLoggingOptions ?? { Enabled: false },
  };
}
