import { shardIdOf } from '../account/identifiers/shard-id.ts';
import type { PutOutcome } from '../account/records/put-outcome.ts';
import type { PutOperation } from '../account/service/column-service.ts';
import type { BodyPieces } from './body-pieces.ts';
import { type EntryFormat, PutEntries } from './put-entries.ts';

const BEFORE_NUMBER = '{"SequenceNumber":"';

const FORMAT: EntryFormat = {
  accepted: (shardId, number) => Buffer.from(`${BEFORE_NUMBER}${number}","ShardId":"${shardId}"},`),
  numberAt: BEFORE_NUMBER.length,
  error: (ErrorCode, ErrorMessage) => Buffer.from(`${JSON.stringify({ ErrorCode, ErrorMessage })},`),
  end: Buffer.from(']}'),
  separatorBytes: 1,
};

const entries = new PutEntries(FORMAT);

/** The response of Kinesis' PutRecord or PutRecords in JSON, from the columns of its outcome. */
export function writeJsonPutOutcome(operation: PutOperation, outcome: PutOutcome): BodyPieces | string {
  const { isEncrypted, count, accepted } = outcome;
  if (operation === 'PutRecord') {
    const end = isEncrypted ? '","EncryptionType":"KMS"}' : '"}';
    return `{"ShardId":"${shardIdOf(outcome.shardIndex[0]!)}","SequenceNumber":"${entries.numberOf(outcome, 0)}${end}`;
  }
  const encryption = isEncrypted ? '"EncryptionType":"KMS",' : '';
  return entries.write(Buffer.from(`{${encryption}"FailedRecordCount":${count - accepted},"Records":[`), outcome);
}
