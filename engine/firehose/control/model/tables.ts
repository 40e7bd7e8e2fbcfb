import type {
  CatalogConfiguration,
  DestinationTableConfiguration,
  IcebergDestinationConfiguration,
  IcebergDestinationUpdate,
  PartitionField,
  PartitionSpec,
  SchemaEvolutionConfiguration,
  SnowflakeBufferingHints,
  SnowflakeDestinationConfiguration,
  SnowflakeDestinationUpdate,
  SnowflakeRetryOptions,
  SnowflakeRoleConfiguration,
  SnowflakeVpcConfiguration,
  TableCreationConfiguration,
} from '@aws-sdk/client-firehose';
import { flag, list, oneOf, required, structure, text } from '../../../account/validation/shapes.ts';
import { bufferingHints, retries, s3, s3Update } from './s3.ts';
import { buffer, logging, prefix, processing, retryOptions, roleArn, secrets, withoutSpace } from './scalars.ts';

const backupMode = oneOf('FailedDataOnly', 'AllData');
const shared = {
  CloudWatchLoggingOptions: logging,
  ProcessingConfiguration: processing,
  S3BackupMode: backupMode,
} as const;

const accountUrl = text(24, 2048, String.raw`.+?\.snowflakecomputing\.com`);
const name = text(1, 255);
const loading = {
  ...shared,
  PrivateKey: text(256, 4096, String.raw`^(?:[A-Za-z0-9+\/]{4})*(?:[A-Za-z0-9+\/]{2}==|[A-Za-z0-9+\/]{3}=)?$`),
  KeyPassphrase: text(7, 255),
  User: name,
  SnowflakeRoleConfiguration: structure<SnowflakeRoleConfiguration>({ Enabled: flag, SnowflakeRole: name }),
  DataLoadingOption: oneOf('JSON_MAPPING', 'VARIANT_CONTENT_MAPPING', 'VARIANT_CONTENT_AND_METADATA_MAPPING'),
  MetaDataColumnName: name,
  ContentColumnName: name,
  RetryOptions: structure<SnowflakeRetryOptions>(retryOptions),
  SecretsManagerConfiguration: secrets,
  BufferingHints: structure<SnowflakeBufferingHints>(buffer(128)),
} as const;
const VPCE_ID = String.raw`([a-zA-Z0-9\-\_]+\.){2,3}vpce\.[a-zA-Z0-9\-]*\.vpce-svc\-[a-zA-Z0-9\-]{17}$`;
export const vpceId = text(47, 255, VPCE_ID);

export const snowflake = structure<SnowflakeDestinationConfiguration>({
  AccountUrl: required(accountUrl),
  Database: required(name),
  Schema: required(name),
  Table: required(name),
  RoleARN: required(roleArn),
  ...loading,
  SnowflakeVpcConfiguration: structure<SnowflakeVpcConfiguration>({ PrivateLinkVpceId: required(vpceId) }),
  S3Configuration: required(s3),
});
export const snowflakeUpdate = structure<SnowflakeDestinationUpdate>({
  AccountUrl: accountUrl,
  Database: name,
  Schema: name,
  Table: name,
  RoleARN: roleArn,
  ...loading,
  S3Update: s3Update,
});

const tableName = text(1, 255, String.raw`[a-zA-Z0-9\.\_]+`);
const table = structure<DestinationTableConfiguration>({
  DestinationTableName: required(tableName),
  DestinationDatabaseName: required(tableName),
  UniqueKeys: list(undefined, undefined, withoutSpace),
  PartitionSpec: structure<PartitionSpec>({
    Identity: list(undefined, undefined, structure<PartitionField>({ SourceName: required(withoutSpace) })),
  }),
  S3ErrorOutputPrefix: prefix,
});
const catalog = structure<CatalogConfiguration>({
  CatalogARN: text(1, 512, String.raw`arn:.*:glue:.*:\d{12}:catalog(?:(/[a-z0-9_-]+){1,2})?`),
  WarehouseLocation: text(1, 2048, String.raw`s3:\/\/.*`),
});
const iceberg = {
  ...shared,
  DestinationTableConfigurationList: list(undefined, undefined, table),
  SchemaEvolutionConfiguration: structure<SchemaEvolutionConfiguration>({ Enabled: required(flag) }),
  TableCreationConfiguration: structure<TableCreationConfiguration>({ Enabled: required(flag) }),
  BufferingHints: bufferingHints,
  RetryOptions: retries,
  AppendOnly: flag,
} as const;
export const icebergTables = structure<IcebergDestinationConfiguration>({
  RoleARN: required(roleArn),
  CatalogConfiguration: required(catalog),
  ...iceberg,
  S3Configuration: required(s3),
});
export const icebergTablesUpdate = structure<IcebergDestinationUpdate>({
  RoleARN: roleArn,
  CatalogConfiguration: catalog,
  ...iceberg,
  S3Configuration: s3,
});
