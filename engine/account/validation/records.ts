import type { PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';
import { dataBlob, explicitHashKey, partitionKey } from './scalars.ts';
import { required, type Structure, structure } from './shapes.ts';

/**
 * One entry of PutRecords. The order of its members is the order of AWS's messages (kinesalite, from live responses).
 * PartitionKey is optional in the model: only an AUTO stream accepts a record without one, so the operation checks it.
 */
export const RECORD_ENTRY: Structure & { readonly required: true } = required(
  structure<PutRecordsRequestEntry>({
    PartitionKey: partitionKey,
    ExplicitHashKey: explicitHashKey,
    Data: required(dataBlob),
  }),
);

/**
 * A quick test that ordinary entries pass. A call has up to 500 of them, and the full check of one costs ten times as much;
 * only entries that fail this test go through it. Types have been checked already.
 */
export function isSoundEntry(entry: unknown): boolean {
  if (typeof entry !== 'object' || entry === null) return false;
  const { Data, PartitionKey, ExplicitHashKey } = entry as PutRecordsRequestEntry;
  if (ExplicitHashKey != null || Data == null || Data.length > dataBlob.max) return false;
  // UTF-16 units are at least as many as characters.
  return PartitionKey == null || (PartitionKey.length > 0 && PartitionKey.length <= partitionKey.max);
}
