import { join } from 'node:path';
import {
  CreateDeliveryStreamCommand,
  InvalidArgumentException,
  ListDeliveryStreamsCommand,
  type Processor,
  PutRecordBatchCommand,
} from '@aws-sdk/client-firehose';
import { describe, expect, test } from 'vitest';
import { eventually, objectsIn, servedFirehose, toBucket } from './set-up.ts';

const HINTS = { SizeInMBs: 5, IntervalInSeconds: 60 };
const MODULE = join(import.meta.dirname, 'processing/functions/handlers.js');
const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:clean';
const LAMBDA: Processor = { Type: 'Lambda', Parameters: [{ ParameterName: 'LambdaArn', ParameterValue: ARN }] };
const query = (MetadataExtractionQuery: string): Processor => ({
  Type: 'MetadataExtraction',
  Parameters: [
    { ParameterName: 'MetadataExtractionQuery', ParameterValue: MetadataExtractionQuery },
    { ParameterName: 'JsonParsingEngine', ParameterValue: 'JQ-1.6' },
  ],
});
const partitioned = (Prefix: string, ...Processors: Processor[]) => ({
  BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 60 },
  Prefix,
  ErrorOutputPrefix: 'errors/!{firehose:error-output-type}/',
  DynamicPartitioningConfiguration: { Enabled: true },
  ProcessingConfiguration: { Enabled: true, Processors },
});

describe('a delivery stream with a Lambda processor', () => {
  test('delivers what a module returns, and the rest to the error output with the ARN of the function', async () => {
    const functions = { clean: { module: MODULE, handler: 'byText' } };
    const { client, clock, folder } = await servedFirehose({ firehose: { sources: { functions } } });
    const ProcessingConfiguration = { Enabled: true, Processors: [LAMBDA] };
    const destination = { BufferingHints: HINTS, Prefix: 'clicks/', ProcessingConfiguration };
    await client.send(new CreateDeliveryStreamCommand(toBucket('clicks', destination)));
    const Records = ['a', 'drop', 'fail', 'b'].map((text) => ({ Data: Buffer.from(text) }));
    await client.send(new PutRecordBatchCommand({ DeliveryStreamName: 'clicks', Records }));
    const objects = await eventually(async () => {
      clock.advance(60_000);
      const found = [...(await objectsIn(folder))];
      return found.length >= 2 ? found : undefined;
    });
    expect(objects.find(([key]) => key.startsWith('archive/clicks/2026/'))?.[1]).toBe('ab');
    const failed = objects.find(([key]) => key.startsWith('archive/clicks/processing-failed/2026/'))?.[1] ?? '';
    expect(JSON.parse(failed)).toMatchObject({
      errorCode: 'Lambda.ProcessingFailedStatus',
      lambdaARN: ARN,
      rawData: 'ZmFpbA==',
    });
  });

  test('has one function only', async () => {
    const { client } = await servedFirehose();
    const ProcessingConfiguration = { Enabled: true, Processors: [LAMBDA, LAMBDA] };
    const creating = client.send(new CreateDeliveryStreamCommand(toBucket('clicks', { ProcessingConfiguration })));
    await expect(creating).rejects.toThrow(InvalidArgumentException);
  });
});

describe('a delivery stream with a jq query', () => {
  test('goes on after a record for which the query has no end', async () => {
    const { client, clock, folder, put, metrics } = await servedFirehose({ firehose: { queryTimeoutMs: 300 } });
    const destination = partitioned('!{partitionKeyFromQuery:a}/', query('if .a == 0 then repeat(.) else {a: .a} end'));
    await client.send(new CreateDeliveryStreamCommand(toBucket('clicks', destination)));
    const putAndFind = async (text: string, start: string) => {
      await put(text, 'clicks');
      return eventually(async () => {
        clock.advance(60_000);
        return [...(await objectsIn(folder))].find(([key]) => key.startsWith(start))?.[1];
      });
    };
    const failed = await putAndFind('{"a":0}', 'archive/errors/');
    expect(JSON.parse(failed)).toMatchObject({
      errorCode: 'DynamicPartitioning.MetadataExtractionFailed',
      errorMessage: 'The query did not end within 0.3 s.',
      rawData: Buffer.from('{"a":0}').toString('base64'),
    });
    expect(await putAndFind('{"a":1}', 'archive/1/')).toBe('{"a":1}');
    expect(await metrics()).toMatch(/^streamgauge_firehose_failed_records\{.*\} 1$/m);
  });

  test('is created although the query has no end, and the engine handles other calls meanwhile', async () => {
    const { client } = await servedFirehose({ firehose: { queryTimeoutMs: 300 } });
    const endless = partitioned('!{partitionKeyFromQuery:a}/', query('{a: last(range(1e12))}'));
    const creating = client.send(new CreateDeliveryStreamCommand(toBucket('clicks', endless)));
    expect((await client.send(new ListDeliveryStreamsCommand({}))).DeliveryStreamNames).toEqual([]);
    await creating;
    expect((await client.send(new ListDeliveryStreamsCommand({}))).DeliveryStreamNames).toEqual(['clicks']);
  });

  test.each<[string, ReturnType<typeof partitioned>, RegExp]>([
    [
      'a query that cannot be compiled',
      partitioned('!{partitionKeyFromQuery:a}/', query('{a: .a')),
      /MetadataExtractionQuery cannot be compiled: jq: error/,
    ],
    [
      'a prefix with a key that the query does not make',
      partitioned('!{partitionKeyFromQuery:b}/', query('{a: .a}')),
      /Prefix has !\{partitionKeyFromQuery:b\}, and MetadataExtractionQuery makes a\. Use one of its keys\./,
    ],
    [
      'a prefix with a key and no query',
      partitioned('!{partitionKeyFromQuery:b}/', LAMBDA),
      /needs a processor of type MetadataExtraction/,
    ],
    [
      'more than 50 keys',
      partitioned(
        '!{partitionKeyFromQuery:k1}/',
        query(`{${Array.from({ length: 51 }, (_, i) => `k${i}: .a`).join(', ')}}`),
      ),
      /makes 51 keys, and 50 are the most/,
    ],
  ])('cannot be created with %s', async (_, destination, message) => {
    const { client } = await servedFirehose();
    const creating = client.send(new CreateDeliveryStreamCommand(toBucket('clicks', destination)));
    await expect(creating).rejects.toThrow(InvalidArgumentException);
    await expect(creating).rejects.toThrow(message);
  });
});
