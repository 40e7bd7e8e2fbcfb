import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateDeliveryStreamCommand, PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import { describe, expect, test } from 'vitest';
import { eventually, objectsIn, servedFirehose, temporaryFolder, toBucket } from './set-up.ts';

const HINTS = { BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 60 } };
const HOUR_MS = 3_600_000;

/** A delivery stream whose bucket is a file, so that nothing can be stored, until `repair` removes it. */
async function withBrokenBucket(options: Parameters<typeof servedFirehose>[0] = {}) {
  const served = await servedFirehose(options);
  const bucket = join(served.folder, 'archive');
  await writeFile(bucket, '');
  await served.client.send(new CreateDeliveryStreamCommand(toBucket('logs', HINTS)));
  const metricOf = async (name: string, part: 'count' | 'sum' | 'min' | 'max') => {
    const pattern = new RegExp(`^streamgauge_firehose_${part}\\{metric="${name}",.*\\} (.*)$`, 'm');
    return Number(pattern.exec(await served.metrics())?.[1]);
  };
  return { ...served, bucket, metricOf, repair: () => rm(bucket) };
}

describe('while a destination is down', () => {
  test('records wait, and are delivered after it is back', async () => {
    const { clock, folder, put, repair, bucket, metricOf } = await withBrokenBucket();
    for (let hour = 0; hour < 12; hour++) {
      await put(`${hour},`);
      clock.advance(HOUR_MS);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await repair();
    const text = await eventually(async () => {
      clock.advance(60_000);
      const objects = await objectsIn(bucket);
      const all = [...objects.values()].join('');
      return all.length === '0,1,2,3,4,5,6,7,8,9,10,11,'.length ? all : undefined;
    });
    expect(text).toBe('0,1,2,3,4,5,6,7,8,9,10,11,');
    expect((await objectsIn(folder)).size).toBeGreaterThan(0);
    expect(await metricOf('DeliveryToS3.Success', 'min')).toBe(0);
    expect(await metricOf('DeliveryToS3.Success', 'max')).toBe(1);
    expect(await metricOf('DeliveryToS3.DataFreshness', 'max')).toBeGreaterThan(10 * 3600);
  });

  test('records are discarded after a day, and younger ones are delivered', async () => {
    const { clock, put, repair, bucket, metrics } = await withBrokenBucket();
    await put('old');
    clock.advance(20 * HOUR_MS);
    await put('young');
    const late = await eventually(async () => {
      clock.advance(10 * 60_000);
      return /streamgauge_firehose_late_records\{.*\} ([1-9])$/m.exec(await metrics())?.[1];
    });
    expect(late).toBe('1');
    await repair();
    const objects = await eventually(async () => {
      clock.advance(60_000);
      const found = await objectsIn(bucket);
      return found.size > 0 ? [...found.values()] : undefined;
    });
    expect(objects).toEqual(['young']);
  });

  test('puts are rejected once too much waits', async () => {
    const { client, clock, put, repair, bucket } = await withBrokenBucket({ firehose: { backlogBytesMax: 10_000 } });
    const Records = Array.from({ length: 100 }, () => ({ Data: Buffer.alloc(100, 'x') }));
    await client.send(new PutRecordBatchCommand({ DeliveryStreamName: 'logs', Records }));
    const rejected = await client.send(new PutRecordBatchCommand({ DeliveryStreamName: 'logs', Records }));
    expect(rejected.FailedPutCount).toBe(100);
    expect(rejected.RequestResponses?.[0]).toEqual({
      ErrorCode: 'ServiceUnavailableException',
      ErrorMessage: 'Slow down.',
    });
    await expect(put('more')).rejects.toMatchObject({
      name: 'ServiceUnavailableException',
      $metadata: { httpStatusCode: 503 },
    });
    await repair();
    await eventually(async () => {
      clock.advance(60_000);
      return (await objectsIn(bucket)).size > 0 || undefined;
    });
    await eventually(() => put('more').catch(() => undefined));
  });
});

describe('a restart with a data directory', () => {
  test('delivers what was not delivered, with the ids of before', async () => {
    const dataDir = await temporaryFolder();
    const first = await withBrokenBucket({ dataDir, durability: 'every-put' });
    for (const text of ['a', 'b', 'c']) await first.put(text);
    await first.engine.close();
    const { clock, folder, put } = await servedFirehose({ dataDir, durability: 'every-put' });
    clock.advance(60_000);
    await put('d');
    const text = await eventually(async () => {
      clock.advance(60_000);
      const all = [...(await objectsIn(folder)).values()].join('');
      return all.length >= 4 ? all : undefined;
    });
    expect(text).toBe('abcd');
  });

  test('does not repeat what was delivered', async () => {
    const dataDir = await temporaryFolder();
    const first = await withBrokenBucket({ dataDir, durability: 'interval' });
    await first.repair();
    await first.put('a');
    first.clock.advance(60_000);
    await eventually(async () => (await objectsIn(first.bucket)).size > 0 || undefined);
    await first.put('b');
    await first.engine.close();
    const { clock, folder } = await servedFirehose({ dataDir });
    clock.advance(60_000);
    const objects = await eventually(async () => {
      clock.advance(60_000);
      const found = await objectsIn(folder);
      return found.size > 0 ? [...found.values()] : undefined;
    });
    expect(objects).toEqual(['b']);
  });
});
