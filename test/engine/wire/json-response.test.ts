import { expect, test } from 'vitest';
import { JSON_CODEC } from '../../../engine/wire/json-codec.ts';

const recordsOf = (count: number, keyOf: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => ({
    SequenceNumber: String(i),
    ApproximateArrivalTimestamp: new Date(1000 + i),
    Data: Buffer.from(`data ${i}`),
    PartitionKey: keyOf(i),
  }));

test.each([0, 1, 499, 500, 501, 1000, 1001, 10_000])(
  'a response of %d records is one JSON text with all of them',
  (count) => {
    // Beyond ASCII in some pieces of it and not in others.
    const records = recordsOf(count, (i) => (i % 700 === 3 ? `größe "${i}" \u{1F600}` : `key ${i}`));
    const bytes = JSON_CODEC.encode('GetRecords', { Records: records, NextShardIterator: 'é', MillisBehindLatest: 7 });
    expect(JSON.parse(bytes.toString())).toEqual({
      NextShardIterator: 'é',
      MillisBehindLatest: 7,
      Records: records.map(({ ApproximateArrivalTimestamp, Data, ...others }) => ({
        ...others,
        Data: Data.toString('base64'),
        ApproximateArrivalTimestamp: ApproximateArrivalTimestamp.getTime() / 1000,
      })),
    });
  },
);

test('a response of PutRecordBatch has ids and errors in their order', () => {
  const output = {
    FailedPutCount: 1,
    Encrypted: false,
    RequestResponses: [
      { RecordId: '49' },
      { ErrorCode: 'ServiceUnavailableException', ErrorMessage: 'Größe "zu" groß' },
      { RecordId: '50' },
    ],
  };
  expect(JSON.parse(JSON_CODEC.encode('PutRecordBatch', output).toString())).toEqual(output);
});
