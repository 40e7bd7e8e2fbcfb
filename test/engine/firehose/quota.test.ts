import { CreateDeliveryStreamCommand, PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import { expect, test } from 'vitest';
import type { PutQuotaChoice } from '../../../engine/firehose/service/put-quota.ts';
import { servedFirehose, toBucket } from './set-up.ts';

async function limitedTo(quota: PutQuotaChoice | undefined, region = 'us-east-1') {
  const served = await servedFirehose({ limits: 'aws', region, firehose: { quota } });
  await served.client.send(new CreateDeliveryStreamCommand(toBucket('logs')));
  const putMany = async (count: number, bytes: number) => {
    const Records = Array.from({ length: count }, () => ({ Data: Buffer.alloc(bytes, 'x') }));
    const put = new PutRecordBatchCommand({ DeliveryStreamName: 'logs', Records });
    return count - ((await served.client.send(put)).FailedPutCount ?? 0);
  };
  const putOne = (bytes: number) => served.put(Buffer.alloc(bytes, 'x'));
  return { ...served, putMany, putOne };
}

test.each([
  ['us-east-1', 5],
  ['eu-north-1', 1],
])('a delivery stream in %s accepts %d MiB in a second', async (region, mib) => {
  const { clock, putMany } = await limitedTo(undefined, region);
  let accepted = 0;
  for (let call = 0; call < 8; call++) accepted += await putMany(16, 64 * 1024);
  expect(accepted).toBe(16 * mib);
  clock.advance(500);
  expect(await putMany(48, 64 * 1024)).toBe(8 * mib);
});

test('the quota in the text of the API admits 5,000 records in a second', async () => {
  const { putMany } = await limitedTo('api');
  let accepted = 0;
  for (let call = 0; call < 11; call++) accepted += await putMany(500, 1);
  expect(accepted).toBe(5000);
});

test('requests above the quota are rejected, also those of one record', async () => {
  const { clock, putOne, putMany } = await limitedTo({
    recordsPerSecond: 1000,
    requestsPerSecond: 2,
    bytesPerSecond: 1000,
  });
  await putOne(1);
  await putMany(1, 1);
  await expect(putOne(1)).rejects.toMatchObject({ name: 'ServiceUnavailableException', message: 'Slow down.' });
  expect(await putMany(3, 1)).toBe(0);
  clock.advance(1000);
  await expect(putOne(1)).resolves.toBeDefined();
});

test('an engine without limits has no quota', async () => {
  const { client } = await servedFirehose();
  await client.send(new CreateDeliveryStreamCommand(toBucket('logs')));
  const Records = Array.from({ length: 4 }, () => ({ Data: Buffer.alloc(1_000_000) }));
  for (let call = 0; call < 3; call++) {
    const put = await client.send(new PutRecordBatchCommand({ DeliveryStreamName: 'logs', Records }));
    expect(put.FailedPutCount).toBe(0);
  }
});

test('a call of more than 4 MiB is rejected as a whole', async () => {
  const { client } = await servedFirehose();
  await client.send(new CreateDeliveryStreamCommand(toBucket('logs')));
  const Records = Array.from({ length: 5 }, () => ({ Data: Buffer.alloc(1_000_000) }));
  const put = client.send(new PutRecordBatchCommand({ DeliveryStreamName: 'logs', Records }));
  await expect(put).rejects.toMatchObject({ name: 'InvalidArgumentException' });
});
