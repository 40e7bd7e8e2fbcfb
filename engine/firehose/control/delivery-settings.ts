import type {
  ProcessingConfiguration,
  ProcessorParameterName,
  S3DestinationConfiguration,
} from '@aws-sdk/client-firehose';
import type { BufferHints } from '../delivery/buffer-hints.ts';
import type { RetryPolicy } from '../delivery/deliver-batch.ts';
import type { DestinationConfiguration, DestinationKind } from './destination-configuration.ts';
import { processorsIn } from './processor-parameters.ts';

/** Settings of delivery that every kind of destination has, with the service's defaults. */
export interface DeliverySettings {
  readonly hints: BufferHints;
  readonly retry: RetryPolicy;
  /** Buffer of records before processing. */
  readonly processingHints: BufferHints;
  /** Buffer of failed records. */
  readonly errorHints: BufferHints;
  /** Buffer of the backup of all records. */
  readonly backupHints: BufferHints;
  /** Dynamic partitioning is enabled. */
  readonly isPartitioned: boolean;
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
  /** Time from try to try; undefined for waits that double. */
  readonly retryEverySeconds?: number;
  /** The retry duration contains the tries. Otherwise it starts when the first has failed, and contains only the waits. */
  readonly retryContainsTries?: boolean;
}

/** "Choose destination" and the types of RetryOptions state this pace, and that the first try counts. */
const EVERY_5_MINUTES = { retryEverySeconds: 300, retryContainsTries: true } as const;

/**
 * Defaults when a configuration has no hints and no retry options. Source: type documentation of
 * @aws-sdk/client-firehose 3.1143.0; Firehose guide, "Buffering hints".
 */
export const DEFAULTS: Readonly<Record<DestinationKind, Defaults>> = {
  s3: { SizeInMBs: 5, IntervalInSeconds: 300, retrySeconds: undefined },
  redshift: { SizeInMBs: 5, IntervalInSeconds: 300, retrySeconds: 3600, ...EVERY_5_MINUTES },
  elasticsearch: { SizeInMBs: 5, IntervalInSeconds: 300, retrySeconds: 300, ...EVERY_5_MINUTES },
  opensearch: { SizeInMBs: 5, IntervalInSeconds: 300, retrySeconds: 300, ...EVERY_5_MINUTES },
  'opensearch-serverless': { SizeInMBs: 5, IntervalInSeconds: 300, retrySeconds: 300, ...EVERY_5_MINUTES },
  splunk: { SizeInMBs: 5, IntervalInSeconds: 60, retrySeconds: 300 },
  'http-endpoint': { SizeInMBs: 5, IntervalInSeconds: 300, retrySeconds: 300 },
};

/** With format conversion, objects are larger, because a file of columns has a block of at least 64 MiB. */
const CONVERSION_SIZE_MIB = 128;

const MIB = 1024 * 1024;
const SECOND_MS = 1000;

/** S3 takes objects up to this size when records come faster than they are delivered. */
const LATE_SIZE_MIB_MAX = 128;
const LATE_SIZE_RATIO = 4;

export function settingsOf(destination: DestinationConfiguration): DeliverySettings {
  const { kind, configuration } = destination;
  const { SizeInMBs, IntervalInSeconds } = hintsOf(destination);
  const hints = bufferOf(SizeInMBs, IntervalInSeconds);
  const lateMib = Math.max(SizeInMBs, Math.min(LATE_SIZE_MIB_MAX, LATE_SIZE_RATIO * SizeInMBs));
  const s3: S3DestinationConfiguration =
    kind === 's3' ? configuration : (configuration.S3Configuration ?? { RoleARN: '', BucketARN: '' });
  const backupS3 = kind === 's3' || kind === 'redshift' ? configuration.S3BackupConfiguration : s3;
  return {
    hints: kind === 's3' ? { ...hints, lateSizeBytes: lateMib * MIB } : hints,
    retry: retryOf(destination),
    processingHints: processingHintsOf(configuration.ProcessingConfiguration),
    errorHints: bufferOfS3(s3),
    backupHints: bufferOfS3(backupS3),
    isPartitioned: kind === 's3' && configuration.DynamicPartitioningConfiguration?.Enabled === true,
    backup: backupOf(kind, configuration.S3BackupMode),
    s3,
    backupS3,
    processing: configuration.ProcessingConfiguration,
  };
}

const bufferOf = (sizeMib: number, intervalSeconds: number): BufferHints => ({
  sizeBytes: sizeMib * MIB,
  intervalMs: intervalSeconds * SECOND_MS,
});

function bufferOfS3(configuration: S3DestinationConfiguration | undefined): BufferHints {
  const { SizeInMBs, IntervalInSeconds } = DEFAULTS.s3;
  const { BufferingHints: given } = configuration ?? {};
  return bufferOf(given?.SizeInMBs ?? SizeInMBs, given?.IntervalInSeconds ?? IntervalInSeconds);
}

/**
 * Only a Lambda function has a buffer before it: 1 MB and 60 s by default. Other steps process records as they come.
 * Source: Firehose guide, "Data transformation".
 */
function processingHintsOf(configuration: ProcessingConfiguration | undefined): BufferHints {
  const lambda = processorsIn(configuration).find(({ Type }) => Type === 'Lambda');
  if (lambda === undefined) return bufferOf(1, 0);
  const parameter = (name: ProcessorParameterName, byDefault: number) =>
    Number(lambda.Parameters?.find(({ ParameterName }) => ParameterName === name)?.ParameterValue ?? byDefault);
  return bufferOf(parameter('BufferSizeInMBs', 1), parameter('BufferIntervalInSeconds', 60));
}

/** A failing bucket is tried for as long as the service keeps the records. */
function retryOf({ kind, configuration }: DestinationConfiguration): RetryPolicy {
  if (kind !== 's3') {
    const { retrySeconds = 0, retryEverySeconds, retryContainsTries } = DEFAULTS[kind];
    return {
      retryMs: (configuration.RetryOptions?.DurationInSeconds ?? retrySeconds) * SECOND_MS,
      retryEveryMs: retryEverySeconds === undefined ? undefined : retryEverySeconds * SECOND_MS,
      containsTries: retryContainsTries,
    };
  }
  const seconds = configuration.DynamicPartitioningConfiguration?.RetryOptions?.DurationInSeconds;
  return { retryMs: seconds === undefined ? Number.POSITIVE_INFINITY : seconds * SECOND_MS };
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
