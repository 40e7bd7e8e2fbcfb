import { CreateDeliveryStreamCommand, DescribeDeliveryStreamCommand } from '@aws-sdk/client-firehose';
import { describe, expect, test } from 'vitest';
import type { VirtualClock } from '../../../engine/account/clock.ts';
import type { Engine } from '../../../engine/engine.ts';
import { eventually, objectsIn, ROLE, servedFirehose, temporaryFolder, toBucket } from './set-up.ts';

const SOURCE = {
  DeliveryStreamType: 'KinesisStreamAsSource',
  KinesisStreamSourceConfiguration: {
    KinesisStreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/orders',
    RoleARN: ROLE,
  },
} as const;
const HINTS = { BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 60 } };
const SLOW = { creating: 1000, updating: 0, deleting: 0, registering: 0 };

type Served = Awaited<ReturnType<typeof servedFirehose>>;

async function reading(options: Parameters<typeof servedFirehose>[0] = {}) {
  const served = await servedFirehose({ streams: { orders: 2 }, ...options });
  await served.client.send(new CreateDeliveryStreamCommand({ ...toBucket('logs', HINTS), ...SOURCE }));
  await pass(served.clock, 2);
  return served;
}

/** Time passes second by second, so that every read and every delivery ends before the next. */
async function pass(clock: VirtualClock, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    clock.advance(1000);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

async function put(engine: Engine, ...texts: readonly string[]): Promise<void> {
  for (const text of texts) await engine.put('orders', { partitionKey: text, data: text });
}

/** Letters of all objects, sorted, once there are so many of them. */
const lettersOf = ({ folder, clock }: Served, count: number) =>
  eventually(async () => {
    await pass(clock, 1);
    const text = [...(await objectsIn(folder)).values()].join('');
    return text.length >= count ? [...text].sort().join('') : undefined;
  });

describe('a delivery stream that reads a stream of Kinesis', () => {
  test('delivers the records that are put after it is ACTIVE, and none before', async () => {
    const served = await servedFirehose({ streams: { orders: 2 }, delaysMs: SLOW });
    const { client, engine, clock } = served;
    await put(engine, 'x');
    await client.send(new CreateDeliveryStreamCommand({ ...toBucket('logs', HINTS), ...SOURCE }));
    await put(engine, 'y');
    await pass(clock, 3);
    await put(engine, 'a', 'b', 'c', 'd');
    expect(await lettersOf(served, 4)).toBe('abcd');
    const { DeliveryStreamDescription } = await client.send(
      new DescribeDeliveryStreamCommand({ DeliveryStreamName: 'logs' }),
    );
    expect(DeliveryStreamDescription).toMatchObject({
      DeliveryStreamType: 'KinesisStreamAsSource',
      Source: { KinesisStreamSourceDescription: { DeliveryStartTimestamp: expect.any(Date) } },
    });
    await expect(served.put('z')).rejects.toMatchObject({ name: 'InvalidSourceException' });
    expect(await served.metrics()).toMatch(
      /streamgauge_firehose_sum\{metric="DataReadFromKinesisStream.Records",.*\} 4$/m,
    );
  });

  test('reads the shards of a reshard after their parents', async () => {
    const served = await reading();
    const { engine, clock } = served;
    await put(engine, 'a', 'b');
    await engine.split('orders', 'shardId-000000000000');
    await put(engine, 'c', 'd', 'e');
    await engine.merge('orders', 'shardId-000000000002', 'shardId-000000000003');
    await pass(clock, 3);
    await put(engine, 'f', 'g');
    expect(await lettersOf(served, 7)).toBe('abcdefg');
  });

  test('goes on after an iterator has expired', async () => {
    const served = await reading();
    await put(served.engine, 'a');
    await pass(served.clock, 2);
    served.clock.advance(3_600_000);
    await put(served.engine, 'b');
    expect(await lettersOf(served, 2)).toBe('ab');
  });

  test('reads again after a restart what was not delivered, and nothing else', async () => {
    const dataDir = await temporaryFolder();
    const first = await reading({ dataDir });
    await put(first.engine, 'a', 'b');
    expect(await lettersOf(first, 2)).toBe('ab');
    await put(first.engine, 'c');
    await pass(first.clock, 3);
    await first.engine.close();
    const second = await servedFirehose({ dataDir });
    second.clock.advance(first.clock.nowMs() - second.clock.nowMs());
    await put(second.engine, 'd');
    expect(await lettersOf(second, 2)).toBe('cd');
  });

  test('waits for a stream that does not exist', async () => {
    const served = await reading({ streams: {} });
    served.engine.createStream('orders', { shards: 1 });
    await pass(served.clock, 2);
    await put(served.engine, 'a');
    expect(await lettersOf(served, 1)).toBe('a');
  });
});
