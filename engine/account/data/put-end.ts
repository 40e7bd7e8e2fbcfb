import { ACCEPTED, THROTTLED } from '../../log/record-batch.ts';
import { rateExceededText } from '../../twin/limits.ts';
import { internalFailure } from '../errors.ts';
import type { Intake } from '../records/intake.ts';
import type { KinesisStream } from '../stream/stream.ts';

/**
 * Resolves when the shards of the last call are as safe as the durability level promises. A write that the disk does not accept
 * is an InternalFailure for the caller; the store reports the cause.
 */
export function settledOf(stream: KinesisStream): Promise<unknown> | undefined {
  if (stream.account.options.durability !== 'every-put') return undefined;
  const waits = stream.openShards.flatMap(({ hasStore, store }) => (hasStore ? (store.settled() ?? []) : []));
  if (waits.length === 0) return undefined;
  return Promise.all(waits).catch(() => {
    throw internalFailure();
  });
}

/** Written out, because a name that is put together must be hashed again in each call. */
const METRICS = {
  PutRecord: { bytes: 'PutRecord.Bytes', latency: 'PutRecord.Latency', success: 'PutRecord.Success' },
  PutRecords: { bytes: 'PutRecords.Bytes', latency: 'PutRecords.Latency', success: 'PutRecords.Success' },
} as const;

/** Counts the last call of an intake in the metrics of its stream. */
export function countPut(
  { batch, routed }: Intake,
  { metrics }: KinesisStream,
  operation: 'PutRecord' | 'PutRecords',
  startMs: number,
  accepted: number,
): void {
  let { bytes } = routed;
  let throttled = 0;
  if (accepted < batch.count) {
    bytes = 0;
    for (let row = 0; row < batch.count; row++) {
      if (batch.status[row] === ACCEPTED) bytes += batch.recordBytes(row);
      else if (batch.status[row] === THROTTLED) throttled += 1;
    }
  }
  const names = METRICS[operation];
  metrics.statistic(names.bytes).add(bytes);
  metrics.statistic(names.latency).add(performance.now() - startMs);
  metrics.statistic(names.success).add(accepted > 0 ? 1 : 0);
  metrics.statistic('IncomingBytes').add(bytes);
  metrics.statistic('IncomingRecords').add(accepted);
  metrics.statistic('WriteProvisionedThroughputExceeded').add(throttled);
  if (operation === 'PutRecord') return;
  metrics.statistic('PutRecords.TotalRecords').add(batch.count);
  metrics.statistic('PutRecords.SuccessfulRecords').add(accepted);
  metrics.statistic('PutRecords.FailedRecords').add(batch.count - accepted - throttled);
  metrics.statistic('PutRecords.ThrottledRecords').add(throttled);
}

export const rateExceeded = ({ state, account }: KinesisStream, shardId: string): string =>
  rateExceededText(shardId, state.name, account.options.accountId);
