import { gzipSync } from 'node:zlib';
import { CreateDeliveryStreamCommand, InvalidArgumentException, type Processor } from '@aws-sdk/client-firehose';
import { describe, expect, test } from 'vitest';
import { eventually, objectsIn, servedFirehose, toBucket } from './set-up.ts';

const HINTS = { SizeInMBs: 5, IntervalInSeconds: 60 };
const STEPS: readonly Processor[] = [
  { Type: 'AppendDelimiterToRecord', Parameters: [{ ParameterName: 'Delimiter', ParameterValue: '\\n' }] },
  { Type: 'RecordDeAggregation', Parameters: [{ ParameterName: 'SubRecordType', ParameterValue: 'JSON' }] },
  { Type: 'CloudWatchLogProcessing', Parameters: [{ ParameterName: 'DataMessageExtraction', ParameterValue: 'true' }] },
  { Type: 'Decompression', Parameters: [{ ParameterName: 'CompressionFormat', ParameterValue: 'GZIP' }] },
];

describe('processors of a delivery stream', () => {
  test('run in the order of the service, and failed records are in the error output', async () => {
    const { client, clock, folder, put } = await servedFirehose();
    const ProcessingConfiguration = { Enabled: true, Processors: [...STEPS] };
    const destination = { BufferingHints: HINTS, Prefix: 'logs/', ProcessingConfiguration };
    await client.send(new CreateDeliveryStreamCommand(toBucket('logs', destination)));
    const logEvents = ['{"a":1} {"a":2}', '{"a":3}'].map((message, id) => ({ id, timestamp: 0, message }));
    await put(gzipSync(JSON.stringify({ messageType: 'DATA_MESSAGE', logEvents })));
    await put('plain');
    const failed = await eventually(async () => {
      clock.advance(60_000);
      return [...(await objectsIn(folder))].find(([key]) => key.includes('failed'));
    });
    expect(failed[0]).toMatch(/^archive\/logs\/decompression-failed\/2026\/01\/31\/23\/logs-1-/);
    expect(JSON.parse(failed[1])).toMatchObject({ errorCode: 'Decompression failed.', rawData: 'cGxhaW4=' });
    const delivered = await eventually(async () =>
      [...(await objectsIn(folder))].find(([key]) => !key.includes('failed')),
    );
    expect(delivered[1]).toBe('{"a":1}\n{"a":2}\n{"a":3}');
  });

  test('leave records with more than 500 values whole, and /metrics counts them', async () => {
    const { client, clock, folder, put, metrics } = await servedFirehose();
    const ProcessingConfiguration = { Enabled: true, Processors: [...STEPS].slice(1, 2) };
    const destination = { BufferingHints: HINTS, ProcessingConfiguration };
    await client.send(new CreateDeliveryStreamCommand(toBucket('logs', destination)));
    for (const text of ['{} '.repeat(501), '{} '.repeat(500), '{} '.repeat(502)]) await put(text);
    const objects = await eventually(async () => {
      clock.advance(60_000);
      const found = [...(await objectsIn(folder)).values()].join('');
      return found.length >= 501 * 3 + 500 * 2 + 502 * 3 ? found : undefined;
    });
    expect(objects).toBe(`${'{} '.repeat(501)}${'{}'.repeat(500)}${'{} '.repeat(502)}`);
    expect(await metrics()).toMatch(/^streamgauge_firehose_unsplit_records\{.*\} 2$/m);
  });

  test.each<[Processor, RegExp]>([
    [{ Type: 'RecordDeAggregation', Parameters: [] }, /SubRecordType of RecordDeAggregation must be JSON or DELIMITED/],
    [
      { Type: 'RecordDeAggregation', Parameters: [{ ParameterName: 'SubRecordType', ParameterValue: 'DELIMITED' }] },
      /Delimiter of RecordDeAggregation must be base64 of at least 1 byte/,
    ],
  ])('must have their parameters when the stream is created: %j', async (processor, message) => {
    const { client } = await servedFirehose();
    const ProcessingConfiguration = { Enabled: true, Processors: [processor] };
    const creating = client.send(new CreateDeliveryStreamCommand(toBucket('logs', { ProcessingConfiguration })));
    await expect(creating).rejects.toThrow(InvalidArgumentException);
    await expect(creating).rejects.toThrow(message);
  });
});
