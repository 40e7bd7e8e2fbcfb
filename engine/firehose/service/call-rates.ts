import { KinesisError } from '../../account/errors.ts';
import { RecentCalls } from '../../account/recent-calls.ts';
import type { FirehoseAccount } from './firehose-account.ts';
import type { FirehoseOperation } from './operation-types.ts';

/** Calls of each operation of the control plane in a second, for an account. Source: Firehose guide, "Quota". */
const CALLS_PER_SECOND = 5;

const DATA_PLANE: ReadonlySet<FirehoseOperation> = new Set(['PutRecord', 'PutRecordBatch']);

const calls = new RecentCalls<FirehoseAccount>();

/** Counts a call, if AWS's limits apply. @throws ThrottlingException if there were too many in the last second. */
export function countCall(account: FirehoseAccount, operation: FirehoseOperation): void {
  if (!account.hasQuotas || DATA_PLANE.has(operation)) return;
  if (calls.admits(account, operation, CALLS_PER_SECOND, account.clock.nowMs())) return;
  throw new KinesisError('ThrottlingException', 'Rate exceeded');
}
