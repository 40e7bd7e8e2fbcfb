import { expect, test } from 'vitest';
import type { DeliveryRecord, PartitionKeys } from '../../../../engine/firehose/delivery/delivery-record.ts';
import { partitionerOf } from '../../../../engine/firehose/objects/partition.ts';

const record = (partitionKeys: PartitionKeys | undefined): DeliveryRecord => ({
  recordId: '1',
  data: new Uint8Array(),
  original: new Uint8Array(),
  arrivedAtMs: 0,
  ...(partitionKeys === undefined ? {} : { partitionKeys }),
});
const MISSING = {
  kind: 'failed',
  errorCode: 'DynamicPartitioning.MetadataExtractionFailed',
  errorMessage: 'partitionKeys values must not be null or empty',
};

test('puts records with the same values of the keys in the prefix into one partition', () => {
  const partitionOf = partitionerOf('!{partitionKeyFromQuery:a}/!{partitionKeyFromLambda:b}/!{timestamp:HH}/');
  const id = (keys: PartitionKeys) => {
    const partition = partitionOf(record(keys));
    return partition.kind === 'partition' ? partition.id : partition;
  };
  const one = id({ fromQuery: { a: '1', other: 'x' }, fromLambda: { b: '2' } });
  expect(one).toBe(id({ fromQuery: { a: '1', other: 'y' }, fromLambda: { b: '2' } }));
  expect(one).not.toBe(id({ fromQuery: { a: '12' }, fromLambda: { b: '' } }));
  expect(id({ fromQuery: { a: '1"' }, fromLambda: { b: '2' } })).not.toBe(
    id({ fromQuery: { a: '1' }, fromLambda: { b: '"2' } }),
  );
});

test.each<[PartitionKeys | undefined]>([
  [undefined],
  [{}],
  [{ fromQuery: {} }],
  [{ fromQuery: { a: '' } }],
  [{ fromLambda: { a: '1' } }],
])('fails a record without the key in the prefix: %j', (keys) => {
  expect(partitionerOf('!{partitionKeyFromQuery:a}/')(record(keys))).toEqual(MISSING);
});

test('fails a record whose values make the prefix too long', () => {
  const partitionOf = partitionerOf('x/!{partitionKeyFromQuery:a}/');
  expect(partitionOf(record({ fromQuery: { a: 'a'.repeat(509) } })).kind).toBe('partition');
  expect(partitionOf(record({ fromQuery: { a: 'a'.repeat(510) } }))).toEqual({
    ...MISSING,
    errorMessage: 'The evaluated prefix must have at most 512 characters, got 513.',
  });
});
