import { readFile } from 'node:fs/promises';
import {
  CreateDeliveryStreamCommand,
  type DataFormatConversionConfiguration,
  InvalidArgumentException,
} from '@aws-sdk/client-firehose';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import { eventually, objectFilesIn, ROLE, servedFirehose, toBucket } from './set-up.ts';

const HINTS = { SizeInMBs: 64, IntervalInSeconds: 60 };
const SOURCES = {
  tables: {
    'web.clicks': [
      { Name: 'user', Type: 'string' },
      { Name: 'count', Type: 'int' },
    ],
  },
};

const conversion = (change: Partial<DataFormatConversionConfiguration> = {}): DataFormatConversionConfiguration => ({
  Enabled: true,
  SchemaConfiguration: { RoleARN: ROLE, DatabaseName: 'web', TableName: 'clicks', Region: 'us-east-1' },
  InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
  OutputFormatConfiguration: { Serializer: { ParquetSerDe: {} } },
  ...change,
});

describe('a delivery stream with conversion to Parquet', () => {
  test('delivers a Parquet file, and records that do not fit to the error output', async () => {
    const { client, clock, folder, put } = await servedFirehose({ firehose: { sources: SOURCES } });
    const destination = {
      BufferingHints: HINTS,
      Prefix: 'clicks/',
      ErrorOutputPrefix: 'errors/!{firehose:error-output-type}/',
      DataFormatConversionConfiguration: conversion(),
    };
    await client.send(new CreateDeliveryStreamCommand(toBucket('clicks', destination)));
    for (const text of ['{"user":"a","count":1}', '{"User":"b","count":"2"}{"other":1}', '{"count":"x"}', 'no json'])
      await put(text, 'clicks');
    const files = await eventually(async () => {
      clock.advance(60_000);
      const found = await objectFilesIn(folder);
      return found.length >= 2 ? found : undefined;
    });
    const parquet = files.find((file) => file.endsWith('.parquet'))!;
    expect(parquet.slice(folder.length)).toMatch(/^\/archive\/clicks\/2026\/\d\d\/\d\d\/\d\d\/clicks-1-/);
    const { buffer } = new Uint8Array(await readFile(parquet));
    expect(await parquetReadObjects({ file: buffer })).toEqual([
      { user: 'a', count: 1 },
      { user: 'b', count: 2 },
      { user: null, count: null },
    ]);
    const errors = await readFile(files.find((file) => file.includes('/errors/format-conversion-failed/'))!, 'utf8');
    const lines = errors
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ ErrorCode, rawData }) => [ErrorCode, Buffer.from(rawData, 'base64').toString()])).toEqual([
      ['DataFormatConversion.MalformedData', '{"count":"x"}'],
      ['DataFormatConversion.ParseError', 'no json'],
    ]);
    expect(lines[0].dataCatalogTable).toEqual({
      catalogId: '000000000000',
      databaseName: 'web',
      tableName: 'clicks',
      region: 'us-east-1',
      versionId: 'LATEST',
    });
  });

  test.each<[string, Partial<DataFormatConversionConfiguration>, RegExp]>([
    ['ORC', { OutputFormatConfiguration: { Serializer: { OrcSerDe: {} } } }, /ORC is not supported here/],
    [
      'a table that the engine does not have',
      { SchemaConfiguration: { RoleARN: ROLE, DatabaseName: 'web', TableName: 'other' } },
      /There is no table web\.other: the engine has web\.clicks\./,
    ],
    [
      'a format that is none',
      { InputFormatConfiguration: { Deserializer: { HiveJsonSerDe: { TimestampFormats: ['yyyy-QQ'] } } } },
      /Invalid deserializer option\(s\): TimestampFormats has "yyyy-QQ"\. The letter Q/,
    ],
    ['no deserializer', { InputFormatConfiguration: {} }, /needs a Deserializer with OpenXJsonSerDe or HiveJsonSerDe/],
  ])('cannot be created with %s', async (_, change, message) => {
    const { client } = await servedFirehose({ firehose: { sources: SOURCES } });
    const destination = { BufferingHints: HINTS, DataFormatConversionConfiguration: conversion(change) };
    const creating = client.send(new CreateDeliveryStreamCommand(toBucket('clicks', destination)));
    await expect(creating).rejects.toThrow(InvalidArgumentException);
    await expect(creating).rejects.toThrow(message);
  });
});
