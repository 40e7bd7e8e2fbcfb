import type { Clock } from '../../account/clock.ts';
import type { DeliveryRecord, PartitionKeys } from '../delivery/delivery-record.ts';
import type { Processor } from '../delivery/processor.ts';
import { EVALUATED_LENGTH_MAX, evaluatedLength, type KeySource, readPrefix } from '../objects/prefix.ts';
import { eachRecord, type RecordOutcome } from './each-record.ts';

/** The service's own code and message. */
const CODE = 'DynamicPartitioning.MetadataExtractionFailed';
const MISSING_KEY: RecordOutcome = {
  kind: 'failed',
  errorCode: CODE,
  errorMessage: 'partitionKeys values must not be null or empty',
};

/**
 * Fails records without a partition key that the prefix uses, and keeps only such keys, so that records with the same prefix
 * are in one partition.
 */
export function requiredKeys(prefix: string, clock: Clock): Processor {
  const read = readPrefix(prefix, 'Prefix');
  if (read.kind === 'problem') throw new RangeError(read.problem);
  const keys = read.parts.filter((part) => part.kind === 'partition-key');
  const plainLength = evaluatedLength(read.parts);
  return eachRecord(clock, (record) => {
    const kept: Partial<Record<KeySource, Record<string, string>>> = {};
    let length = plainLength;
    for (const { source, key } of keys) {
      const value = record.partitionKeys?.[source]?.[key];
      if (value === undefined || value === '') return MISSING_KEY;
      kept[source] = { ...kept[source], [key]: value };
      length += value.length;
    }
    return length > EVALUATED_LENGTH_MAX ? tooLong(length) : withKeys(record, kept);
  });
}

const withKeys = (record: DeliveryRecord, partitionKeys: PartitionKeys): RecordOutcome => ({
  kind: 'records',
  records: [{ ...record, partitionKeys }],
});

const tooLong = (length: number): RecordOutcome => ({
  kind: 'failed',
  errorCode: CODE,
  errorMessage: `The evaluated prefix must have at most ${EVALUATED_LENGTH_MAX} characters, got ${length}.`,
});
