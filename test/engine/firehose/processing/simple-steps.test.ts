import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { messageExtraction } from '../../../../engine/firehose/processing/cloudwatch-logs.ts';
import { jsonDeaggregation } from '../../../../engine/firehose/processing/deaggregation.ts';
import { decompression } from '../../../../engine/firehose/processing/decompression.ts';
import { clock, recordsOf, START_MS, textsOf, through } from './records.ts';

describe('decompression', () => {
  test('decompresses records and keeps what was put as the original', async () => {
    const put = gzipSync('plain');
    const processed = await through(decompression(clock()), recordsOf(put));
    expect(textsOf(processed)).toEqual(['plain']);
    expect(processed.records[0]!.original).toBe(put);
    const parts = await through(
      jsonDeaggregation(clock()),
      (await through(decompression(clock()), recordsOf(gzipSync('{}1')))).records,
    );
    expect(parts.records.map(({ original }) => gunzipSync(original).toString())).toEqual(['{}1', '{}1']);
  });

  test.each([
    ['text', Buffer.from('text')],
    ['a torn stream', gzipSync('plain').subarray(0, 15)],
    ['no bytes', Buffer.alloc(0)],
  ])('fails %s, and only that record', async (_, bad) => {
    const records = recordsOf(gzipSync('a'), bad, gzipSync('b'));
    const processed = await through(decompression(clock()), records);
    expect(textsOf(processed)).toEqual(['a', 'b']);
    expect(processed.failed).toEqual([
      {
        record: records[1],
        errorCode: 'Decompression failed.',
        errorMessage: expect.stringMatching(/^The record is not GZIP data: /),
        attemptsMade: 1,
        attemptEndedAtMs: START_MS,
      },
    ]);
  });

  test('fails a record that would fill the memory', async () => {
    const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024), { level: 9 });
    expect(bomb.length).toBeLessThan(1_024_000);
    const { failed } = await through(decompression(clock()), recordsOf(bomb));
    expect(failed).toHaveLength(1);
  });
});

describe('extraction of messages of CloudWatch Logs', () => {
  const message = (messageType: string, ...texts: readonly string[]) =>
    JSON.stringify({
      messageType,
      owner: '123456789012',
      logGroup: 'g',
      logStream: 's',
      subscriptionFilters: ['f'],
      logEvents: texts.map((text, id) => ({ id: String(id), timestamp: 1_510_109_208_016, message: text })),
    });

  test('keeps only the texts of log events, each with a line break behind it, and drops control messages', async () => {
    const data = [
      message('DATA_MESSAGE', 'one', '{"a":2}'),
      message('CONTROL_MESSAGE', 'check'),
      message('DATA_MESSAGE', 'é'),
    ];
    const processed = await through(messageExtraction(clock()), recordsOf(...data));
    expect(textsOf(processed)).toEqual(['one\n{"a":2}\n', 'é\n']);
    expect(processed).toMatchObject({ dropped: 1, failed: [] });
  });

  test.each([
    'no json',
    'null',
    '1',
    '{"messageType":"OTHER","logEvents":[]}',
    '{"messageType":"DATA_MESSAGE"}',
    '{"messageType":"DATA_MESSAGE","logEvents":[{"message":1}]}',
  ])('fails the record %j', async (data) => {
    const { records, failed } = await through(messageExtraction(clock()), recordsOf(data));
    expect(records).toEqual([]);
    expect(failed).toMatchObject([{ errorCode: 'Decompression failed.', attemptsMade: 1 }]);
  });
});
