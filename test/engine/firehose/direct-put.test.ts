import {
  CreateDeliveryStreamCommand,
  DeleteDeliveryStreamCommand,
  DescribeDeliveryStreamCommand,
  ListDeliveryStreamsCommand,
  type Processor,
  PutRecordBatchCommand,
  ResourceInUseException,
  ResourceNotFoundException,
} from '@aws-sdk/client-firehose';
import { describe, expect, test } from 'vitest';
import { BUCKET, eventually, objectsIn, ROLE, servedFirehose, temporaryFolder, toBucket } from './set-up.ts';

/** Splits a record into its JSON values. */
const JSON_VALUES: Processor = {
  Type: 'RecordDeAggregation',
  Parameters: [{ ParameterName: 'SubRecordType', ParameterValue: 'JSON' }],
};

const bytes = (text: string) => Buffer.from(text);

describe('a delivery stream to a folder', () => {
  test('delivers one record and many as one object after its interval, with nothing between the records', async () => {
    const { client, clock, folder, put: putOne } = await servedFirehose();
    const hints = { BufferingHints: { SizeInMBs: 5, IntervalInSeconds: 60 } };
    await client.send(new CreateDeliveryStreamCommand(toBucket('logs', hints)));
    await putOne('a');
    clock.advance(59_000);
    const Records = ['b', 'c'].map((text) => ({ Data: bytes(text) }));
    const put = await client.send(new PutRecordBatchCommand({ DeliveryStreamName: 'logs', Records }));
    expect(put.FailedPutCount).toBe(0);
    expect(new Set(put.RequestResponses?.map(({ RecordId }) => RecordId)).size).toBe(2);
    expect(await objectsIn(folder)).toEqual(new Map());
    clock.advance(1000);
    const objects = await eventually(async () => {
      const found = await objectsIn(folder);
      return found.size > 0 ? found : undefined;
    });
    expect([...objects.values()]).toEqual(['abc']);
    expect([...objects.keys()][0]).toMatch(
      /^archive\/2026\/01\/31\/23\/logs-1-2026-01-31-23-30-00-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    );
  });

  test('delivers a buffer that is full without waiting for its interval', async () => {
    const { client, folder, put } = await servedFirehose();
    const hints = { BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 900 } };
    await client.send(new CreateDeliveryStreamCommand(toBucket('logs', hints)));
    for (let n = 0; n < 3; n++) {
      await put(Buffer.alloc(512 * 1024, String(n)));
    }
    const [object] = await eventually(async () => {
      const found = [...(await objectsIn(folder)).values()];
      return found.length > 0 ? found : undefined;
    });
    expect(object).toBe('0'.repeat(512 * 1024) + '1'.repeat(512 * 1024));
  });
});

test('metrics count puts, and what they became', async () => {
  const { client, clock, folder, put, metrics } = await servedFirehose({ limits: 'aws' });
  await client.send(new CreateDeliveryStreamCommand(toBucket('logs')));
  await put('abc');
  const Records = ['d', 'ef'].map((text) => ({ Data: bytes(text) }));
  await client.send(new PutRecordBatchCommand({ DeliveryStreamName: 'logs', Records }));
  await client.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName: 'logs' }));
  clock.advance(300_000);
  await eventually(async () => (await objectsIn(folder)).size > 0 || undefined);
  const text = await eventually(async () => {
    const shown = await metrics();
    return shown.includes('metric="DeliveryToS3.Records"') ? shown : undefined;
  });
  const labels = 'delivery_stream="logs",account="000000000000",region="us-east-1"';
  const sumOf = (name: string) =>
    text.split(`streamgauge_firehose_sum{metric="${name}",${labels}} `)[1]?.split('\n')[0];
  expect(
    Object.fromEntries(
      [
        'IncomingRecords',
        'IncomingBytes',
        'IncomingPutRequests',
        'ThrottledRecords',
        'PutRecord.Requests',
        'PutRecordBatch.Records',
        'BytesPerSecondLimit',
        'DescribeDeliveryStream.Requests',
        'DeliveryToS3.Records',
        'DeliveryToS3.Bytes',
        'DeliveryToS3.Success',
        'DeliveryToS3.DataFreshness',
      ].map((name) => [name, sumOf(name)]),
    ),
  ).toEqual({
    IncomingRecords: '3',
    IncomingBytes: '6',
    IncomingPutRequests: '2',
    ThrottledRecords: '0',
    'PutRecord.Requests': '1',
    'PutRecordBatch.Records': '2',
    BytesPerSecondLimit: String(5 * 1024 * 1024),
    'DescribeDeliveryStream.Requests': '1',
    'DeliveryToS3.Records': '3',
    'DeliveryToS3.Bytes': '6',
    'DeliveryToS3.Success': '1',
    'DeliveryToS3.DataFreshness': '300',
  });
});

test('a backup has all records as they came, besides the processed ones, also after a restart', async () => {
  const dataDir = await temporaryFolder();
  const first = await servedFirehose({ dataDir });
  const hints = { SizeInMBs: 1, IntervalInSeconds: 60 };
  const destination = {
    BufferingHints: hints,
    Prefix: 'made/',
    ProcessingConfiguration: { Enabled: true, Processors: [JSON_VALUES] },
    S3BackupMode: 'Enabled' as const,
    S3BackupConfiguration: {
      RoleARN: ROLE,
      BucketARN: BUCKET,
      Prefix: 'raw/',
      BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 600 },
    },
  };
  await first.client.send(new CreateDeliveryStreamCommand(toBucket('logs', destination)));
  await first.put('1 2 ');
  const made = await eventually(async () => {
    first.clock.advance(10_000);
    return [...(await objectsIn(first.folder))][0];
  });
  expect(made[0]).toMatch(/^archive\/made\//);
  expect(made[1]).toBe('12');
  await first.engine.close();
  const second = await servedFirehose({ dataDir });
  second.clock.advance(first.clock.nowMs() - second.clock.nowMs());
  await second.put('3 ');
  const objects = await eventually(async () => {
    second.clock.advance(60_000);
    const found = [...(await objectsIn(second.folder))];
    return found.length >= 2 ? found : undefined;
  });
  expect(objects.map(([key, text]) => [key.split('/')[1], text])).toEqual([
    ['made', '3'],
    ['raw', '1 2 3 '],
  ]);
});

describe('operations on delivery streams', () => {
  test('create, describe, list and delete them', async () => {
    const { client, clock, put } = await servedFirehose({
      delaysMs: { creating: 100, updating: 100, deleting: 100, registering: 100 },
    });
    const statusOf = async (name: string) => {
      const input = { DeliveryStreamName: name };
      const { DeliveryStreamDescription } = await client.send(new DescribeDeliveryStreamCommand(input));
      return DeliveryStreamDescription?.DeliveryStreamStatus;
    };
    const { DeliveryStreamARN } = await client.send(new CreateDeliveryStreamCommand(toBucket('logs')));
    expect(DeliveryStreamARN).toBe('arn:aws:firehose:us-east-1:000000000000:deliverystream/logs');
    expect(await statusOf('logs')).toBe('CREATING');
    await expect(put('a')).rejects.toThrow(ResourceNotFoundException);
    clock.advance(100);
    const described = await client.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName: 'logs' }));
    expect(described.DeliveryStreamDescription).toMatchObject({
      DeliveryStreamStatus: 'ACTIVE',
      DeliveryStreamType: 'DirectPut',
      VersionId: '1',
      Destinations: [
        {
          DestinationId: 'destinationId-000000000001',
          ExtendedS3DestinationDescription: {
            BucketARN: BUCKET,
            BufferingHints: { SizeInMBs: 5, IntervalInSeconds: 300 },
            CompressionFormat: 'UNCOMPRESSED',
          },
        },
      ],
    });
    await expect(client.send(new CreateDeliveryStreamCommand(toBucket('logs')))).rejects.toThrow(
      ResourceInUseException,
    );
    await client.send(new CreateDeliveryStreamCommand(toBucket('more')));
    expect(await client.send(new ListDeliveryStreamsCommand({ Limit: 1 }))).toMatchObject({
      DeliveryStreamNames: ['logs'],
      HasMoreDeliveryStreams: true,
    });
    await client.send(new DeleteDeliveryStreamCommand({ DeliveryStreamName: 'logs' }));
    expect(await statusOf('logs')).toBe('DELETING');
    clock.advance(100);
    await expect(statusOf('logs')).rejects.toThrow(ResourceNotFoundException);
  });
});
