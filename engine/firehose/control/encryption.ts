import type {
  DeliveryStreamEncryptionConfigurationInput,
  StartDeliveryStreamEncryptionInput,
  StopDeliveryStreamEncryptionInput,
} from '@aws-sdk/client-firehose';
import { invalidArgument, limitExceeded, resourceInUse } from '../../account/errors.ts';
import { type DeliveryAccount, requireActive } from './delivery-account.ts';
import type { DeliveryStreamState } from './delivery-stream-state.ts';
import { finishEncryption } from './states.ts';

const DAY_MS = 86_400_000;

/** Calls of both operations in 24 hours. Source: type documentation of @aws-sdk/client-firehose 3.1143.0. */
const CHANGES_PER_DAY = 25;

export function startDeliveryStreamEncryption(
  account: DeliveryAccount,
  input: StartDeliveryStreamEncryptionInput,
): object {
  const state = requireActive(account, input.DeliveryStreamName);
  const key = input.DeliveryStreamEncryptionConfigurationInput ?? { KeyType: 'AWS_OWNED_CMK' };
  checkKey(key);
  const changesMs = countedChange(account, state);
  state.encryption = { status: 'ENABLING', keyType: key.KeyType, keyArn: key.KeyARN, changesMs };
  account.changed();
  finishEncryption(account, state);
  return {};
}

export function stopDeliveryStreamEncryption(
  account: DeliveryAccount,
  input: StopDeliveryStreamEncryptionInput,
): object {
  const state = requireActive(account, input.DeliveryStreamName);
  const changesMs = countedChange(account, state);
  const { keyType, keyArn } = state.encryption;
  state.encryption = { status: 'DISABLING', keyType, keyArn, changesMs };
  account.changed();
  finishEncryption(account, state);
  return {};
}

/** @throws InvalidArgumentException unless the key fits to its type. */
export function checkKey({ KeyType, KeyARN }: DeliveryStreamEncryptionConfigurationInput): void {
  if (KeyType === 'CUSTOMER_MANAGED_CMK' && KeyARN === undefined) {
    throw invalidArgument('KeyARN is required if KeyType is CUSTOMER_MANAGED_CMK.');
  }
  if (KeyType === 'AWS_OWNED_CMK' && KeyARN !== undefined) {
    throw invalidArgument('KeyARN must not be set if KeyType is AWS_OWNED_CMK.');
  }
}

/** Times of the changes of the last day, this one included. @throws the errors of both operations. */
function countedChange({ clock, hasQuotas, place }: DeliveryAccount, state: DeliveryStreamState): readonly number[] {
  const { name, source, encryption } = state;
  const whose = `Firehose ${name} under account ${place.accountId}`;
  if (source.kind !== 'direct-put') {
    throw invalidArgument('Server-side encryption is supported only for DirectPut delivery streams.');
  }
  if (encryption.status === 'ENABLING' || encryption.status === 'DISABLING') {
    throw resourceInUse(`${whose} has its encryption in state ${encryption.status}.`);
  }
  const nowMs = clock.nowMs();
  const recent = encryption.changesMs.filter((atMs) => atMs > nowMs - DAY_MS);
  if (hasQuotas && recent.length >= CHANGES_PER_DAY) {
    throw limitExceeded(`${whose} had its encryption changed ${CHANGES_PER_DAY} times in the last 24 hours.`);
  }
  return [...recent, nowMs].slice(-CHANGES_PER_DAY);
}
