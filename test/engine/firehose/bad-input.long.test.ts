import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateDeliveryStreamCommand,
  type CreateDeliveryStreamInput,
  type ExtendedS3DestinationConfiguration,
} from '@aws-sdk/client-firehose';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Engine } from '../../../engine/engine.ts';
import { startServer } from './destinations/test-server.ts';
import { eventually, objectsIn, ROLE, servedFirehose, toBucket } from './set-up.ts';

type Sources = NonNullable<NonNullable<Parameters<typeof Engine.open>[0]>['firehose']>['sources'];

const MODULE = join(import.meta.dirname, 'processing/functions/handlers.js');
const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:clean';
const PREFIXES = { Prefix: 'good/', ErrorOutputPrefix: 'bad/!{firehose:error-output-type}/' };

/** A delivery stream, and the ways to put a record and to find an object by the start of its key. */
async function delivering(destination: Partial<ExtendedS3DestinationConfiguration>, sources?: Sources) {
  const { client, clock, folder, put, metrics } = await servedFirehose({ firehose: { sources } });
  const input: CreateDeliveryStreamInput = toBucket('logs', { ...PREFIXES, ...destination });
  await client.send(new CreateDeliveryStreamCommand(input));
  return {
    folder,
    put,
    found: (start: string) =>
      eventually(async () => {
        clock.advance(10_000);
        return [...(await objectsIn(folder))].find(([key]) => key.startsWith(`archive/${start}`))?.[1];
      }),
    /** The value of a metric by its name in the text format, or by that of CloudWatch. */
    metric: async (name: string, metric?: string) => {
      const label = metric === undefined ? '' : `metric="${metric}",`;
      const pattern = new RegExp(`^streamgauge_firehose_${name}\\{${label}.*\\} (.*)$`, 'm');
      return Number(pattern.exec(await metrics())?.[1]);
    },
  };
}

const transformed = (retries: number): Partial<ExtendedS3DestinationConfiguration> => ({
  BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 60 },
  ProcessingConfiguration: {
    Enabled: true,
    Processors: [
      {
        Type: 'Lambda',
        Parameters: [
          { ParameterName: 'LambdaArn', ParameterValue: ARN },
          { ParameterName: 'NumberOfRetries', ParameterValue: String(retries) },
        ],
      },
    ],
  },
});

describe('a delivery stream with a transformation', () => {
  test.each([
    ['throws', 3, 'Lambda.FunctionError'],
    ['rejects', 3, 'Lambda.FunctionError'],
    ['exits', 3, 'Lambda.FunctionError'],
    ['large', 3, 'Lambda.FunctionError'],
    ['never', 0, 'Lambda.FunctionTimedOut'],
    ['loops', 0, 'Lambda.FunctionTimedOut'],
    ['missing', 3, 'Lambda.MissingRecordId'],
    ['replaced', 3, 'Lambda.MissingRecordId'],
    ['doubled', 3, 'Lambda.DuplicatedRecordId'],
    ['foreign', 3, 'Lambda.FunctionError'],
    ['nothing', 3, 'Lambda.JsonProcessingException'],
    ['noRecords', 3, 'Lambda.JsonProcessingException'],
  ])('has the record in its error output if the function fails as %s, and goes on', async (text, retries, code) => {
    const functions = { clean: { module: MODULE, handler: 'failing' } };
    const { put, found, metric } = await delivering(transformed(retries), { functions });
    await put(text);
    expect(JSON.parse(await found('bad/processing-failed/'))).toMatchObject({
      errorCode: code,
      attemptsMade: code === 'Lambda.FunctionError' && text !== 'foreign' ? retries + 1 : 1,
      rawData: Buffer.from(text).toString('base64'),
    });
    await put('next');
    expect(await found('good/')).toBe('NEXT');
    expect(await metric('failed_records')).toBe(1);
    expect(await metric('min', 'ExecuteProcessing.Success')).toBe(0);
    expect(await metric('max', 'ExecuteProcessing.Success')).toBe(1);
    expect(await metric('sum', 'SucceedProcessing.Records')).toBe(1);
  });

  test('delivers a record that the function returns at the third try', async () => {
    const functions = { clean: { module: MODULE, handler: 'third' } };
    const { put, found, folder } = await delivering(transformed(3), { functions });
    await put('a');
    expect(await found('good/')).toBe('A');
    expect([...(await objectsIn(folder)).keys()].filter((key) => key.includes('/bad/'))).toEqual([]);
  });

  test('has the record in its error output if an endpoint returns no JSON, and goes on', async () => {
    const server = await startServer(({ body }, response) => {
      const { records } = JSON.parse(String(body));
      const isFirst = server.received.length === 1;
      const returned = records.map((record: object) => ({ ...record, result: 'Ok' }));
      response.end(isFirst ? '<html>' : JSON.stringify({ records: returned }));
    });
    onTestFinished(server.close);
    const functions = { clean: { url: server.url } };
    const { put, found, metric } = await delivering(transformed(3), { functions });
    await put('a');
    expect(JSON.parse(await found('bad/processing-failed/'))).toMatchObject({
      errorCode: 'Lambda.JsonProcessingException',
      rawData: Buffer.from('a').toString('base64'),
    });
    await put('next');
    expect(await found('good/')).toBe('next');
    expect(await metric('failed_records')).toBe(1);
  });
});

test.each([
  ['is no JSON', 'text', 'DataFormatConversion.ParseError'],
  ['is cut off', '{"user":"a","count":', 'DataFormatConversion.ParseError'],
  ['is no object', '[1]', 'DataFormatConversion.ParseError'],
  ['has a text for a number', '{"user":"a","count":"x"}', 'DataFormatConversion.MalformedData'],
  ['has an object for a text', '{"user":{"name":"a"},"count":{}}', 'DataFormatConversion.MalformedData'],
])('a delivery stream with conversion goes on after a record that %s', async (_, text, code) => {
  const tables = {
    'web.clicks': [
      { Name: 'user', Type: 'string' },
      { Name: 'count', Type: 'int' },
    ],
  };
  const { put, found, metric } = await delivering(
    {
      BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 60 },
      DataFormatConversionConfiguration: {
        Enabled: true,
        SchemaConfiguration: { RoleARN: ROLE, DatabaseName: 'web', TableName: 'clicks' },
        InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
        OutputFormatConfiguration: { Serializer: { ParquetSerDe: {} } },
      },
    },
    { tables },
  );
  await put(text);
  expect(JSON.parse(await found('bad/format-conversion-failed/'))).toMatchObject({
    ErrorCode: code,
    rawData: Buffer.from(text).toString('base64'),
  });
  await put('{"user":"b","count":2}');
  const { buffer } = new Uint8Array(Buffer.from(await found('good/'), 'latin1'));
  expect(await parquetReadObjects({ file: buffer })).toEqual([{ user: 'b', count: 2 }]);
  expect(await metric('failed_records')).toBe(1);
});

test('a folder that was deleted is created again for the next object', async () => {
  const { put, found, folder, metric } = await delivering({
    BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 60 },
  });
  await put('a');
  expect(await found('good/')).toBe('a');
  await rm(folder, { recursive: true });
  await put('b');
  expect(await found('good/')).toBe('b');
  expect(await metric('min', 'DeliveryToS3.Success')).toBe(1);
});
