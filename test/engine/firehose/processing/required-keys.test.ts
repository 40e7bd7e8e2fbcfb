import { expect, test } from 'vitest';
import type { PartitionKeys } from '../../../../engine/firehose/delivery/delivery-record.ts';
import { requiredKeys } from '../../../../engine/firehose/processing/required-keys.ts';
import { clock, recordsOf, through } from './records.ts';

async function outcomeOf(prefix: string, partitionKeys: PartitionKeys | undefined) {
  const [record] = recordsOf('a');
  const input = partitionKeys === undefined ? record! : { ...record!, partitionKeys };
  const { records, failed } = await through(requiredKeys(prefix, clock()), [input]);
  return records[0]?.partitionKeys ?? failed[0];
}

const MISSING = {
  errorCode: 'DynamicPartitioning.MetadataExtractionFailed',
  errorMessage: 'partitionKeys values must not be null or empty',
};

test('keeps the keys that the prefix uses, and no others', async () => {
  const prefix = '!{partitionKeyFromQuery:a}/!{partitionKeyFromLambda:b}/!{timestamp:HH}/';
  expect(await outcomeOf(prefix, { fromQuery: { a: '1', c: '3' }, fromLambda: { b: '2', a: '4' } })).toEqual({
    fromQuery: { a: '1' },
    fromLambda: { b: '2' },
  });
});

test.each<[PartitionKeys | undefined]>([
  [undefined],
  [{}],
  [{ fromQuery: {} }],
  [{ fromQuery: { a: '' } }],
  [{ fromLambda: { a: '1' } }],
])('fails a record without the key in the prefix: %j', async (keys) => {
  expect(await outcomeOf('!{partitionKeyFromQuery:a}/', keys)).toMatchObject(MISSING);
});

test('fails a record whose values make the prefix too long', async () => {
  const prefix = 'x/!{partitionKeyFromQuery:a}/';
  expect(await outcomeOf(prefix, { fromQuery: { a: 'a'.repeat(509) } })).toHaveProperty('fromQuery');
  expect(await outcomeOf(prefix, { fromQuery: { a: 'a'.repeat(510) } })).toMatchObject({
    ...MISSING,
    errorMessage: 'The evaluated prefix must have at most 512 characters, got 513.',
  });
});
