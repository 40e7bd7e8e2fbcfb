import type {
  DescribeDeliveryStreamInput,
  DescribeDeliveryStreamOutput,
  DestinationDescription,
} from '@aws-sdk/client-firehose';
import { deliveryStreamArn } from './arn.ts';
import { S3_BUFFER } from './buffer-defaults.ts';
import { DESTINATION_ID, type DestinationConfiguration } from './delivery-stream-state.ts';
import { type DeliveryAccount, requireStream } from './delivery-streams.ts';

export function describeDeliveryStream(
  account: DeliveryAccount,
  input: DescribeDeliveryStreamInput,
): DescribeDeliveryStreamOutput {
  const state = requireStream(account, input.DeliveryStreamName);
  const { name, type, status, version, createdAtMs, updatedAtMs, destination } = state;
  return {
    DeliveryStreamDescription: {
      DeliveryStreamName: name,
      DeliveryStreamARN: deliveryStreamArn(account.place, name),
      DeliveryStreamStatus: status,
      DeliveryStreamEncryptionConfiguration: { Status: 'DISABLED' },
      DeliveryStreamType: type,
      VersionId: String(version),
      CreateTimestamp: new Date(createdAtMs),
      LastUpdateTimestamp: updatedAtMs === undefined ? undefined : new Date(updatedAtMs),
      Destinations: [descriptionOf(destination)],
      HasMoreDestinations: false,
    },
  };
}

function descriptionOf({ configuration }: DestinationConfiguration): DestinationDescription {
  const described = {
    CloudWatchLoggingOptions: { Enabled: false },
    ...configuration,
    BufferingHints: { ...S3_BUFFER, ...configuration.BufferingHints },
    CompressionFormat: configuration.CompressionFormat ?? 'UNCOMPRESSED',
    EncryptionConfiguration: configuration.EncryptionConfiguration ?? { NoEncryptionConfig: 'NoEncryption' },
  };
  const { RoleARN, BucketARN, Prefix, ErrorOutputPrefix } = described;
  const { BufferingHints, CompressionFormat, EncryptionConfiguration, CloudWatchLoggingOptions } = described;
  return {
    DestinationId: DESTINATION_ID,
    S3DestinationDescription: {
      RoleARN,
      BucketARN,
      Prefix,
      ErrorOutputPrefix,
      BufferingHints,
      CompressionFormat,
      EncryptionConfiguration,
      CloudWatchLoggingOptions,
    },
    ExtendedS3DestinationDescription: { S3BackupMode: 'Disabled', ...described },
  };
}
