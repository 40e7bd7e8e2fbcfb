import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JSON_CODEC } from '../../../engine/wire/json-codec.ts';
import { readPut } from '../../../engine/wire/json-put.ts';

const blob = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('base64'));
const text = fc.string({ unit: 'binary', maxLength: 12 });
const record = fc.record({ Data: blob, PartitionKey: text, ExplicitHashKey: text }, { requiredKeys: [] });
const input = fc.record(
  {
    Records: fc.array(record, { maxLength: 5 }),
    StreamName: text,
    StreamARN: text,
    Data: blob,
    PartitionKey: text,
    ExplicitHashKey: text,
    SequenceNumberForOrdering: text,
    DeliveryStreamName: text,
    Record: record,
  },
  { requiredKeys: [] },
);

/** The same value in the layouts of different writers: JavaScript's, Python's and a person's. */
const layouts: readonly ((value: unknown) => string)[] = [
  (value) => JSON.stringify(value),
  (value) => JSON.stringify(value, undefined, 1).replace(/\n */g, ' '),
  (value) => ` ${JSON.stringify(value, undefined, '\t')}\r\n`,
];

/** The way of every other operation, which the fast one must agree with. */
const general = (body: Buffer): object => JSON_CODEC.decode('AnyOther', body);

test('the fast decoder reads the same values as the general one', () => {
  fc.assert(
    fc.property(input, fc.constantFrom(...layouts), (value, layout) => {
      const body = Buffer.from(layout(value));
      expect(JSON_CODEC.decode('PutRecords', body)).toEqual(general(body));
    }),
    { numRuns: 500 },
  );
});

test('both decoders read or reject damaged input in the same way', () => {
  const damaged = fc
    .tuple(input, fc.constantFrom(...layouts), fc.nat(), fc.constantFrom(...'{}[]":,=\\ xé\n\0'))
    .map(([value, layout, at, character]) => {
      const whole = layout(value);
      const place = at % whole.length;
      return Buffer.from(whole.slice(0, place) + character + whole.slice(place + 1));
    });
  fc.assert(
    fc.property(damaged, (body) => {
      const result = (read: () => object) => {
        try {
          return { input: read() };
        } catch (error) {
          return { refused: (error as Error).message };
        }
      };
      expect(result(() => JSON_CODEC.decode('PutRecord', body))).toEqual(result(() => general(body)));
    }),
    { numRuns: 2000 },
  );
});

describe('the fast way', () => {
  test.each([
    ['as the JavaScript SDK writes them', '{"StreamName":"s","Records":[{"Data":"YQ==","PartitionKey":"k"}]}'],
    ['as Python writes them', '{"Records": [{"Data": "YQ==", "PartitionKey": "k"}], "StreamName": "s"}'],
  ])('the fast decoder reads records %s', (_how, body) => {
    expect(readPut(Buffer.from(body))).toEqual({
      StreamName: 's',
      Records: [{ Data: Buffer.from('a'), PartitionKey: 'k' }],
    });
  });

  test('the fast decoder reads records of Firehose', () => {
    const one = '{"DeliveryStreamName":"logs","Record":{"Data":"YQ=="}}';
    expect(readPut(Buffer.from(one))).toEqual({ DeliveryStreamName: 'logs', Record: { Data: Buffer.from('a') } });
    const many = '{"DeliveryStreamName": "logs", "Records": [{"Data": "YQ=="}, {"Data": ""}]}';
    expect(readPut(Buffer.from(many))).toEqual({
      DeliveryStreamName: 'logs',
      Records: [{ Data: Buffer.from('a') }, { Data: Buffer.alloc(0) }],
    });
  });

  test.each([
    ['a member that it does not know', '{"StreamName":"s","DryRun":true}'],
    ['an escape', '{"PartitionKey":"\\u00e9"}'],
    ['a null', '{"PartitionKey":null}'],
    ['base64 that is wrong', '{"Data":"a b="}'],
    ['no records', '{"Records":[]}'],
    ['records in a record', '{"Records":[{"Records":[]}]}'],
    ['more after the end', '{"StreamName":"s"}x'],
    ['no end', '{"StreamName":"s"'],
  ])('the fast decoder passes %s to the general one', (_what, body) => {
    expect(readPut(Buffer.from(body))).toBeUndefined();
  });
});

describe('responses with records', () => {
  const name = fc.string({ unit: 'binary', maxLength: 8 });
  const time = fc.integer({ min: 0, max: 4e12 }).map((ms) => new Date(ms));

  test('responses of GetRecords are the same as from the general encoder', () => {
    const records = fc.record(
      {
        SequenceNumber: fc.bigInt({ min: 0n, max: 10n ** 56n }).map(String),
        Data: fc.uint8Array({ maxLength: 40 }),
        ApproximateArrivalTimestamp: time,
        PartitionKey: name,
        EncryptionType: fc.constant('KMS'),
      },
      { requiredKeys: ['SequenceNumber', 'Data'] },
    );
    const outputs = fc.record({
      Records: fc.array(records, { maxLength: 4 }),
      NextShardIterator: fc.option(name, { nil: undefined }),
    });
    fc.assert(
      fc.property(outputs, (output) => sameAsGeneral('GetRecords', output)),
      { numRuns: 500 },
    );
  });

  test('responses of PutRecords are the same as from the general encoder', () => {
    const put = fc.record({ SequenceNumber: fc.constant('4959'), ShardId: fc.constant('shardId-000000000001') });
    const failed = fc.record({ ErrorCode: name, ErrorMessage: name });
    const outputs = fc.record({ Records: fc.array(fc.oneof(put, failed)), FailedRecordCount: fc.nat(500) });
    fc.assert(
      fc.property(outputs, (output) => sameAsGeneral('PutRecords', output)),
      { numRuns: 500 },
    );
  });
});

function sameAsGeneral(operation: string, output: object): void {
  const bytes = (operation: string) => Buffer.from(JSON_CODEC.encode(operation, output));
  expect(JSON.parse(bytes(operation).toString())).toEqual(JSON.parse(bytes('AnyOther').toString()));
}
