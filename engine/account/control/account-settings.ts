import type {
  DescribeAccountSettingsInput,
  DescribeAccountSettingsOutput,
  MinimumThroughputBillingCommitmentOutput,
  UpdateAccountSettingsInput,
  UpdateAccountSettingsOutput,
} from '@aws-sdk/client-kinesis';
import type { Account } from '../account.ts';
import type { CommitmentState } from '../account-state.ts';
import type { StreamAccount } from '../stream/stream-account.ts';
import { DAY_MS } from './states.ts';

/** SDK: "Commitments have a minimum duration of 24 hours that must be honored before they can be disabled." */
const COMMITMENT_MIN_MS = DAY_MS;

export function describeAccountSettings(
  account: Account,
  _input: DescribeAccountSettingsInput,
): DescribeAccountSettingsOutput {
  return { MinimumThroughputBillingCommitment: described(commitmentNow(account)) };
}

/** Holds at once. Disabled early, a commitment ends by itself at the earliest time allowed; enabling it again calls that off. */
export function updateAccountSettings(
  account: Account,
  input: UpdateAccountSettingsInput,
): UpdateAccountSettingsOutput {
  const commitment = commitmentNow(account);
  const nowMs = account.clock.nowMs();
  if (input.MinimumThroughputBillingCommitment?.Status === 'ENABLED') {
    if (commitment.status === 'DISABLED') {
      commitment.startedAtMs = nowMs;
      commitment.endedAtMs = undefined;
      commitment.earliestEndAtMs = nowMs + COMMITMENT_MIN_MS;
    }
    commitment.status = 'ENABLED';
  } else if (commitment.status !== 'DISABLED') {
    commitment.status = 'ENABLED_UNTIL_EARLIEST_ALLOWED_END';
    commitment.earliestEndAtMs = Math.max(nowMs, commitment.earliestEndAtMs ?? nowMs);
  }
  account.changed();
  return { MinimumThroughputBillingCommitment: described(commitmentNow(account)) };
}

/** True while the account's on-demand streams are "Advantage" streams. */
export const hasCommitment = (account: StreamAccount): boolean => commitmentNow(account).status !== 'DISABLED';

/** A commitment with an end is over once that time has passed, so it needs no timer. */
function commitmentNow(account: StreamAccount): CommitmentState {
  const { commitment } = account.state;
  const endMs = commitment.earliestEndAtMs ?? 0;
  if (commitment.status === 'ENABLED_UNTIL_EARLIEST_ALLOWED_END' && account.clock.nowMs() >= endMs) {
    commitment.status = 'DISABLED';
    commitment.endedAtMs = endMs;
    commitment.earliestEndAtMs = undefined;
    account.changed();
  }
  return commitment;
}

function described(commitment: CommitmentState): MinimumThroughputBillingCommitmentOutput {
  const { status, startedAtMs, endedAtMs, earliestEndAtMs } = commitment;
  return {
    Status: status,
    ...(startedAtMs === undefined ? {} : { StartedAt: new Date(startedAtMs) }),
    ...(endedAtMs === undefined ? {} : { EndedAt: new Date(endedAtMs) }),
    ...(earliestEndAtMs === undefined ? {} : { EarliestAllowedEndAt: new Date(earliestEndAtMs) }),
  };
}
