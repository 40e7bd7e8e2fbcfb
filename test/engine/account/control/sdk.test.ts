import * as sdk from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../../../../engine/engine.ts';
import type { RunningServer } from '../../../../engine/wire/running-server.ts';

/** The control plane through AWS's own client, with its waiters and its pages, over a socket. */
let engine: Engine;
let server: RunningServer;
let client: sdk.Kinesis;

beforeAll(async () => {
  engine = await Engine.open({
    limits: 'none',
    delaysMs: { creating: 20, updating: 20, deleting: 20, registering: 20 },
  });
  server = await engine.serve();
  client = new sdk.Kinesis({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
});

afterAll(async () => {
  client.destroy();
  await engine.close();
});

const StreamName = 'orders';
const waiting = () => ({ client, maxWaitTime: 20, minDelay: 0.02, maxDelay: 0.05 });

async function untilActive(name = StreamName): Promise<void> {
  await expect.poll(() => engine.account.findStream(name)?.state.status).toBe('ACTIVE');
}

describe('AWS’s own client', () => {
  test('creates a stream, waits for it, reshards it and deletes it', async () => {
    await client.send(new sdk.CreateStreamCommand({ StreamName, ShardCount: 2, Tags: { team: 'blue' } }));
    await sdk.waitUntilStreamExists(waiting(), { StreamName });
    await untilActive();
    const { StreamDescriptionSummary } = await client.send(new sdk.DescribeStreamSummaryCommand({ StreamName }));
    expect(StreamDescriptionSummary?.StreamCreationTimestamp).toBeInstanceOf(Date);
    expect(StreamDescriptionSummary).toMatchObject({ OpenShardCount: 2, StreamStatus: 'ACTIVE' });
    const scale = { StreamName, TargetShardCount: 3, ScalingType: 'UNIFORM_SCALING' } as const;
    expect(await client.send(new sdk.UpdateShardCountCommand(scale))).toMatchObject({ CurrentShardCount: 2 });
    await untilActive();
    const { Shards } = await client.send(
      new sdk.ListShardsCommand({ StreamName, ShardFilter: { Type: 'AT_TIMESTAMP', Timestamp: new Date() } }),
    );
    expect(Shards).toHaveLength(3);
    await client.send(new sdk.DeleteStreamCommand({ StreamName }));
    await sdk.waitUntilStreamNotExists(waiting(), { StreamName });
  });

  test('reads all pages of streams and of consumers', async () => {
    for (let i = 0; i < 5; i++) await client.send(new sdk.CreateStreamCommand({ StreamName: `s${i}`, ShardCount: 1 }));
    await untilActive('s4');
    const names: string[] = [];
    for await (const page of sdk.paginateListStreams({ client, pageSize: 2 }, {}))
      names.push(...(page.StreamNames ?? []));
    expect(names).toEqual(['s0', 's1', 's2', 's3', 's4']);
    const StreamARN = engine.account.arnOf('s0');
    for (const ConsumerName of ['c', 'a', 'b']) {
      await client.send(new sdk.RegisterStreamConsumerCommand({ StreamARN, ConsumerName }));
    }
    const consumers: (string | undefined)[] = [];
    for await (const { Consumers = [] } of sdk.paginateListStreamConsumers({ client, pageSize: 2 }, { StreamARN })) {
      consumers.push(...Consumers.map(({ ConsumerName }) => ConsumerName));
    }
    expect(consumers).toEqual(['a', 'b', 'c']);
  });

  test('receives errors as their classes', async () => {
    const reason = (call: Promise<unknown>) => call.catch((error: unknown) => error);
    expect(await reason(client.describeStream({ StreamName: 'nowhere' }))).toBeInstanceOf(
      sdk.ResourceNotFoundException,
    );
    const taken = client.createStream({ StreamName: 's0', ShardCount: 1 });
    expect(await reason(taken)).toBeInstanceOf(sdk.ResourceInUseException);
    expect(await reason(client.listShards({ NextToken: 'x' }))).toBeInstanceOf(sdk.InvalidArgumentException);
    const wrong = client.createStream({ StreamName: '*', ShardCount: 1 });
    expect(await reason(wrong)).toBeInstanceOf(sdk.ValidationException);
    const dry = client.putRecord({ StreamName: 's0', PartitionKey: 'a', Data: Buffer.from('x'), DryRun: true });
    expect(await reason(dry)).toBeInstanceOf(sdk.DryRunOperationException);
  });
});
