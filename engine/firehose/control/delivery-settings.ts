import type { ProcessingConfiguration, S3DestinationConfiguration } from '@aws-sdk/client-firehose';
import type { BufferHints } from '../delivery/buffer-hints.ts';
import type { DestinationConfiguration, DestinationKind } from './destination-configuration.ts';

/** Settings of delivery that every kind of destination has, with the service's defaults. */
export interface DeliverySettings {
  readonly hints: BufferHints;
  /** Time for retries; undefined if the service retries for as long as it keeps the records. */
  readonly retryMs: number | undefined;
  /** The records that are written to S3 besides the delivery. */
  readonly backup: 'none' | 'failed' | 'all';
  /** Bucket of failed records, and of records that the destination stages there. */
  readonly s3: S3DestinationConfiguration;
  /** Bucket of the backup of all records. */
  readonly backupS3: S3DestinationConfiguration | undefined;
  readonly processing: ProcessingConfiguration | undefined;
}

interface Defaults {
  readonly SizeInMBs: number;
  readonly IntervalInSeconds: number;
  readonly retrySeconds: number | undefined;
}

/**
 * Defaults when a configuration has no hints and no retry options. Source: type documentation of
 * @aws-sdk/client-firehose 3.1143.0; Firehose guide, "Buffering hints".
 */
export const DEFAULTS: Readonly<Record<DestinationKind, Defaults>> = {
  s3: { SizeInMBs: 5, IntervalInSeconds: 300, retrySeconds: undefined },
  redshift: { SizeInMBs: 5, IntervalInSeconds: 300, retrySeconds: 3600 },
  elasticsearch: { SizeInMBs: 5, IntervalInSeconds: 300, retrySeconds: 300 },
  opensearch: { SizeInMBs: 5, IntervalInSeconds: 300, retrySeconds: 300 },
  'opensearch-serverless': { SizeInMBs: 5, IntervalInSeconds: 300, retrySeconds: 300 },
  splunk: { SizeInMBs: 5, IntervalInSeconds: 60, retrySeconds: 300 },
  'http-endpoint': { SizeInMBs: 5, IntervalInSeconds: 300, retrySeconds: 300 },
};

/** With format conversion, objects are larger, because a file of columns has a block of at least 64 MiB. */
const CONVERSION_SIZE_MIB = 128;

const MIB = 1024 * 1024;
const SECOND_MS = 1000;

export function settingsOf(destination: DestinationConfiguration): DeliverySettings {
  const { kind, configuration } = destination;
  const { retrySeconds } = DEFAULTS[kind];
  const { SizeInMBs, IntervalInSeconds } = hintsOf(destination);
  const retry = 'RetryOptions' in configuration ? configuration.RetryOptions?.DurationInSeconds : undefined;
  const seconds = retry ?? retrySeconds;
  const { S3BackupMode: mode } = configuration;
  return {
    hints: { sizeBytes: SizeInMBs * MIB, intervalMs: IntervalInSeconds * SECOND_MS },
    retryMs: seconds === undefined ? undefined : seconds * SECOND_MS,
    backup: backupOf(kind, mode),
    s3:
      'S3Configuration' in configuration
        ? configuration.S3Configuration!
        : (configuration as S3DestinationConfiguration),
    backupS3: backupS3Of(destination),
    processing: configuration.ProcessingConfiguration,
  };
}

/** Buffering hints of a destination: those given, or the service's. */
export function hintsOf({ kind, configuration }: DestinationConfiguration): {
  readonly SizeInMBs: number;
  readonly IntervalInSeconds: number;
} {
  const { SizeInMBs, IntervalInSeconds } = DEFAULTS[kind];
  const given = kind === 'redshift' ? configuration.S3Configuration?.BufferingHints : configuration.BufferingHints;
  const converts = kind === 's3' && configuration.DataFormatConversionConfiguration?.Enabled === true;
  return {
    SizeInMBs: given?.SizeInMBs ?? (converts ? CONVERSION_SIZE_MIB : SizeInMBs),
    IntervalInSeconds: given?.IntervalInSeconds ?? IntervalInSeconds,
  };
}

function backupOf(kind: DestinationKind, mode: string | undefined): DeliverySettings['backup'] {
  if (kind === 's3' || kind === 'redshift') return mode === 'Enabled' ? 'all' : 'none';
  return mode?.startsWith('All') === true ? 'all' : 'failed';
}

function backupS3Of({ kind, configuration }: DestinationConfiguration): S3DestinationConfiguration | undefined {
  if (kind === 's3' || kind === 'redshift') return configuration.S3BackupConfiguration;
  return configuration.S3Configuration;
}
