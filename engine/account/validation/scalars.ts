import { patterned, text } from './shapes.ts';

/** Scalars that several inputs share, and that entries of PutRecords have too. */
const PARTITION_KEY_CHARACTERS_MAX = 256;
const RECORD_DATA_BYTES_MAX = 10_485_760;

export const partitionKey = { ...text(1, PARTITION_KEY_CHARACTERS_MAX), max: PARTITION_KEY_CHARACTERS_MAX } as const;
export const explicitHashKey = patterned(String.raw`0|([1-9]\d{0,38})`);
export const dataBlob = { kind: 'Blob', max: RECORD_DATA_BYTES_MAX } as const;
