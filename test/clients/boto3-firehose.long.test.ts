import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { objectsIn } from '../engine/firehose/set-up.ts';
import { awsEnvironment, clients, runPython, runScript, whySkipped } from './python-client.ts';
import { type Served, serve } from './served.ts';

type Report = Readonly<Record<string, unknown>> & { readonly raised: Readonly<Record<string, unknown>> };

const ARN = 'arn:aws:firehose:us-east-1:000000000000:deliverystream';
const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const SUFFIX = `\\d{4}(?:-\\d{2}){5}-${UUID}`;
const RECORD_ID = expect.stringMatching(/^\d{56}$/);

/** A server whose objects are in a folder of its own, on a clock that only the clients turn. */
async function served(): Promise<{ readonly server: Served; readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'boto3-firehose-'));
  return { folder, server: await serve(['--clock', 'virtual', '--firehose-folder', folder]) };
}

describe.skipIf(clients.kind === 'missing')(`delivery streams with boto3${whySkipped}`, () => {
  let server: Served;
  let folder: string;
  let report: Report;

  beforeAll(async () => {
    ({ server, folder } = await served());
    report = await runScript('firehose.py', server.url, { OBJECTS: folder });
  });
  afterAll(async () => {
    await server?.end();
    await rm(folder, { recursive: true });
  });

  test('are created, listed by pages and deleted', () => {
    expect(report.created).toBe(`${ARN}/logs`);
    expect(report.during).toBe('CREATING');
    expect(report.pages).toEqual([
      { DeliveryStreamNames: ['clicks'], HasMoreDeliveryStreams: true },
      { DeliveryStreamNames: ['logs'], HasMoreDeliveryStreams: false },
    ]);
    expect(report.bySource).toEqual(['from-orders']);
    expect(report).toMatchObject({ deleted: {}, deleting: 'DELETING', left: ['from-orders', 'logs'] });
    expect(report.gone).toMatchObject({ class: 'ResourceNotFoundException' });
  });

  test('are described with every member', () => {
    const destination = {
      RoleARN: 'arn:aws:iam::000000000000:role/firehose',
      BucketARN: 'arn:aws:s3:::archive',
      Prefix: 'logs/!{timestamp:yyyy}/',
      ErrorOutputPrefix: 'bad/',
      BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 60 },
      CompressionFormat: 'GZIP',
      EncryptionConfiguration: { NoEncryptionConfig: 'NoEncryption' },
      CloudWatchLoggingOptions: { Enabled: false },
    };
    expect(report.described).toEqual({
      DeliveryStreamName: 'logs',
      DeliveryStreamARN: `${ARN}/logs`,
      DeliveryStreamStatus: 'ACTIVE',
      DeliveryStreamEncryptionConfiguration: { Status: 'DISABLED' },
      DeliveryStreamType: 'DirectPut',
      VersionId: '1',
      CreateTimestamp: expect.any(Number),
      Destinations: [
        {
          DestinationId: 'destinationId-000000000001',
          S3DestinationDescription: destination,
          ExtendedS3DestinationDescription: { ...destination, S3BackupMode: 'Disabled' },
        },
      ],
      HasMoreDestinations: false,
    });
    expect(report.source).toEqual({
      KinesisStreamSourceDescription: {
        KinesisStreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/orders',
        RoleARN: destination.RoleARN,
        DeliveryStartTimestamp: expect.any(Number),
      },
    });
  });

  test('have tags that calls add and remove', () => {
    expect(report.tags).toEqual({
      Tags: [
        { Key: 'cost-centre', Value: 'ñ' },
        { Key: 'team', Value: 'blue' },
      ],
      HasMoreTags: false,
    });
  });

  test('deliver what was put, byte for byte, as the configuration requires', () => {
    expect(report.put).toEqual({ RecordId: RECORD_ID, Encrypted: false });
    const entry = { RecordId: RECORD_ID };
    expect(report.batch).toEqual({ FailedPutCount: 0, Encrypted: false, RequestResponses: [entry, entry, entry] });
    const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const first = Buffer.concat([Buffer.from('one\ntwo\n'), every, Buffer.from('three\n')]);
    expect(report.firstData).toEqual([first.toString('base64')]);
    expect(report.firstKeys).toEqual([expect.stringMatching(new RegExp(`^logs/\\d{4}/logs-1-${SUFFIX}\\.gz$`))]);
    expect(report.secondData).toEqual(['four\nfive\n']);
    expect(report.secondKeys).toEqual([expect.stringMatching(new RegExp(`^plain/\\d{4}.*/logs-2-${SUFFIX}$`))]);
  });

  test('have a new version and a time of change after an update', () => {
    expect(report.updated).toMatchObject({
      VersionId: '2',
      LastUpdateTimestamp: expect.any(Number),
      Destinations: [{ ExtendedS3DestinationDescription: { Prefix: 'plain/', CompressionFormat: 'UNCOMPRESSED' } }],
    });
  });

  test('change their encryption', () => {
    expect(report.encryptionStates).toEqual([
      { Status: 'ENABLING', KeyType: 'AWS_OWNED_CMK' },
      { Status: 'ENABLED', KeyType: 'AWS_OWNED_CMK' },
      { Status: 'DISABLED', KeyType: 'AWS_OWNED_CMK' },
    ]);
    expect(report.encryptedPut).toBe(true);
  });

  test('reject the records of a batch above the quota, and deliver each of them after a retry', () => {
    expect(report.failedCounts).toEqual([0, 3]);
    expect(report.acceptedEntries).toBe(1);
    expect(report.rejectedEntry).toEqual({ ErrorCode: 'ServiceUnavailableException', ErrorMessage: 'Slow down.' });
    expect(report.oneMore).toMatchObject({ class: 'ServiceUnavailableException', status: 503 });
    expect(report.repeated).toBe(0);
    expect(report.clicks).toEqual({ 0: 2_000_000, 1: 2_000_000, 2: 2_000_000, 3: 2_000_000 });
  });

  test('deliver the records of a stream of Kinesis', () => {
    expect(report.orders).toEqual(Array.from({ length: 20 }, (_, n) => `order ${n}`).sort());
  });

  test.each([
    ['deleteEarly', 'ResourceInUseException', 'CREATING'],
    ['updateEarly', 'ResourceInUseException', 'is not ACTIVE'],
    ['twice', 'ResourceInUseException', 'already exists'],
    ['unknown', 'ResourceNotFoundException', 'Firehose nowhere under account 000000000000 not found.'],
    ['putUnknown', 'ResourceNotFoundException', 'Firehose nowhere under account 000000000000 not found.'],
    ['putToSourced', 'InvalidSourceException', 'from-orders'],
    ['noDestination', 'InvalidArgumentException', 'Exactly one destination configuration'],
    ['twoDestinations', 'InvalidArgumentException', 'Exactly one destination configuration'],
    ['unknownExpression', 'InvalidArgumentException', 'nothing'],
    ['oldVersion', 'ConcurrentModificationException', 'version'],
    ['tooManyTags', 'LimitExceededException', '50 tags'],
    ['tooLarge', 'InvalidArgumentException', '4 MB'],
  ])('raise the exception of a call that fails: %s has the code %s', (name, code, message) => {
    expect(report.raised[name]).toMatchObject({
      class: code,
      code,
      status: 400,
      requestId: expect.stringMatching(new RegExp(`^${UUID}$`)),
      message: expect.stringContaining(message),
    });
  });

  test('raise ClientError with the code for an error that the model of Firehose does not have', () => {
    const error = { class: 'ClientError', code: 'ValidationException', status: 400 };
    expect(report.raised.wrongName).toMatchObject(error);
    expect(report.raised.tooManyRecords).toMatchObject(error);
    const codes = report.throttled as readonly (string | null)[];
    expect(codes).toEqual([...Array(5).fill(null), 'ThrottlingException', 'ThrottlingException']);
    expect(report.caught).toBe('ResourceNotFoundException');
  });
});

describe.skipIf(clients.kind === 'missing')(`delivery streams with the AWS CLI${whySkipped}`, () => {
  let server: Served;
  let folder: string;

  beforeAll(async () => {
    ({ server, folder } = await served());
  });
  afterAll(async () => {
    await server?.end();
    await rm(folder, { recursive: true });
  });

  const aws = (...args: readonly string[]) =>
    runPython(['-m', 'awscli', 'firehose', ...args], awsEnvironment(server.url));

  async function printedBy(...args: readonly string[]): Promise<unknown> {
    const { code, stdout, stderr } = await aws(...args);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    return stdout === '' ? undefined : JSON.parse(stdout);
  }

  const advance = (advanceMs: number) =>
    fetch(`${server.url}/streamgauge/clock`, { method: 'POST', body: JSON.stringify({ advanceMs }) });

  test('are used from the first command to the last', async () => {
    const name = ['--delivery-stream-name', 'logs'];
    const bucket = 'RoleARN=arn:aws:iam::000000000000:role/firehose,BucketARN=arn:aws:s3:::archive,Prefix=cli/';
    const create = ['create-delivery-stream', ...name, '--extended-s3-destination-configuration', bucket];
    expect(await printedBy(...create)).toEqual({ DeliveryStreamARN: `${ARN}/logs` });
    await advance(1000);
    const records = ['--records', '[{"Data": "b\\n"}, {"Data": "c\\n"}]'];
    expect(await printedBy('put-record', ...name, '--record', '{"Data": "a\\n"}')).toMatchObject({
      RecordId: RECORD_ID,
    });
    expect(await printedBy('put-record-batch', ...name, ...records)).toMatchObject({ FailedPutCount: 0 });
    await printedBy('tag-delivery-stream', ...name, '--tags', 'Key=team,Value=blue');
    expect(await printedBy('list-tags-for-delivery-stream', ...name)).toMatchObject({
      Tags: [{ Key: 'team', Value: 'blue' }],
    });
    await advance(300_000);
    await expect.poll(async () => [...(await objectsIn(folder)).values()], { timeout: 10_000 }).toEqual(['a\nb\nc\n']);
    const [key] = [...(await objectsIn(folder)).keys()];
    expect(key).toMatch(new RegExp(`^archive/cli/(?:\\d+/){4}logs-1-${SUFFIX}$`));
    const update = ['update-destination', ...name, '--destination-id', 'destinationId-000000000001'];
    const version = ['--current-delivery-stream-version-id', '1'];
    const change = ['--extended-s3-destination-update', 'Prefix=new/'];
    await printedBy(...update, ...version, ...change);
    expect((await aws(...update, ...version, ...change)).stderr).toContain('(ConcurrentModificationException)');
    expect(await printedBy('describe-delivery-stream', ...name)).toMatchObject({
      DeliveryStreamDescription: { VersionId: '2', DeliveryStreamStatus: 'ACTIVE' },
    });
    await printedBy('delete-delivery-stream', ...name);
    await advance(1000);
    expect(await printedBy('list-delivery-streams')).toEqual({
      DeliveryStreamNames: [],
      HasMoreDeliveryStreams: false,
    });
    expect((await aws('describe-delivery-stream', ...name)).stderr).toContain('(ResourceNotFoundException)');
  });
});
