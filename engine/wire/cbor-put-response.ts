import { shardIdOf } from '../account/identifiers/shard-id.ts';
import type { PutOutcome } from '../account/records/put-outcome.ts';
import type { PutOperation } from '../account/service/column-service.ts';
import type { BodyPieces } from './body-pieces.ts';
import { BREAK } from './cbor-reader.ts';
import { writeCbor } from './cbor-writer.ts';
import { type EntryFormat, PutEntries } from './put-entries.ts';

const FORMAT: EntryFormat = {
  accepted: (ShardId, SequenceNumber) => writeCbor({ SequenceNumber, ShardId }),
  numberAt: writeCbor({ SequenceNumber: '0'.repeat(56), ShardId: '' }).indexOf('0'.repeat(56)),
  error: (ErrorCode, ErrorMessage) => writeCbor({ ErrorCode, ErrorMessage }),
  // The ends of the list and of the map around it.
  end: Buffer.from([BREAK, BREAK]),
  separatorBytes: 0,
};

const entries = new PutEntries(FORMAT);

/** The response of Kinesis' PutRecord or PutRecords in CBOR, from the columns of its outcome. */
export function writeCborPutOutcome(operation: PutOperation, outcome: PutOutcome): BodyPieces | Buffer {
  const EncryptionType = outcome.isEncrypted ? 'KMS' : undefined;
  if (operation === 'PutRecord') {
    const SequenceNumber = entries.numberOf(outcome, 0);
    return writeCbor({ ShardId: shardIdOf(outcome.shardIndex[0]!), SequenceNumber, EncryptionType });
  }
  // A map with an empty list: the bytes of its list, without both ends, are the start of the response.
  const empty = { EncryptionType, FailedRecordCount: outcome.count - outcome.accepted, Records: [] };
  const head = writeCbor(empty);
  return entries.write(head.subarray(0, head.length - FORMAT.end.length), outcome);
}
