import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { delimitedDeaggregation, jsonDeaggregation } from '../../../../engine/firehose/processing/deaggregation.ts';
import { kplDeaggregation } from '../../../../engine/firehose/processing/kpl-deaggregation.ts';
import { peerAggregate } from '../../../runners/aws/kpl-peer.ts';
import { clock, recordsOf, textsOf, through } from './records.ts';

describe('de-aggregation of JSON', () => {
  test.each([
    ['{"a":1}{"a":2}', ['{"a":1}', '{"a":2}']],
    ['{"a":1}\n{"a":2}\n', ['{"a":1}', '{"a":2}']],
    [
      '  {"a":"}\\"{"}\r\n\t[1,{"b":[]}] "x\\\\" 1 true null',
      ['{"a":"}\\"{"}', '[1,{"b":[]}]', '"x\\\\"', '1', 'true', 'null'],
    ],
    ['1"a"2{"b":3}4[5]', ['1', '"a"', '2', '{"b":3}', '4', '[5]']],
    ['[{"a":1},{"a":2}]', ['[{"a":1},{"a":2}]']],
    ['{"a":1}{"a":', ['{"a":1}{"a":']],
    ['"open', ['"open']],
    ['not json', ['not json']],
    ['{"a":1} text', ['{"a":1} text']],
    ['-1.5e3 12', ['-1.5e3', '12']],
    [' \n', [' \n']],
  ])('splits %j into %j', async (data, parts) => {
    expect(textsOf(await through(jsonDeaggregation(clock()), recordsOf(data)))).toEqual(parts);
  });

  test('finds the values that were written, whatever they hold', async () => {
    const space = fc.constantFrom('', ' ', '\n', '\r\n\t');
    const container = fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue()));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(container, space, fc.boolean()), { minLength: 1, maxLength: 20 }),
        async (values) => {
          const text = values
            .map(([value, gap, isWide]) => `${JSON.stringify(value, null, isWide ? 2 : 0)}${gap}`)
            .join('');
          const found = textsOf(await through(jsonDeaggregation(clock()), recordsOf(text)));
          expect(found.map((each) => JSON.parse(each))).toEqual(
            values.map(([value]) => JSON.parse(JSON.stringify(value))),
          );
        },
      ),
    );
  });

  test('gives each part an id of its own and the bytes of the part as original', async () => {
    const { records, failed, dropped } = await through(jsonDeaggregation(clock()), recordsOf('{}{"a":1}', '[]'));
    expect(records.map(({ recordId }) => recordId)).toEqual(['r0.0', 'r0.1', 'r1.0']);
    expect(Buffer.from(records[1]!.original).toString()).toBe('{"a":1}');
    expect({ failed, dropped }).toEqual({ failed: [], dropped: 0 });
  });

  test('leaves a record with more than 500 values whole, and counts it', async () => {
    const most = '{}'.repeat(500);
    const { records, unsplit } = await through(jsonDeaggregation(clock()), recordsOf(most, `${most}{}`));
    expect(unsplit).toBe(1);
    expect(records).toHaveLength(501);
    expect(records[500]!.recordId).toBe('r1');
    expect(records[500]!.data).toHaveLength(1002);
  });
});

test.each([
  ['####', 'a####b####', ['a', 'b']],
  ['####', '####a########b', ['a', 'b']],
  ['\n', 'a\nb\n\nc', ['a', 'b', 'c']],
  ['####', 'a###b', ['a###b']],
  ['####', '####', ['####']],
])('splits records at the delimiter %j: %j into %j', async (delimiter, data, parts) => {
  const step = delimitedDeaggregation(Buffer.from(delimiter), clock());
  expect(textsOf(await through(step, recordsOf(data)))).toEqual(parts);
});

describe('de-aggregation of records of the Kinesis Producer Library', () => {
  const source = { shardId: 'shardId-000000000000', partitionKey: 'a', sequenceNumber: '49', subSequenceNumber: 0 };

  test('splits what aws-kinesis-agg writes, and numbers the parts', async () => {
    const [aggregate] = await peerAggregate(
      [
        ['k1', 'one'],
        ['k2', 'two'],
        ['k1', 'three'],
      ].map(([key = '', text = '']) => ({
        partitionKey: key,
        data: Buffer.from(text),
      })),
    );
    const [record] = recordsOf(aggregate!);
    const processed = await through(kplDeaggregation(clock()), [{ ...record!, source }]);
    expect(textsOf(processed)).toEqual(['one', 'two', 'three']);
    expect(processed.records.map((each) => [each.recordId, each.source])).toEqual([
      ['r0.0', { ...source, partitionKey: 'k1', subSequenceNumber: 0 }],
      ['r0.1', { ...source, partitionKey: 'k2', subSequenceNumber: 1 }],
      ['r0.2', { ...source, partitionKey: 'k1', subSequenceNumber: 2 }],
    ]);
    expect((await through(kplDeaggregation(clock()), [record!])).records).toEqual([record]);
  });

  test('leaves records without an aggregate, and records of a put, as they are', async () => {
    const [plain] = recordsOf('plain');
    const { records } = await through(kplDeaggregation(clock()), [plain!, { ...plain!, source }]);
    expect(records).toEqual([plain, { ...plain, source }]);
  });
});
