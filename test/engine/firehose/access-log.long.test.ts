import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateDeliveryStreamCommand, PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import { describe, expect, test } from 'vitest';
import { madeLog } from './access-log/made-log.ts';
import { duckRows } from './processing/conversion/duck.ts';
import { eventually, objectFilesIn, ROLE, servedFirehose, toBucket } from './set-up.ts';

/** Another log in Apache's combined format to take the same way, such as a real one. */
const { WEB_ACCESS_LOG } = process.env;

const MODULE = join(import.meta.dirname, 'access-log/to-json.js');
const LAMBDA = 'arn:aws:lambda:us-east-1:000000000000:function:to-json';
const TABLE = [
  ['client', 'string'],
  ['at', 'timestamp'],
  ['method', 'string'],
  ['path', 'string'],
  ['status', 'int'],
  ['bytes', 'bigint'],
  ['referrer', 'string'],
  ['agent', 'string'],
].map(([Name = '', Type = '']) => ({ Name, Type }));

/** A destination that transforms, converts to Parquet and partitions by the hour of the request. */
const DESTINATION: Parameters<typeof toBucket>[1] = {
  BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 60 },
  Prefix: 'hour=!{partitionKeyFromQuery:hour}/',
  ErrorOutputPrefix: 'errors/!{firehose:error-output-type}/',
  DynamicPartitioningConfiguration: { Enabled: true },
  ProcessingConfiguration: {
    Enabled: true,
    Processors: [
      {
        Type: 'MetadataExtraction',
        Parameters: [
          { ParameterName: 'MetadataExtractionQuery', ParameterValue: '{hour: .at[0:13]}' },
          { ParameterName: 'JsonParsingEngine', ParameterValue: 'JQ-1.6' },
        ],
      },
      { Type: 'Lambda', Parameters: [{ ParameterName: 'LambdaArn', ParameterValue: LAMBDA }] },
    ],
  },
  DataFormatConversionConfiguration: {
    Enabled: true,
    SchemaConfiguration: { RoleARN: ROLE, DatabaseName: 'web', TableName: 'log' },
    InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
    OutputFormatConfiguration: { Serializer: { ParquetSerDe: {} } },
  },
};

/** Counts by hour and status, from the lines themselves. Lines that the handler cannot read count as such. */
function countsIn(lines: readonly string[]) {
  const counts = new Map<string, number>();
  let unreadable = 0;
  for (const line of lines) {
    const hour = /\[(\d\d)\/(\w{3})\/(\d{4}):(\d\d)/.exec(line);
    const status = /" (\d{3}) (?:\d+|-) "/.exec(line)?.[1];
    if (hour === null || status === undefined) unreadable += 1;
    else {
      const month = new Date(`${hour[2]} 1, 2000 UTC`).getUTCMonth() + 1;
      const key = `${hour[3]}-${String(month).padStart(2, '0')}-${hour[1]}T${hour[4]} ${status}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return { counts: new Map([...counts].sort()), unreadable };
}

/** The same from the objects, by DuckDB: the hour is that of the folder, and that of the column must be the same. */
async function countsByDuckDb(folder: string): Promise<ReadonlyMap<string, number>> {
  const rows = await duckRows(`
    SELECT hour || ' ' || status AS key, count(*)::INTEGER AS records, count(*) FILTER (strftime("at", '%Y-%m-%dT%H') <> hour)::INTEGER AS strays
    FROM read_parquet('${folder}/archive/*/*.parquet', hive_partitioning = true, hive_types = {'hour': VARCHAR})
    GROUP BY key ORDER BY key`);
  expect(rows.filter(({ strays }) => Number(strays) > 0)).toEqual([]);
  return new Map(rows.map(({ key, records }) => [String(key), Number(records)]));
}

describe('an access log through transformation, partitions by hour and Parquet', () => {
  const logs = [
    { name: 'that was made', lines: () => Promise.resolve(madeLog(5000)) },
    ...(WEB_ACCESS_LOG === undefined
      ? []
      : [
          {
            name: 'in the file',
            lines: async () => (await readFile(WEB_ACCESS_LOG, 'utf8')).split('\n').filter((line) => line !== ''),
          },
        ]),
  ];

  test.each(logs)('has the status codes of the log $name, counted by DuckDB', async ({ lines: read }) => {
    const lines = await read();
    const { client, clock, folder } = await servedFirehose({
      firehose: { sources: { functions: { 'to-json': { module: MODULE } }, tables: { 'web.log': TABLE } } },
    });
    await client.send(new CreateDeliveryStreamCommand(toBucket('log', DESTINATION)));
    for (let from = 0; from < lines.length; from += 500) {
      const Records = lines.slice(from, from + 500).map((line) => ({ Data: Buffer.from(line) }));
      const { FailedPutCount } = await client.send(new PutRecordBatchCommand({ DeliveryStreamName: 'log', Records }));
      expect(FailedPutCount).toBe(0);
    }
    const { counts, unreadable } = countsIn(lines);
    const records = [...counts.values()].reduce((sum, count) => sum + count, 0);
    expect(records + unreadable).toBe(lines.length);
    // Processing waits for its own buffer, and partitions wait for theirs.
    const delivered = await eventually(async () => {
      clock.advance(60_000);
      const found = await countsByDuckDb(folder).catch(() => new Map<string, number>());
      return [...found.values()].reduce((sum, count) => sum + count, 0) >= records ? found : undefined;
    });
    expect(delivered).toEqual(counts);
    const failed = await eventually(async () => {
      clock.advance(60_000);
      const files = (await objectFilesIn(folder)).filter((file) => file.includes('/errors/processing-failed/'));
      const text = (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('');
      return text.split('\n').length - 1 >= unreadable ? text.trim() : undefined;
    });
    const raw = failed
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
    expect(raw).toHaveLength(unreadable);
    for (const each of raw)
      expect(each).toMatchObject({ errorCode: 'Lambda.ProcessingFailedStatus', lambdaARN: LAMBDA });
  });
});
