import type {
  CopyCommand,
  HttpEndpointBufferingHints,
  HttpEndpointCommonAttribute,
  HttpEndpointConfiguration,
  HttpEndpointDestinationConfiguration,
  HttpEndpointDestinationUpdate,
  HttpEndpointRequestConfiguration,
  HttpEndpointRetryOptions,
  RedshiftDestinationConfiguration,
  RedshiftDestinationUpdate,
  RedshiftRetryOptions,
  SplunkBufferingHints,
  SplunkDestinationConfiguration,
  SplunkDestinationUpdate,
  SplunkRetryOptions,
} from '@aws-sdk/client-firehose';
import { integer, list, oneOf, required, structure, text } from '../../../account/validation/shapes.ts';
import { s3, s3Update } from './s3.ts';
import {
  anyText,
  buffer,
  filled,
  LOCAL_JDBC_URL,
  LOCAL_URL,
  logging,
  orLocal,
  processing,
  retryOptions,
  roleArn,
  secrets,
} from './scalars.ts';

const shared = {
  CloudWatchLoggingOptions: logging,
  ProcessingConfiguration: processing,
  SecretsManagerConfiguration: secrets,
} as const;

const httpEndpointConfiguration = structure<HttpEndpointConfiguration>({
  Url: required(orLocal(text(1, 1000, 'https://.*'), LOCAL_URL)),
  Name: { ...filled, max: 256 },
  AccessKey: anyText(0, 4096),
});

const attribute = structure<HttpEndpointCommonAttribute>({
  AttributeName: required({ ...filled, max: 256 }),
  AttributeValue: required(anyText(0, 1024)),
});

const http = {
  ...shared,
  BufferingHints: structure<HttpEndpointBufferingHints>(buffer(64)),
  RequestConfiguration: structure<HttpEndpointRequestConfiguration>({
    ContentEncoding: oneOf('NONE', 'GZIP'),
    CommonAttributes: list(0, 50, attribute),
  }),
  RoleARN: roleArn,
  RetryOptions: structure<HttpEndpointRetryOptions>(retryOptions),
  S3BackupMode: oneOf('FailedDataOnly', 'AllData'),
} as const;
export const httpEndpoint = structure<HttpEndpointDestinationConfiguration>({
  EndpointConfiguration: required(httpEndpointConfiguration),
  ...http,
  S3Configuration: required(s3),
});
export const httpEndpointUpdate = structure<HttpEndpointDestinationUpdate>({
  EndpointConfiguration: httpEndpointConfiguration,
  ...http,
  S3Update: s3Update,
});

const hecEndpoint = anyText(0, 2048);
const hecEndpointType = oneOf('Raw', 'Event');
const hec = {
  ...shared,
  HECToken: anyText(0, 2048),
  HECAcknowledgmentTimeoutInSeconds: integer(180, 600),
  RetryOptions: structure<SplunkRetryOptions>(retryOptions),
  S3BackupMode: oneOf('FailedEventsOnly', 'AllEvents'),
  BufferingHints: structure<SplunkBufferingHints>(buffer(5, 60)),
} as const;
export const splunk = structure<SplunkDestinationConfiguration>({
  HECEndpoint: required(hecEndpoint),
  HECEndpointType: required(hecEndpointType),
  ...hec,
  S3Configuration: required(s3),
});
export const splunkUpdate = structure<SplunkDestinationUpdate>({
  HECEndpoint: hecEndpoint,
  HECEndpointType: hecEndpointType,
  ...hec,
  S3Update: s3Update,
});

const HOST = String.raw`((?!-)[A-Za-z0-9-]{1,63}(?<!-)\.)+(redshift(-serverless)?)\.([a-zA-Z0-9\.\-]+)`;
const jdbcUrl = orLocal(
  text(1, 512, String.raw`jdbc:(redshift|postgresql)://${HOST}:\d{1,5}/[a-zA-Z0-9_$-]+`),
  LOCAL_JDBC_URL,
);
const copyCommand = structure<CopyCommand>({
  DataTableName: required(anyText(1, 512)),
  DataTableColumns: anyText(0, 10_240),
  CopyOptions: anyText(0, 10_240),
});
const cluster = {
  ...shared,
  Username: anyText(1, 512),
  Password: anyText(6, 512),
  RetryOptions: structure<RedshiftRetryOptions>(retryOptions),
  S3BackupMode: oneOf('Disabled', 'Enabled'),
} as const;
export const redshift = structure<RedshiftDestinationConfiguration>({
  RoleARN: required(roleArn),
  ClusterJDBCURL: required(jdbcUrl),
  CopyCommand: required(copyCommand),
  ...cluster,
  S3Configuration: required(s3),
  S3BackupConfiguration: s3,
});
export const redshiftUpdate = structure<RedshiftDestinationUpdate>({
  RoleARN: roleArn,
  ClusterJDBCURL: jdbcUrl,
  CopyCommand: copyCommand,
  ...cluster,
  S3Update: s3Update,
  S3BackupUpdate: s3Update,
});
