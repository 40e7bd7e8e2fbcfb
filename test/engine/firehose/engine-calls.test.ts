import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateDeliveryStreamCommand,
  FirehoseClient,
  ListDeliveryStreamsCommand,
  PutRecordBatchCommand,
} from '@aws-sdk/client-firehose';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../engine/account/clock.ts';
import { Engine } from '../../../engine/engine.ts';
import { eventually, objectsIn, START_MS, servedFirehose, temporaryFolder, toBucket } from './set-up.ts';

const HINTS = { BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 60 } };

test('an engine delivers without a server', async () => {
  const folder = await temporaryFolder();
  const engine = await Engine.open({ clock: new VirtualClock(START_MS), firehose: { folder } });
  await engine.callFirehose('CreateDeliveryStream', toBucket('logs', HINTS));
  const Records = ['a', 'b'].map((text) => ({ Data: Buffer.from(text) }));
  const { FailedPutCount } = await engine.callFirehose('PutRecordBatch', { DeliveryStreamName: 'logs', Records });
  expect(FailedPutCount).toBe(0);
  engine.advance(60_000);
  const object = await eventually(async () => [...(await objectsIn(folder)).values()][0]);
  expect(object).toBe('ab');
  await engine.close();
});

test('an engine on the real clock delivers what waits before it ends', async () => {
  const folder = await temporaryFolder();
  const engine = await Engine.open({ firehose: { folder } });
  await engine.callFirehose('CreateDeliveryStream', toBucket('logs'));
  await engine.callFirehose('PutRecord', { DeliveryStreamName: 'logs', Record: { Data: Buffer.from('a') } });
  await engine.close();
  expect([...(await objectsIn(folder)).values()]).toEqual(['a']);
});

describe('fault rules', () => {
  test('throttle single records of PutRecordBatch, and PutRecord as a whole', async () => {
    const { client, engine, put: putOne } = await servedFirehose({ seed: 3 });
    await client.send(new CreateDeliveryStreamCommand(toBucket('logs', HINTS)));
    engine.account.faults.set([{ kind: 'throttle', stream: 'logs', rate: 0.5 }]);
    const Records = Array.from({ length: 100 }, () => ({ Data: Buffer.from('x') }));
    const put = await client.send(new PutRecordBatchCommand({ DeliveryStreamName: 'logs', Records }));
    expect(put.FailedPutCount).toBeGreaterThan(20);
    expect(put.FailedPutCount).toBeLessThan(80);
    const failed = put.RequestResponses?.filter(({ ErrorCode }) => ErrorCode === 'ServiceUnavailableException');
    expect(failed).toHaveLength(put.FailedPutCount!);
    engine.account.faults.set([{ kind: 'throttle', operation: 'PutRecord' }]);
    await expect(putOne('x')).rejects.toMatchObject({
      name: 'ServiceUnavailableException',
      $metadata: { httpStatusCode: 503 },
    });
  });

  test('fail operations of the control plane', async () => {
    const { client, engine } = await servedFirehose();
    engine.account.faults.set([{ kind: 'error', operation: 'CreateDeliveryStream', code: 'LimitExceededException' }]);
    const create = new CreateDeliveryStreamCommand(toBucket('logs'));
    await expect(client.send(create)).rejects.toMatchObject({ name: 'LimitExceededException' });
  });
});

describe('the folder of an account', () => {
  test('has nothing of a delivery stream that was deleted', async () => {
    const dataDir = await temporaryFolder();
    const { engine } = await servedFirehose({ dataDir });
    await engine.callFirehose('CreateDeliveryStream', toBucket('logs', HINTS));
    const put = { DeliveryStreamName: 'logs', Record: { Data: Buffer.from('a') } };
    await engine.callFirehose('PutRecord', put);
    await engine.callFirehose('DeleteDeliveryStream', { DeliveryStreamName: 'logs' });
    await engine.close();
    expect(await objectsIn(join(dataDir, 'firehose'))).toEqual(new Map());
  });

  test('loses what a deletion left behind at the next start', async () => {
    const dataDir = await temporaryFolder();
    const first = await servedFirehose({ dataDir });
    await first.engine.callFirehose('CreateDeliveryStream', toBucket('logs', HINTS));
    await first.engine.close();
    await mkdir(join(dataDir, 'firehose', 'gone@1', 'records'), { recursive: true });
    const { engine } = await servedFirehose({ dataDir });
    await expect(rm(join(dataDir, 'firehose', 'gone@1'), { recursive: true })).rejects.toThrow('ENOENT');
    const { DeliveryStreamNames } = await engine.callFirehose('ListDeliveryStreams', {});
    expect(DeliveryStreamNames).toEqual(['logs']);
  });
});

test('a delivery stream that cannot start after a restart keeps its records until it can', async () => {
  const dataDir = await temporaryFolder();
  const first = await servedFirehose({ dataDir });
  const put = (engine: Engine, text: string) =>
    engine.callFirehose('PutRecord', { DeliveryStreamName: 'logs', Record: { Data: Buffer.from(text) } });
  await first.engine.callFirehose('CreateDeliveryStream', toBucket('logs', HINTS));
  await put(first.engine, 'a');
  await first.engine.close();
  // A file takes the place of the folder of the records.
  const records = join(dataDir, 'firehose', `logs@${START_MS}`, 'records');
  await rename(records, `${records}.kept`);
  await writeFile(records, '');
  const warnings = new Promise((resolve) => process.once('warning', resolve));
  const { engine, clock, folder } = await servedFirehose({ dataDir });
  expect(await warnings).toMatchObject({ code: 'ENOTDIR' });
  await expect(put(engine, 'b')).rejects.toMatchObject({ code: 'ServiceUnavailableException' });
  await rm(records);
  await rename(`${records}.kept`, records);
  clock.advance(10_000);
  await put(engine, 'c');
  const text = await eventually(async () => {
    clock.advance(60_000);
    const all = [...(await objectsIn(folder)).values()].join('');
    return all.length >= 2 ? all : undefined;
  });
  expect(text).toBe('ac');
});

test('a server that verifies signatures accepts those for Firehose, and no wrong ones', async () => {
  const folder = await temporaryFolder();
  const engine = await Engine.open({ firehose: { folder } });
  const { url } = await engine.serve({ credentials: { accessKey: 'AKID', secretKey: 'right' } });
  const listed = (secretAccessKey: string) => {
    const credentials = { accessKeyId: 'AKID', secretAccessKey };
    const client = new FirehoseClient({ endpoint: url, region: 'us-east-1', credentials, maxAttempts: 1 });
    return client.send(new ListDeliveryStreamsCommand()).finally(() => client.destroy());
  };
  await expect(listed('right')).resolves.toMatchObject({ DeliveryStreamNames: [] });
  await expect(listed('wrong')).rejects.toMatchObject({ name: 'InvalidSignatureException' });
  await engine.close();
});
