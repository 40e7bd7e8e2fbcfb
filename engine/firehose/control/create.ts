import type { CreateDeliveryStreamInput, CreateDeliveryStreamOutput } from '@aws-sdk/client-firehose';
import { invalidArgument, limitExceeded, resourceInUse } from '../../account/errors.ts';
import { deliveryStreamArn } from './arn.ts';
import { checkDestination } from './check-destination.ts';
import type { DeliveryAccount } from './delivery-account.ts';
import type { DeliveryStreamState, EncryptionState, SourceState } from './delivery-stream-state.ts';
import { destinationIn } from './destination-configuration.ts';
import { checkKey } from './encryption.ts';
import { finishChanges } from './states.ts';
import { addedTags } from './tags.ts';

export function createDeliveryStream(
  account: DeliveryAccount,
  input: CreateDeliveryStreamInput,
): CreateDeliveryStreamOutput {
  const { DeliveryStreamName: name = '', Tags = [] } = input;
  const { accountId } = account.place;
  const source = sourceIn(input);
  const destination = destinationIn(input);
  checkDestination(destination);
  const encryption = encryptionIn(input, source);
  if (account.find(name) !== undefined) {
    throw resourceInUse(`Firehose ${name} under accountId ${accountId} already exists`);
  }
  if (account.states.length >= account.streamsMax) {
    throw limitExceeded(
      `You have already consumed your firehose quota of ${account.streamsMax} hoses. Firehose names: ${account.states.map(({ name: each }) => each).join(', ')}`,
    );
  }
  const state: DeliveryStreamState = {
    name,
    source,
    createdAtMs: account.clock.nowMs(),
    updatedAtMs: undefined,
    status: 'CREATING',
    version: 1,
    destination,
    encryption,
    tags: addedTags({}, Tags),
  };
  account.add(state);
  account.changed();
  finishChanges(account, state);
  return { DeliveryStreamARN: deliveryStreamArn(account.place, name) };
}

function sourceIn(input: CreateDeliveryStreamInput): SourceState {
  const { DeliveryStreamType: type = 'DirectPut', KinesisStreamSourceConfiguration: kinesis } = input;
  const { DirectPutSourceConfiguration: directPut } = input;
  switch (type) {
    case 'DirectPut':
      if (kinesis === undefined) return { kind: 'direct-put', configuration: directPut };
      throw invalidArgument(
        'KinesisStreamSourceConfiguration is only applicable for KinesisStreamAsSource stream type.',
      );
    case 'KinesisStreamAsSource':
      if (kinesis !== undefined) return { kind: 'kinesis-stream', configuration: kinesis, startedAtMs: undefined };
      throw invalidArgument('KinesisStreamSourceConfiguration is required for KinesisStreamAsSource stream type.');
    default:
      throw invalidArgument(`Delivery streams of type ${type} are not supported here.`);
  }
}

function encryptionIn(input: CreateDeliveryStreamInput, source: SourceState): EncryptionState {
  const { DeliveryStreamEncryptionConfigurationInput: encryption } = input;
  if (encryption === undefined) return { status: 'DISABLED', changesMs: [] };
  if (source.kind !== 'direct-put') {
    throw invalidArgument('Server-side encryption is supported only for DirectPut delivery streams.');
  }
  checkKey(encryption);
  return { status: 'ENABLING', keyType: encryption.KeyType, keyArn: encryption.KeyARN, changesMs: [] };
}
