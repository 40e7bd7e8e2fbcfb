import type { Account } from '../account.ts';
import type { ChannelState } from '../account-state.ts';
import { runAfter } from './states.ts';

/** A channel goes CREATING -> ACTIVE, ACTIVE -> UPDATING -> ACTIVE, DELETING -> gone. Arms the timer for what comes next. */
export function finishChannel(account: Account, channel: ChannelState): void {
  const { status } = channel;
  const { creating, updating, deleting } = account.options.delaysMs;
  if (status === 'ACTIVE' || status === 'FAILED') return;
  const delayMs = { CREATING: creating, UPDATING: updating, DELETING: deleting }[status];
  runAfter(account, delayMs, () => {
    const { state } = account;
    if (channel.status !== status || !state.channels.includes(channel)) return;
    if (status === 'DELETING') state.channels = state.channels.filter((other) => other !== channel);
    else channel.status = 'ACTIVE';
    account.changed();
  });
}
