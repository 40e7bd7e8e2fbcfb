import type {
  DeliveryStreamEncryptionConfiguration,
  DescribeDeliveryStreamInput,
  DescribeDeliveryStreamOutput,
  SourceDescription,
} from '@aws-sdk/client-firehose';
import { deliveryStreamArn } from './arn.ts';
import { type DeliveryAccount, requireStream } from './delivery-account.ts';
import { DESTINATION_ID, type EncryptionState, type SourceState } from './delivery-stream-state.ts';
import { typeOf } from './delivery-streams.ts';
import { destinationDescription } from './destination-description.ts';

export function describeDeliveryStream(
  account: DeliveryAccount,
  input: DescribeDeliveryStreamInput,
): DescribeDeliveryStreamOutput {
  const state = requireStream(account, input.DeliveryStreamName);
  const { name, source, status, version, createdAtMs, updatedAtMs, destination, encryption } = state;
  // The one destination is after no id but those that sort before its own.
  const isAfter = (input.ExclusiveStartDestinationId ?? '') < DESTINATION_ID;
  return {
    DeliveryStreamDescription: {
      DeliveryStreamName: name,
      DeliveryStreamARN: deliveryStreamArn(account.place, name),
      DeliveryStreamStatus: status,
      ...(source.kind === 'direct-put' ? { DeliveryStreamEncryptionConfiguration: encryptionOf(encryption) } : {}),
      DeliveryStreamType: typeOf(source),
      VersionId: String(version),
      CreateTimestamp: new Date(createdAtMs),
      ...(updatedAtMs === undefined ? {} : { LastUpdateTimestamp: new Date(updatedAtMs) }),
      ...sourceOf(source),
      Destinations: isAfter ? [destinationDescription(destination)] : [],
      HasMoreDestinations: false,
    },
  };
}

function encryptionOf({ status, keyType, keyArn }: EncryptionState): DeliveryStreamEncryptionConfiguration {
  return {
    Status: status,
    ...(keyType === undefined ? {} : { KeyType: keyType }),
    ...(keyArn === undefined ? {} : { KeyARN: keyArn }),
  };
}

function sourceOf(source: SourceState): { readonly Source?: SourceDescription } {
  if (source.kind === 'direct-put') {
    return source.configuration === undefined
      ? {}
      : { Source: { DirectPutSourceDescription: { ...source.configuration } } };
  }
  const { configuration, startedAtMs } = source;
  const started = startedAtMs === undefined ? {} : { DeliveryStartTimestamp: new Date(startedAtMs) };
  return { Source: { KinesisStreamSourceDescription: { ...configuration, ...started } } };
}
