import type { PutColumns } from '../account/records/put-columns.ts';

/** The members of Kinesis' puts that readers of columns know, as bits of a set. */
export const DATA = 1;
export const PARTITION_KEY = 2;
export const EXPLICIT_HASH_KEY = 4;
export const STREAM_NAME = 8;
const STREAM_ARN = 16;
export const RECORDS = 32;

const STREAM_MEMBERS = STREAM_NAME | STREAM_ARN;
export const RECORD_MEMBERS: number = DATA | PARTITION_KEY | EXPLICIT_HASH_KEY;
export const PUT_RECORD_MEMBERS: number = RECORD_MEMBERS | STREAM_MEMBERS;
export const PUT_RECORDS_MEMBERS: number = RECORDS | STREAM_MEMBERS;

/** Their lengths differ, so the length selects the one name to compare with. */
const NAMES: (readonly [name: Buffer, member: number] | undefined)[] = [];
for (const [name, member] of [
  ['Data', DATA],
  ['PartitionKey', PARTITION_KEY],
  ['ExplicitHashKey', EXPLICIT_HASH_KEY],
  ['StreamName', STREAM_NAME],
  ['StreamARN', STREAM_ARN],
  ['Records', RECORDS],
] as const) {
  NAMES[name.length] = [Buffer.from(name), member];
}

export const MEMBER_NAME_BYTES_MAX: number = NAMES.length - 1;

/** The member with the name that begins at a byte and has this length; 0 if it is another. */
export function memberAt(bytes: Uint8Array, at: number, length: number): number {
  const known = NAMES[length];
  if (known === undefined) return 0;
  const [name, member] = known;
  for (let i = 0; i < length; i++) if (bytes[at + i] !== name[i]) return 0;
  return member;
}

/**
 * Ends the row of a record with these members. Returns false, for the general way, if it lacks its data or its key, or has an explicit
 * hash key that is none.
 */
export function endRow(columns: PutColumns, seen: number, explicitHashKey: string): boolean {
  if ((seen & (DATA | PARTITION_KEY)) !== (DATA | PARTITION_KEY)) return false;
  if ((seen & EXPLICIT_HASH_KEY) !== 0) return columns.endRowAt(explicitHashKey);
  columns.endRow();
  return true;
}
