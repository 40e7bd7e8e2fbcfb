import type { S3DestinationConfiguration, SecretsManagerConfiguration } from '@aws-sdk/client-firehose';
import { invalidArgument } from '../../account/errors.ts';
import { checkNames } from './check-names.ts';
import type { DestinationConfiguration } from './destination-configuration.ts';

const CONVERSION_SIZE_MIB_MIN = 64;

/**
 * Checks the rules of a destination that the service's model does not have. Source: type documentation of
 * @aws-sdk/client-firehose 3.1143.0; Firehose guide.
 * @throws InvalidArgumentException for the first rule that is broken.
 */
export function checkDestination(destination: DestinationConfiguration): void {
  const { kind, configuration } = destination;
  if ('BufferingHints' in configuration) checkHints(configuration.BufferingHints);
  if ('S3Configuration' in configuration) checkHints(configuration.S3Configuration?.BufferingHints);
  switch (kind) {
    case 's3':
      checkNames(configuration);
      checkS3(configuration);
      return;
    case 'redshift':
      checkCopied(configuration.S3Configuration);
      requireBackup(configuration.S3BackupMode, configuration.S3BackupConfiguration);
      requireSecret(configuration, 'Username', 'Password');
      return;
    case 'elasticsearch':
    case 'opensearch':
      if ((configuration.DomainARN === undefined) !== (configuration.ClusterEndpoint === undefined)) return;
      throw invalidArgument('Either DomainARN or ClusterEndpoint must be specified, and not both.');
    case 'opensearch-serverless':
      if (configuration.CollectionEndpoint !== undefined) return;
      throw invalidArgument('CollectionEndpoint must be specified.');
    case 'splunk':
      requireSecret(configuration, 'HECToken');
      return;
    case 'http-endpoint':
      return;
  }
}

function checkS3(configuration: Extract<DestinationConfiguration, { readonly kind: 's3' }>['configuration']): void {
  const { CompressionFormat, BufferingHints } = configuration;
  requireBackup(configuration.S3BackupMode, configuration.S3BackupConfiguration);
  if (configuration.DataFormatConversionConfiguration?.Enabled === true) {
    if (CompressionFormat !== undefined && CompressionFormat !== 'UNCOMPRESSED') {
      throw invalidArgument('CompressionFormat must be set to UNCOMPRESSED when data format conversion is enabled.');
    }
    if ((BufferingHints?.SizeInMBs ?? CONVERSION_SIZE_MIB_MIN) < CONVERSION_SIZE_MIB_MIN) {
      throw invalidArgument(
        `BufferingHints.SizeInMBs must be at least ${CONVERSION_SIZE_MIB_MIN} when data format conversion is enabled.`,
      );
    }
  }
  if (configuration.DynamicPartitioningConfiguration?.Enabled === true && BufferingHints?.IntervalInSeconds === 0) {
    throw invalidArgument('Zero buffering is not supported when dynamic partitioning is enabled.');
  }
}

function requireBackup(mode: string | undefined, backup: S3DestinationConfiguration | undefined): void {
  if (mode !== 'Enabled') return;
  if (backup === undefined) {
    throw invalidArgument('S3BackupConfiguration must be specified when S3BackupMode is Enabled.');
  }
  checkHints(backup.BufferingHints);
  if (backup.BufferingHints?.IntervalInSeconds === 0) {
    throw invalidArgument('Zero buffering is not supported for the S3 backup.');
  }
}

/** COPY reads no other formats. */
function checkCopied(s3: S3DestinationConfiguration | undefined): void {
  const { CompressionFormat: format = 'UNCOMPRESSED' } = s3 ?? {};
  if (format === 'UNCOMPRESSED' || format === 'GZIP') return;
  throw invalidArgument(`The compression format ${format} is not supported for Redshift destinations.`);
}

function checkHints(
  hints: { readonly SizeInMBs?: number | undefined; readonly IntervalInSeconds?: number | undefined } | undefined,
): void {
  if (hints === undefined) return;
  if ((hints.SizeInMBs === undefined) === (hints.IntervalInSeconds === undefined)) return;
  throw invalidArgument('SizeInMBs and IntervalInSeconds of BufferingHints must be specified together.');
}

function requireSecret(
  configuration: { readonly SecretsManagerConfiguration?: SecretsManagerConfiguration | undefined },
  ...names: readonly string[]
): void {
  if (configuration.SecretsManagerConfiguration?.Enabled === true) return;
  const missing = names.find((name) => Reflect.get(configuration, name) === undefined);
  if (missing === undefined) return;
  throw invalidArgument(`${missing} must be specified when Secrets Manager is not enabled.`);
}
