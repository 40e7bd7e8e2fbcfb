import type {
  CloudWatchLoggingOptions,
  ProcessingConfiguration,
  Processor,
  ProcessorParameter,
  SecretsManagerConfiguration,
  VpcConfiguration,
} from '@aws-sdk/client-firehose';
import {
  flag,
  integer,
  list,
  oneOf,
  required,
  structure,
  type TextShape,
  text,
} from '../../../account/validation/shapes.ts';

/**
 * Members that many inputs share. Source of every constraint in this folder: service model firehose-2015-08-04 of
 * botocore 1.44.8; a test compares them with the model.
 */
const ARN_LENGTH = 512;
export const roleArn = text(1, ARN_LENGTH, String.raw`arn:.*:iam::\d{12}:role/[a-zA-Z_0-9+=,.@\-_/]+`);
export const anyText = (min: number, max: number) => text(min, max, '.*');
export const filled = text(1, 1024, String.raw`^(?!\s*$).+`);
export const withoutSpace = text(1, 1024, String.raw`^\S+$`);
export const prefix = anyText(0, 1024);
export const retryOptions = { DurationInSeconds: integer(0, 7200) } as const;
export const buffer = (largestMib: number, longestSeconds = 900) =>
  ({ SizeInMBs: integer(1, largestMib), IntervalInSeconds: integer(0, longestSeconds) }) as const;

export const logging = structure<CloudWatchLoggingOptions>({
  Enabled: flag,
  LogGroupName: text(0, 512, String.raw`[\.\-_/#A-Za-z0-9]*`),
  LogStreamName: text(0, 512, '[^:*]*'),
});

const parameter = structure<ProcessorParameter>({
  ParameterName: required(
    oneOf(
      'LambdaArn',
      'NumberOfRetries',
      'MetadataExtractionQuery',
      'JsonParsingEngine',
      'RoleArn',
      'BufferSizeInMBs',
      'BufferIntervalInSeconds',
      'SubRecordType',
      'Delimiter',
      'CompressionFormat',
      'DataMessageExtraction',
    ),
  ),
  ParameterValue: required(text(1, 5120, String.raw`^(?!\s*$).+`)),
});

const processor = structure<Processor>({
  Type: required(
    oneOf(
      'RecordDeAggregation',
      'Decompression',
      'CloudWatchLogProcessing',
      'Lambda',
      'MetadataExtraction',
      'AppendDelimiterToRecord',
    ),
  ),
  Parameters: list(undefined, undefined, parameter),
});

export const processing = structure<ProcessingConfiguration>({
  Enabled: flag,
  Processors: list(undefined, undefined, processor),
});

export const secrets = structure<SecretsManagerConfiguration>({
  SecretARN: text(1, 2048, String.raw`arn:.*:secretsmanager:[a-zA-Z0-9\-]+:\d{12}:secret:[a-zA-Z0-9\-/_+=.@!]+`),
  RoleARN: roleArn,
  Enabled: required(flag),
});

export const vpc = structure<VpcConfiguration>({
  SubnetIds: required(list(1, 16, withoutSpace)),
  RoleARN: required(roleArn),
  SecurityGroupIds: required(list(1, 5, withoutSpace)),
});

/**
 * A text that may also be an address of this machine, which the service's pattern does not allow: tests have their
 * destinations here. Messages have the service's pattern.
 */
export const orLocal = <S extends TextShape>(shape: S, local: string): S => ({
  ...shape,
  matcher: new RegExp(`${shape.matcher?.source}|^(?:${local})$`),
});
const LOCAL_HOST = String.raw`(localhost|127(\.\d{1,3}){3}|\[::1\])`;
export const LOCAL_URL = `http://${LOCAL_HOST}(:\\d{1,5})?([/?].*)?`;
export const LOCAL_JDBC_URL = `jdbc:(redshift|postgresql)://${LOCAL_HOST}:\\d{1,5}/[a-zA-Z0-9_$-]+`;
