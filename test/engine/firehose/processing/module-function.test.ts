import { describe, expect, test } from 'vitest';
import type { Processed } from '../../../../engine/firehose/delivery/processor.ts';
import { clock, recordsOf, START_MS, textsOf, through } from './records.ts';
import { moduleOf, STREAM_ARN, transformation, whileTimePasses } from './transformation-set-up.ts';

const codesOf = ({ failed }: Processed) => failed.map(({ errorCode, attemptsMade }) => `${errorCode} ${attemptsMade}`);

describe('a transformation by a JavaScript module', () => {
  test('delivers what the handler returns, in the order of the input', async () => {
    const processed = await through(transformation(moduleOf('handler')), recordsOf('a', '', 'é{}', 'x'.repeat(10_000)));
    expect(textsOf(processed)).toEqual(['A', '', 'É{}', 'X'.repeat(10_000)]);
    expect(processed.records.map(({ original }) => Buffer.from(original).toString())[2]).toBe('é{}');
    expect(textsOf(await through(transformation(moduleOf('reversed')), recordsOf('a', 'b', 'c')))).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  test('gives the handler the event of the Lambda contract', async () => {
    const source = { shardId: 'shardId-000000000002', partitionKey: 'k', sequenceNumber: '49', subSequenceNumber: 1 };
    const [record] = recordsOf('a');
    const step = transformation(moduleOf('seen'), { sourceKinesisStreamArn: 'arn:aws:kinesis:eu-west-1:0:stream/s' });
    const [text = ''] = textsOf(await through(step, [{ ...record!, source }]));
    expect(JSON.parse(text)).toEqual({
      invocationId: 'invocation-1',
      deliveryStreamArn: STREAM_ARN,
      sourceKinesisStreamArn: 'arn:aws:kinesis:eu-west-1:0:stream/s',
      region: 'eu-west-1',
      records: [
        {
          recordId: 'r0',
          approximateArrivalTimestamp: START_MS - 1000,
          kinesisRecordMetadata: {
            shardId: 'shardId-000000000002',
            partitionKey: 'k',
            sequenceNumber: '49',
            subsequenceNumber: 1,
            approximateArrivalTimestamp: START_MS - 1000,
          },
        },
      ],
      context: { awsRequestId: 'invocation-1', functionName: 'seen' },
    });
  });

  test('drops records, fails records and keeps partition keys that are texts, as the handler asks', async () => {
    const texts = [
      'drop',
      'drop without data',
      'fail',
      'no data',
      'bad base64',
      'number as data',
      'wrong result',
      'no result',
    ];
    const processed = await through(transformation(moduleOf('byText')), recordsOf(...texts, 'empty', 'keys', 'a'));
    expect(textsOf(processed)).toEqual(['', 'keys', 'a']);
    expect(processed.dropped).toBe(2);
    expect(processed.failed.map(({ record, errorCode }) => `${Buffer.from(record.data)}: ${errorCode}`)).toEqual([
      'fail: Lambda.ProcessingFailedStatus',
      'no data: Lambda.FunctionError',
      'bad base64: Lambda.FunctionError',
      'number as data: Lambda.FunctionError',
      'wrong result: Lambda.FunctionError',
      'no result: Lambda.FunctionError',
    ]);
    expect(processed.records.map(({ partitionKeys }) => partitionKeys)).toEqual([
      undefined,
      { fromLambda: { customer: '42' } },
      undefined,
    ]);
  });

  test.each([
    ['missing', 'Lambda.MissingRecordId'],
    ['replaced', 'Lambda.MissingRecordId'],
    ['doubled', 'Lambda.DuplicatedRecordId'],
    ['foreign', 'Lambda.FunctionError'],
    ['nothing', 'Lambda.JsonProcessingException'],
    ['noRecords', 'Lambda.JsonProcessingException'],
    ['noObjects', 'Lambda.JsonProcessingException'],
  ])('fails the batch after one try if the handler %s returns other records', async (handler, code) => {
    const processed = await through(transformation(moduleOf(handler)), recordsOf('a', 'b'));
    expect(processed.records).toEqual([]);
    expect(codesOf(processed)).toEqual([`${code} 1`, `${code} 1`]);
  });

  test.each([
    ['throws', /an error result\. TypeError: boom$/],
    ['rejects', /Error: later boom$/],
    ['exits', /The thread ended with code 3\.$/],
    ['large', /Response payload size exceeded/],
    ['notThere', /exports no function named notThere\.$/],
  ])('fails the batch after three retries if the handler %s', async (handler, message) => {
    const time = clock();
    const step = transformation(moduleOf(handler), { clock: time });
    const processed = await whileTimePasses(time, 1000, through(step, recordsOf('a', 'b')));
    expect(codesOf(processed)).toEqual(['Lambda.FunctionError 4', 'Lambda.FunctionError 4']);
    expect(processed.failed[0]?.errorMessage).toMatch(message);
    expect(processed.failed[0]?.attemptEndedAtMs).toBeGreaterThanOrEqual(START_MS + 7000);
  });

  test('delivers the batch when a retry succeeds', async () => {
    const time = clock();
    const processed = await whileTimePasses(
      time,
      1000,
      through(transformation(moduleOf('third'), { clock: time }), recordsOf('a')),
    );
    expect(textsOf(processed)).toEqual(['A']);
  });

  test.each(['never', 'loops'])(
    'stops a handler that %s returns, five minutes of the clock after each call',
    async (handler) => {
      const time = clock();
      const step = transformation(moduleOf(handler), { clock: time, retries: 0 });
      const processed = await whileTimePasses(time, 60_000, through(step, recordsOf('a')));
      expect(codesOf(processed)).toEqual(['Lambda.FunctionTimedOut 1']);
      expect(processed.failed[0]?.attemptEndedAtMs).toBeGreaterThanOrEqual(START_MS + 5 * 60_000);
    },
  );

  test('splits batches by the buffer size and by the size of the request', async () => {
    const step = transformation(moduleOf('counted'), { bufferBytes: 2000 });
    const records = recordsOf(...Array.from({ length: 5 }, () => 'x'.repeat(800)), 'y'.repeat(5000));
    expect(textsOf(await through(step, records))).toEqual(['2', '2', '2', '2', '1', '1']);
    const small = transformation(moduleOf('counted'), { bufferBytes: 3 * 1024 * 1024 });
    const counts = textsOf(await through(small, recordsOf(...Array.from({ length: 60_000 }, () => 'x'))));
    expect(counts).toHaveLength(60_000);
    const calls = [...new Set(counts)];
    expect(calls).toHaveLength(2);
    expect(calls.reduce((sum, count) => sum + Number(count), 0)).toBe(60_000);
  });

  test('ends at once, with nothing delivered and nothing failed, when the stream closes', async () => {
    const closing = new AbortController();
    const step = transformation(moduleOf('loops'));
    const processing = step.process(recordsOf('a'), closing.signal);
    setTimeout(() => closing.abort(), 20);
    expect(await processing).toEqual({ records: [], failed: [], dropped: 0 });
    await step.close();
  });
});
