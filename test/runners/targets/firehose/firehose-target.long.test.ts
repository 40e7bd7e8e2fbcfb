import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FirehoseClient, PutRecordCommand } from '@aws-sdk/client-firehose';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Engine } from '../../../../engine/engine.ts';
import { setUpFirehose } from '../../../../runners/targets/firehose/firehose-target.ts';
import type { Target } from '../../../../runners/targets/target.ts';
import { loadDriver } from '../../../../runners/targets/targets.ts';
import type { Compression, FirehoseTargetSpec } from '../../../../workloads/targets/firehose.ts';
import { S3_CREDENTIALS, type S3Server, startS3, versitygw } from '../../../clients/s3-server.ts';
import { conforms } from '../target-conformance.ts';

const CONSUMER = { name: 'reader', kind: 'delivered', intervalNs: 20e6 } as const;

const CREATED = {
  bufferBytes: 2 ** 20,
  bufferNs: 0,
  compression: 'none',
  bucket: 'archive',
  role: 'arn:aws:iam::000000000000:role/firehose',
} as const;

let engine: Engine;
let endpoint: string;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'streamgauge-target-'));
  engine = await Engine.open({ limits: 'none', firehose: { folder } });
  endpoint = (await engine.serve()).url;
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

/** Every test creates a delivery stream of its own, and deletes it. Interval 0 delivers what is there without waiting. */
const served = (more: Partial<FirehoseTargetSpec> = {}): FirehoseTargetSpec => ({
  kind: 'firehose',
  deliveryStream: `conformance-${randomUUID()}`,
  local: false,
  endpoint,
  create: CREATED,
  destination: { kind: 'folder', path: folder },
  put: 'batch',
  timeoutNs: 10e9,
  ...more,
});

describe('firehose on a served engine', () => {
  conforms('PutRecordBatch', () => served(), CONSUMER);
  conforms('PutRecord', () => served({ put: 'record' }), CONSUMER);
  for (const compression of ['gzip', 'zip', 'snappy', 'hadoop-snappy'] as const) {
    conforms(`with ${compression} objects`, () => ({ ...served(), create: { ...CREATED, compression } }), CONSUMER);
  }
});

describe('firehose that delivers to an HTTP endpoint of the consumer', () => {
  const http = { kind: 'http', host: '127.0.0.1' } as const;
  conforms('plain', () => served({ destination: http }), CONSUMER);
  conforms('with gzip', () => served({ destination: http, create: { ...CREATED, compression: 'gzip' } }), CONSUMER);
});

const missing = versitygw.kind === 'missing' ? ` (skipped: ${versitygw.reason})` : '';

describe.skipIf(versitygw.kind === 'missing')(`firehose that delivers to an S3 server${missing}`, () => {
  let s3: S3Server;
  let s3Folder: string;
  beforeAll(async () => {
    s3Folder = await mkdtemp(join(tmpdir(), 'streamgauge-s3-'));
    s3 = await startS3(s3Folder, ['archive']);
    vi.stubEnv('AWS_ACCESS_KEY_ID', S3_CREDENTIALS.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', S3_CREDENTIALS.secretAccessKey);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await s3.close();
    await rm(s3Folder, { recursive: true });
  });
  const local = (compression: Compression): FirehoseTargetSpec => {
    const { endpoint: _, ...spec } = served();
    const destination = { kind: 's3', bucket: 'archive', prefix: '', endpoint: s3.url } as const;
    return { ...spec, local: true, destination, create: { ...CREATED, compression } };
  };
  conforms('plain objects', () => local('none'), CONSUMER);
  conforms('snappy objects', () => local('snappy'), CONSUMER);

  test('fails with the error of S3 for a bucket that does not exist', async () => {
    const spec = local('none');
    const destination = { kind: 's3', bucket: 'missing', prefix: '', endpoint: s3.url } as const;
    const target = await setUpFirehose({ ...spec, destination });
    const driver = await loadDriver(spec);
    const consumer = driver.openConsumer!(target.handle, { consumer: CONSUMER, now: () => 0 });
    await expect(consumer.open!()).rejects.toThrow(
      /RUNNER_TARGET_FAILED NoSuchBucket.*bucket missing at http.*create the bucket/,
    );
    await target.tearDown();
  });
});

describe('the delivery stream of a run', () => {
  const setUp = (spec: FirehoseTargetSpec) => setUpFirehose(spec);

  test('exists until the end of the run', async () => {
    const spec = served();
    const target = await setUp(spec);
    const { create: _, ...existing } = spec;
    await (await setUp(existing)).tearDown();
    await target.tearDown();
    await expect(setUp(existing)).rejects.toThrow(
      /RUNNER_TARGET_FAILED ResourceNotFoundException.*delivery stream conformance-\S+ at http:\S+\)\. Write its name right, or add create: \{\} to the target\./,
    );
  });

  test('is left in place if it existed before the run', async () => {
    const spec = served();
    const target = await setUp(spec);
    await expect(setUp(spec)).rejects.toThrow(/ResourceInUseException.*Leave create out, or choose another name/);
    const { create: _, ...existing } = spec;
    await (await setUp(existing)).tearDown();
    await target.tearDown();
  });

  test('has the metrics of the run only, without extremes of values from before', async () => {
    const spec = served();
    const target = await setUp(spec);
    const client = new FirehoseClient({
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    const put = () =>
      client.send(
        new PutRecordCommand({ DeliveryStreamName: spec.deliveryStream, Record: { Data: Buffer.from('a') } }),
      );
    const incoming = async ({ metrics }: Target) => (await metrics?.())?.find(({ name }) => name === 'IncomingRecords');
    await put();
    const { create: _, ...existing } = spec;
    const later = await setUp(existing);
    await put();
    await put();
    expect(await incoming(target)).toEqual({
      name: 'IncomingRecords',
      unit: 'Count',
      count: 3,
      sum: 3,
      min: 1,
      max: 1,
    });
    expect(await incoming(later)).toMatchObject({ count: 2, sum: 2, min: null, max: null });
    client.destroy();
    await later.tearDown();
    await target.tearDown();
  });

  test('cannot be set up if nothing listens at the endpoint', async () => {
    await expect(setUp(served({ endpoint: 'http://127.0.0.1:1' }))).rejects.toThrow(
      /ECONNREFUSED.*Start the endpoint, or correct its address/,
    );
  });
});
