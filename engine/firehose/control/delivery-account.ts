import type { Clock } from '../../account/clock.ts';
import { resourceInUse, resourceNotFound } from '../../account/errors.ts';
import type { ArnPlace } from './arn.ts';
import type { DeliveryStreamState } from './delivery-stream-state.ts';

/** The part of an account that operations on delivery streams use. */
export interface DeliveryAccount {
  readonly place: ArnPlace;
  readonly clock: Clock;
  /** Largest number of delivery streams. */
  readonly streamsMax: number;
  /** True if quotas of calls apply. */
  readonly hasQuotas: boolean;
  /** In the order of their names. */
  readonly states: readonly DeliveryStreamState[];
  find(name: string): DeliveryStreamState | undefined;
  /** Starts a delivery stream. @throws InvalidArgumentException if this engine does not have a part of its configuration. */
  add(state: DeliveryStreamState): void;
  /** Changes the destination of a delivery stream that runs. @throws InvalidArgumentException as `add` does. */
  change(state: DeliveryStreamState, destination: DeliveryStreamState['destination']): void;
  remove(state: DeliveryStreamState): void;
  /** Starts to read the source of a delivery stream that has become ACTIVE. */
  activate(state: DeliveryStreamState): void;
  /** Runs something after the time that a change of state takes, unless the delivery stream is gone by then. */
  after(change: 'creating' | 'updating' | 'deleting', state: DeliveryStreamState, run: () => void): void;
  /** Saves a change of a state. */
  changed(): void;
}

/** @throws ResourceNotFoundException if there is no delivery stream of this name. */
export function requireStream(account: DeliveryAccount, name = ''): DeliveryStreamState {
  const state = account.find(name);
  if (state !== undefined) return state;
  throw notFound(account, name);
}

/** @throws ResourceNotFoundException; ResourceInUseException unless the delivery stream is ACTIVE. */
export function requireActive(account: DeliveryAccount, name: string | undefined): DeliveryStreamState {
  const state = requireStream(account, name);
  if (state.status === 'ACTIVE') return state;
  throw resourceInUse(
    `Firehose ${state.name} under account ${account.place.accountId} is not ACTIVE, instead in state ${state.status}.`,
  );
}

export const notFound = ({ place }: DeliveryAccount, name: string): Error =>
  resourceNotFound(`Firehose ${name} under account ${place.accountId} not found.`);
