import type {
  PutRecordInput,
  PutRecordOutput,
  PutRecordsInput,
  PutRecordsOutput,
  PutRecordsRequestEntry,
  PutRecordsResultEntry,
} from '@aws-sdk/client-kinesis';
import { ACCEPTED, THROTTLED } from '../../log/record-batch.ts';
import { isHashKey } from '../../routing/hash-range.ts';
import type { Account } from '../account.ts';
import { internalFailure, invalidArgument, throughputExceeded, validationError } from '../errors.ts';
import { SequenceBlock } from '../identifiers/sequence-number.ts';
import type { Intake } from '../records/intake.ts';
import { FAILED } from '../stream/row-status.ts';
import type { Shard } from '../stream/shard.ts';
import type { KinesisStream } from '../stream/stream.ts';
import { PROBLEMS_MAX, problemText, summaryOf } from '../validation/validation.ts';
import { countPut, rateExceeded, settledOf } from './put-end.ts';

/** PutRecords: each record is accepted or rejected separately. The call as a whole fails only if it is malformed. */
export function putRecords(account: Account, input: PutRecordsInput): PutRecordsOutput | Promise<PutRecordsOutput> {
  const startMs = performance.now();
  const stream = account.writableStream(input);
  const records = input.Records ?? [];
  if (!stream.spreadsAlone) requireKeys(records);
  const { intake } = account;
  const nowNs = stream.nowNs();
  intake.begin();
  for (const { Data, PartitionKey, ExplicitHashKey } of records) {
    addRecord(intake, stream, PartitionKey, ExplicitHashKey, Data!);
  }
  intake.checkTotal();
  intake.route(stream, nowNs);
  failAsAsked(account, stream);
  const accepted = intake.append(stream, nowNs);
  const output = outputOf(account, stream, accepted);
  const settled = accepted === 0 ? undefined : settledOf(stream);
  countPut(intake, stream, 'PutRecords', startMs, accepted);
  return settled === undefined ? output : settled.then(() => output);
}

/** PutRecord: the one record is taken, or the call fails. */
export function putRecord(account: Account, input: PutRecordInput): PutRecordOutput | Promise<PutRecordOutput> {
  const startMs = performance.now();
  const stream = account.writableStream(input);
  const { Data, PartitionKey, ExplicitHashKey, SequenceNumberForOrdering: after } = input;
  const { intake } = account;
  const nowNs = stream.nowNs();
  intake.begin();
  if (PartitionKey === undefined && !stream.spreadsAlone) throw validationError(summaryOf([missing('partitionKey')]));
  addRecord(intake, stream, PartitionKey, ExplicitHashKey, Data!);
  intake.route(stream, nowNs);
  const { status, shard: shardIndex, sequenceNumber } = intake.batch;
  const shard = stream.openShards[shardIndex[0]!]!;
  if (after !== undefined) requireOrder(shard, after);
  const accepted = intake.append(stream, nowNs);
  countPut(intake, stream, 'PutRecord', startMs, accepted);
  if (status[0] === THROTTLED) throw throughputExceeded(rateExceeded(stream, shard.id));
  if (status[0] !== ACCEPTED) throw internalFailure();
  const output: PutRecordOutput = {
    ShardId: shard.id,
    SequenceNumber: shard.sequenceNumbers.numberAt(sequenceNumber[0]!, shard.putSecond),
  };
  if (stream.state.encryption === 'KMS') output.EncryptionType = 'KMS';
  const settled = settledOf(stream);
  return settled === undefined ? output : settled.then(() => output);
}

/**
 * @throws InvalidArgumentException in AWS's words for a number that the record's own cannot be greater than, or that was
 *   never given out.
 */
function requireOrder(shard: Shard, after: string): void {
  if (!shard.opens()) throw internalFailure();
  if (shard.canFollow(after)) return;
  const { state, account } = shard.stream;
  throw invalidArgument(
    `ExclusiveMinimumSequenceNumber ${after} used in PutRecord on stream ${state.name} under account ${account.options.accountId} is invalid.`,
  );
}

/** AWS has the member only when it encrypts. */
const encryptionOf = ({ state }: KinesisStream): { readonly EncryptionType?: 'KMS' } =>
  state.encryption === 'KMS' ? { EncryptionType: 'KMS' } : {};

/** @throws ValidationException that names every record without a key, as the model's check names every other fault. */
function requireKeys(records: readonly PutRecordsRequestEntry[]): void {
  if (records.every(({ PartitionKey }) => PartitionKey !== undefined)) return;
  const problems = records.flatMap(({ PartitionKey }, i) =>
    PartitionKey === undefined ? [missing(`records.${i + 1}.member.partitionKey`)] : [],
  );
  throw validationError(summaryOf(problems.slice(0, PROBLEMS_MAX)));
}

/** Lays out one record. The model's check has seen its parts; only the range of a hash key is left to check. */
function addRecord(
  intake: Intake,
  stream: KinesisStream,
  key: string | undefined,
  explicitHashKey: string | undefined,
  data: Uint8Array,
): void {
  if (explicitHashKey !== undefined && !isHashKey(explicitHashKey)) {
    throw invalidArgument(
      `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${explicitHashKey}`,
    );
  }
  intake.add(stream, key, explicitHashKey, data);
}

const block = new SequenceBlock();

function outputOf(account: Account, stream: KinesisStream, accepted: number): PutRecordsOutput {
  const { count: rows, status, shard, sequenceNumber } = account.intake.batch;
  const { openShards } = stream;
  const entries = new Array<PutRecordsResultEntry>(rows);
  block.begin();
  for (let row = 0; row < rows; row++) {
    const { id, sequenceNumbers, putSecond } = openShards[shard[row]!]!;
    if (status[row] === ACCEPTED) {
      const entry: PutRecordsResultEntry = { SequenceNumber: '', ShardId: id };
      block.add(entry, sequenceNumbers, sequenceNumber[row]!, putSecond);
      entries[row] = entry;
    } else if (status[row] === THROTTLED) {
      entries[row] = {
        ErrorCode: 'ProvisionedThroughputExceededException',
        ErrorMessage: rateExceeded(stream, id),
      };
    } else {
      entries[row] = { ErrorCode: 'InternalFailure', ErrorMessage: 'Internal service failure.' };
    }
  }
  block.flush();
  return { ...encryptionOf(stream), FailedRecordCount: rows - accepted, Records: entries };
}

/** Applies the failures of single records that a fault rule demands. */
function failAsAsked(account: Account, stream: KinesisStream): void {
  const { faults, clock } = account;
  if (!faults.failsRecords) return;
  const { batch } = account.intake;
  for (let row = 0; row < batch.count; row++) {
    const code = faults.failsRecord(stream.state.name, stream.openShards[batch.shard[row]!]!.id, clock.nowMs());
    if (code !== undefined) batch.status[row] = code === 'InternalFailure' ? FAILED : THROTTLED;
  }
}

const missing = (path: string): string => problemText(' null', path, 'Member must not be null');
