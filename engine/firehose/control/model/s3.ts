import type {
  BufferingHints,
  EncryptionConfiguration,
  ExtendedS3DestinationConfiguration,
  ExtendedS3DestinationUpdate,
  KMSEncryptionConfig,
  RetryOptions,
  S3DestinationConfiguration,
  S3DestinationUpdate,
} from '@aws-sdk/client-firehose';
import { flag, oneOf, required, structure, text } from '../../../account/validation/shapes.ts';
import { conversion } from './conversion.ts';
import { buffer, logging, prefix, processing, retryOptions, roleArn } from './scalars.ts';

const bucketArn = text(1, 2048, String.raw`arn:.*:s3:::[\w\.\-]{1,255}`);

export const bufferingHints = structure<BufferingHints>(buffer(128));
export const retries = structure<RetryOptions>(retryOptions);

const encryption = structure<EncryptionConfiguration>({
  NoEncryptionConfig: oneOf('NoEncryption'),
  KMSEncryptionConfig: structure<KMSEncryptionConfig>({
    AWSKMSKeyARN: required(
      text(1, 512, String.raw`arn:.*:kms:[a-zA-Z0-9\-]+:\d{12}:(key|alias)/[a-zA-Z_0-9+=,.@\-_/]+`),
    ),
  }),
});

const objects = {
  Prefix: prefix,
  ErrorOutputPrefix: prefix,
  BufferingHints: bufferingHints,
  CompressionFormat: oneOf('UNCOMPRESSED', 'GZIP', 'ZIP', 'Snappy', 'HADOOP_SNAPPY'),
  EncryptionConfiguration: encryption,
  CloudWatchLoggingOptions: logging,
} as const;

export const s3 = structure<S3DestinationConfiguration>({
  RoleARN: required(roleArn),
  BucketARN: required(bucketArn),
  ...objects,
});
export const s3Update = structure<S3DestinationUpdate>({ RoleARN: roleArn, BucketARN: bucketArn, ...objects });

const extended = {
  ProcessingConfiguration: processing,
  S3BackupMode: oneOf('Disabled', 'Enabled'),
  DataFormatConversionConfiguration: conversion,
  DynamicPartitioningConfiguration: structure<
    NonNullable<ExtendedS3DestinationUpdate['DynamicPartitioningConfiguration']>
  >({ RetryOptions: retries, Enabled: flag }),
  FileExtension: text(0, 128, String.raw`^$|\.[0-9a-z!\-_.*'()]+`),
  CustomTimeZone: text(0, 50, '^$|[a-zA-Z/_]+'),
} as const;

export const extendedS3 = structure<ExtendedS3DestinationConfiguration>({
  RoleARN: required(roleArn),
  BucketARN: required(bucketArn),
  ...objects,
  ...extended,
  S3BackupConfiguration: s3,
});

export const extendedS3Update = structure<ExtendedS3DestinationUpdate>({
  RoleARN: roleArn,
  BucketARN: bucketArn,
  ...objects,
  ...extended,
  S3BackupUpdate: s3Update,
});
