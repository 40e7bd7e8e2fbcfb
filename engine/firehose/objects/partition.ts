import type { DeliveryRecord } from '../delivery/delivery-record.ts';
import { EVALUATED_LENGTH_MAX, evaluatedLength, readPrefix } from './prefix.ts';

/** The partition of a record: records with the same values of the keys in the prefix share a buffer. */
export type RecordPartition =
  | { readonly kind: 'partition'; readonly id: string }
  | { readonly kind: 'failed'; readonly errorCode: string; readonly errorMessage: string };

/** The service's own code and message. */
const MISSING_KEY = {
  kind: 'failed',
  errorCode: 'DynamicPartitioning.MetadataExtractionFailed',
  errorMessage: 'partitionKeys values must not be null or empty',
} as const;

/** @returns a function that finds the partition of a record by the keys that a prefix uses, and by no others. */
export function partitionerOf(prefix: string): (record: DeliveryRecord) => RecordPartition {
  const read = readPrefix(prefix, 'Prefix');
  if (read.kind === 'problem') throw new RangeError(read.problem);
  const keys = read.parts.filter((part) => part.kind === 'partition-key');
  const plainLength = evaluatedLength(read.parts);
  return ({ partitionKeys }) => {
    const values: string[] = [];
    let length = plainLength;
    for (const { source, key } of keys) {
      const value = partitionKeys?.[source]?.[key];
      if (value === undefined || value === '') return MISSING_KEY;
      values.push(value);
      length += value.length;
    }
    if (length > EVALUATED_LENGTH_MAX) return tooLong(length);
    return { kind: 'partition', id: values.length === 1 ? values[0]! : JSON.stringify(values) };
  };
}

const tooLong = (length: number): RecordPartition => ({
  kind: 'failed',
  errorCode: 'DynamicPartitioning.MetadataExtractionFailed',
  errorMessage: `The evaluated prefix must have at most ${EVALUATED_LENGTH_MAX} characters, got ${length}.`,
});
