import { KinesisError } from '../../account/errors.ts';
import type { FirehoseAccount } from './firehose-account.ts';
import type { FirehoseOperation } from './operation-types.ts';

/** Calls of each operation of the control plane in a second, for an account. Source: Firehose guide, "Quota". */
const CALLS_PER_SECOND = 5;

const DATA_PLANE: ReadonlySet<FirehoseOperation> = new Set(['PutRecord', 'PutRecordBatch']);

const callTimes = new WeakMap<FirehoseAccount, Map<FirehoseOperation, readonly number[]>>();

/** Counts a call, if AWS's limits apply. @throws ThrottlingException if there were too many in the last second. */
export function countCall(account: FirehoseAccount, operation: FirehoseOperation): void {
  if (!account.hasQuotas || DATA_PLANE.has(operation)) return;
  const times = callTimes.get(account) ?? new Map<FirehoseOperation, readonly number[]>();
  callTimes.set(account, times);
  const nowMs = account.clock.nowMs();
  const recent = (times.get(operation) ?? []).filter((atMs) => atMs > nowMs - 1000);
  if (recent.length >= CALLS_PER_SECOND) throw new KinesisError('ThrottlingException', 'Rate exceeded');
  times.set(operation, [...recent, nowMs]);
}
