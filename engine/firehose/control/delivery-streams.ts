import type {
  CreateDeliveryStreamInput,
  CreateDeliveryStreamOutput,
  DeleteDeliveryStreamInput,
  ListDeliveryStreamsInput,
  ListDeliveryStreamsOutput,
} from '@aws-sdk/client-firehose';
import type { Clock } from '../../account/clock.ts';
import { invalidArgument, resourceInUse, resourceNotFound } from '../../account/errors.ts';
import { type ArnPlace, deliveryStreamArn } from './arn.ts';
import { checkNames } from './check-names.ts';
import type { DeliveryStreamState, DestinationConfiguration } from './delivery-stream-state.ts';

/** The part of an account that operations on delivery streams use. */
export interface DeliveryAccount {
  readonly place: ArnPlace;
  readonly clock: Clock;
  /** In the order of their names. */
  readonly states: readonly DeliveryStreamState[];
  find(name: string): DeliveryStreamState | undefined;
  add(state: DeliveryStreamState): void;
  remove(state: DeliveryStreamState): void;
  /** Runs something when a delivery stream has been CREATING, or DELETING, long enough. */
  after(status: 'CREATING' | 'DELETING', run: () => void): void;
}

const LIST_DEFAULT = 10;

export function createDeliveryStream(
  account: DeliveryAccount,
  input: CreateDeliveryStreamInput,
): CreateDeliveryStreamOutput {
  const { DeliveryStreamName: name = '', DeliveryStreamType: type = 'DirectPut' } = input;
  if (type !== 'DirectPut') throw invalidArgument(`Delivery streams of type ${type} are not supported here.`);
  const destination = destinationIn(input);
  checkNames(destination.configuration);
  if (account.find(name) !== undefined) {
    throw resourceInUse(`Firehose ${name} under accountId ${account.place.accountId} already exists`);
  }
  const state: DeliveryStreamState = {
    name,
    type,
    createdAtMs: account.clock.nowMs(),
    updatedAtMs: undefined,
    status: 'CREATING',
    version: 1,
    destination,
  };
  account.add(state);
  account.after('CREATING', () => {
    if (state.status === 'CREATING') state.status = 'ACTIVE';
  });
  return { DeliveryStreamARN: deliveryStreamArn(account.place, name) };
}

function destinationIn(input: CreateDeliveryStreamInput): DestinationConfiguration {
  const configuration = input.ExtendedS3DestinationConfiguration ?? input.S3DestinationConfiguration;
  if (configuration !== undefined) return { kind: 's3', configuration };
  throw invalidArgument('Exactly one destination configuration is supported for a Firehose');
}

/** Deletes a delivery stream. What its buffers hold may be lost. */
export function deleteDeliveryStream(account: DeliveryAccount, input: DeleteDeliveryStreamInput): object {
  const state = requireStream(account, input.DeliveryStreamName);
  if (state.status === 'CREATING') {
    throw resourceInUse(`Firehose ${state.name} under account ${account.place.accountId} is in state CREATING`);
  }
  if (state.status === 'DELETING') return {};
  state.status = 'DELETING';
  account.after('DELETING', () => account.remove(state));
  return {};
}

export function listDeliveryStreams(
  account: DeliveryAccount,
  input: ListDeliveryStreamsInput,
): ListDeliveryStreamsOutput {
  const { Limit = LIST_DEFAULT, DeliveryStreamType, ExclusiveStartDeliveryStreamName: after = '' } = input;
  const rest = account.states.filter(
    ({ name, type }) => name > after && (DeliveryStreamType === undefined || type === DeliveryStreamType),
  );
  return {
    DeliveryStreamNames: rest.slice(0, Limit).map(({ name }) => name),
    HasMoreDeliveryStreams: rest.length > Limit,
  };
}

/** @throws ResourceNotFoundException if there is no delivery stream of this name. */
export function requireStream(account: DeliveryAccount, name = ''): DeliveryStreamState {
  const state = account.find(name);
  if (state !== undefined) return state;
  throw resourceNotFound(`Firehose ${name} under account ${account.place.accountId} not found.`);
}
