import type {
  DeleteDeliveryStreamInput,
  DeliveryStreamType,
  ListDeliveryStreamsInput,
  ListDeliveryStreamsOutput,
} from '@aws-sdk/client-firehose';
import { resourceInUse } from '../../account/errors.ts';
import { type DeliveryAccount, requireStream } from './delivery-account.ts';
import type { SourceState } from './delivery-stream-state.ts';
import { finishChanges } from './states.ts';

const LIST_DEFAULT = 10;

/** Deletes a delivery stream. What its buffers hold may be lost. */
export function deleteDeliveryStream(account: DeliveryAccount, input: DeleteDeliveryStreamInput): object {
  const state = requireStream(account, input.DeliveryStreamName);
  if (state.status === 'CREATING') {
    throw resourceInUse(
      `Firehose ${state.name} under account ${account.place.accountId} cannot be deleted in state CREATING.`,
    );
  }
  if (state.status === 'DELETING') return {};
  state.status = 'DELETING';
  account.changed();
  finishChanges(account, state);
  return {};
}

export function listDeliveryStreams(
  account: DeliveryAccount,
  input: ListDeliveryStreamsInput,
): ListDeliveryStreamsOutput {
  const { Limit = LIST_DEFAULT, DeliveryStreamType: type, ExclusiveStartDeliveryStreamName: after = '' } = input;
  const rest = account.states.filter(
    ({ name, source }) => name > after && (type === undefined || type === typeOf(source)),
  );
  return {
    DeliveryStreamNames: rest.slice(0, Limit).map(({ name }) => name),
    HasMoreDeliveryStreams: rest.length > Limit,
  };
}

export const typeOf = ({ kind }: SourceState): DeliveryStreamType =>
  kind === 'kinesis-stream' ? 'KinesisStreamAsSource' : 'DirectPut';
