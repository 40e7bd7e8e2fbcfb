import type { DeliveryAccount } from './delivery-account.ts';
import type { DeliveryStreamState } from './delivery-stream-state.ts';

/**
 * A delivery stream goes CREATING -> ACTIVE -> DELETING -> gone. Its encryption goes ENABLING -> ENABLED and DISABLING ->
 * DISABLED. A restart starts the time of a change again.
 */
export function finishChanges(account: DeliveryAccount, state: DeliveryStreamState): void {
  if (state.status === 'CREATING') {
    account.after('creating', state, () => {
      if (state.status !== 'CREATING') return;
      state.status = 'ACTIVE';
      if (state.source.kind === 'kinesis-stream') state.source.startedAtMs ??= account.clock.nowMs();
      account.changed();
      account.activate(state);
    });
  } else if (state.status === 'DELETING') account.after('deleting', state, () => account.remove(state));
  finishEncryption(account, state);
}

export function finishEncryption(account: DeliveryAccount, state: DeliveryStreamState): void {
  const { encryption } = state;
  const next =
    encryption.status === 'ENABLING' ? 'ENABLED' : encryption.status === 'DISABLING' ? 'DISABLED' : undefined;
  if (next === undefined) return;
  account.after('updating', state, () => {
    if (state.encryption !== encryption) return;
    state.encryption = { ...encryption, status: next };
    account.changed();
  });
}
