import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FirehoseClient, PutRecordCommand } from '@aws-sdk/client-firehose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../../../../engine/engine.ts';
import { setUpFirehose } from '../../../../runners/targets/firehose/firehose-target.ts';
import type { Target } from '../../../../runners/targets/target.ts';
import type { FirehoseTargetSpec } from '../../../../workloads/targets/firehose.ts';
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
