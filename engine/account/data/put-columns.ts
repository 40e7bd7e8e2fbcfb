import { THROTTLED } from '../../log/record-batch.ts';
import type { Account } from '../account.ts';
import { internalFailure, throughputExceeded } from '../errors.ts';
import { nameInArn } from '../identifiers/arn.ts';
import { PUT_BYTES_MAX, type PutColumns } from '../records/put-columns.ts';
import type { PutOutcome } from '../records/put-outcome.ts';
import type { KinesisStream } from '../stream/stream.ts';
import { countPut, rateExceeded, settledOf } from './put-end.ts';

/**
 * Puts the records of columns, as `putRecords` and `putRecord` put those of an input.
 *
 * @returns undefined if the call needs the general way, because an input would fail a check, or a fault rule may match. Nothing has
 *   been done then.
 * @throws KinesisError as `putRecord` does.
 */
export function putColumns(
  account: Account,
  operation: 'PutRecord' | 'PutRecords',
  columns: PutColumns,
): PutOutcome | Promise<PutOutcome> | undefined {
  const startMs = performance.now();
  if (account.faults.active) return undefined;
  const stream = streamOf(account, columns);
  if (stream === undefined || columns.largestBytes > stream.maxRecordBytes || columns.bytes > PUT_BYTES_MAX) {
    return undefined;
  }
  const { intake } = account;
  const nowNs = stream.nowNs();
  intake.route(stream, nowNs, columns);
  const accepted = intake.append(stream, nowNs);
  countPut(intake, stream, operation, startMs, accepted);
  const outcome = intake.outcomeOf(stream, accepted);
  if (operation === 'PutRecord' && accepted === 0) throw rejection(account, stream);
  const settled = accepted === 0 ? undefined : settledOf(stream);
  if (settled === undefined) return outcome;
  const kept = outcome.copy();
  return settled.then(() => kept);
}

/** The stream that columns name, if it may be written. */
function streamOf(account: Account, { streamName, streamArn }: PutColumns): KinesisStream | undefined {
  const stream = account.findStream(streamName === '' ? nameInArn(streamArn) : streamName);
  if (stream === undefined || stream.state.status === 'CREATING') return undefined;
  return streamArn === '' || streamArn === stream.arn ? stream : undefined;
}

function rejection({ intake }: Account, stream: KinesisStream): Error {
  const { status, shard } = intake.batch;
  if (status[0] !== THROTTLED) return internalFailure();
  return throughputExceeded(rateExceeded(stream, stream.openShards[shard[0]!]!.id));
}
