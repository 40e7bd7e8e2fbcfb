import {
  CreateChannelCommand,
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  type KinesisClient,
  ListStreamsCommand,
  PutRecordCommand,
  RegisterStreamConsumerCommand,
  SubscribeToShardCommand,
} from '@aws-sdk/client-kinesis';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../engine/account/clock.ts';
import { Engine } from '../../../engine/engine.ts';
import type { RunningServer } from '../../../engine/wire/running-server.ts';
import { callHeaders } from './raw-call.ts';
import { HTTP_VERSIONS, sdkClient } from './set-up.ts';

/** Calls of several regions and accounts against one server. */

const TEAM_KEY = 'AKIATEAM';
const TEAM_ID = '222222222222';

let engine: Engine;
let server: RunningServer;
beforeEach(async () => {
  engine = await Engine.open({ streams: { orders: 1 }, accountOf: { [TEAM_KEY]: TEAM_ID }, clock: new VirtualClock() });
  server = await engine.serve();
});
afterEach(() => engine.close());

const inRegion = (region: string, accessKeyId = 'any', version: (typeof HTTP_VERSIONS)[number] = 'HTTP/1.1') =>
  sdkClient(server.url, version, { region, credentials: { accessKeyId, secretAccessKey: 'any' } });
const create = (client: KinesisClient, StreamName = 'orders') =>
  client.send(new CreateStreamCommand({ StreamName, StreamModeDetails: { StreamMode: 'ON_DEMAND' } }));
const arnOf = async (client: KinesisClient) =>
  (await client.send(new DescribeStreamSummaryCommand({ StreamName: 'orders' }))).StreamDescriptionSummary!.StreamARN;
const namesIn = async (client: KinesisClient) => (await client.send(new ListStreamsCommand({}))).StreamNames;

/** A call by hand with any region in its credential. */
async function callIn(region: string, body = '{}'): Promise<{ status: number; body: Record<string, unknown> }> {
  const credential = `AKID/20261124/${region}/kinesis/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host;x-amz-date, Signature=00`;
  const headers = { ...callHeaders('ListStreams'), authorization };
  const response = await fetch(server.url, { method: 'POST', headers, body });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe.each(HTTP_VERSIONS)('the region of the signature over %s', (version) => {
  test('the region of the signature decides which streams a call sees, and is part of their ARNs', async () => {
    const [home, europe] = [inRegion('us-east-1', 'any', version), inRegion('eu-west-1', 'any', version)];
    expect(await namesIn(europe)).toEqual([]);
    await create(europe);
    await create(europe, 'refunds');
    expect(await arnOf(home)).toBe('arn:aws:kinesis:us-east-1:000000000000:stream/orders');
    expect(await arnOf(europe)).toBe('arn:aws:kinesis:eu-west-1:000000000000:stream/orders');
    expect([await namesIn(home), await namesIn(europe)]).toEqual([['orders'], ['orders', 'refunds']]);
  });

  test('the region of the signature decides who receives a record, consumers and channels included', async () => {
    const [home, europe] = [inRegion('us-east-1', 'any', version), inRegion('eu-west-1', 'any', version)];
    await create(europe);
    const { Consumer } = await europe.send(
      new RegisterStreamConsumerCommand({ StreamARN: (await arnOf(europe))!, ConsumerName: 'app' }),
    );
    expect(Consumer?.ConsumerARN).toMatch(/^arn:aws:kinesis:eu-west-1:000000000000:stream\/orders\/consumer\/app:/);
    const { EventStream = [] } = await europe.send(
      new SubscribeToShardCommand({
        ConsumerARN: Consumer!.ConsumerARN,
        ShardId: 'shardId-000000000000',
        StartingPosition: { Type: 'TRIM_HORIZON' },
      }),
    );
    const put = (client: KinesisClient, text: string) => {
      const record = { PartitionKey: 'k', ExplicitHashKey: '0', Data: Buffer.from(text) };
      return client.send(new PutRecordCommand({ StreamName: 'orders', ...record }));
    };
    await put(home, 'of us-east-1');
    await put(europe, 'of eu-west-1');
    for await (const { SubscribeToShardEvent } of EventStream) {
      const [record] = SubscribeToShardEvent?.Records ?? [];
      if (record === undefined) continue;
      expect(Buffer.from(record.Data!).toString()).toBe('of eu-west-1');
      break;
    }
  });
});

test('the access key decides the account, in every region', async () => {
  const [team, teamInEurope] = [inRegion('us-east-1', TEAM_KEY), inRegion('eu-west-1', TEAM_KEY)];
  await create(team);
  await create(teamInEurope);
  expect(await arnOf(team)).toBe(`arn:aws:kinesis:us-east-1:${TEAM_ID}:stream/orders`);
  expect(await arnOf(teamInEurope)).toBe(`arn:aws:kinesis:eu-west-1:${TEAM_ID}:stream/orders`);
  expect(await namesIn(inRegion('eu-west-1'))).toEqual([]);
});

test('an ARN of another region is not found', async () => {
  const europe = inRegion('eu-west-1');
  const StreamARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/orders';
  await expect(europe.send(new DescribeStreamSummaryCommand({ StreamARN }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('a channel has the region of its caller in its ARN', async () => {
  const europe = inRegion('eu-west-1');
  await create(europe);
  engine.advance(1000);
  const { ChannelDescription } = await europe.send(
    new CreateChannelCommand({
      ChannelName: 'archive',
      ServiceExecutionRoleARN: 'arn:aws:iam::000000000000:role/delivery',
      StreamConfigurationList: [{ StreamARN: await arnOf(europe), RecordConfiguration: { RecordFormatType: 'JSON' } }],
      S3DestinationConfiguration: {
        StorageConfiguration: {
          BucketARN: 'arn:aws:s3:::archive',
          ExpectedBucketOwner: '000000000000',
          CompressionType: 'GZIP',
        },
      },
    }),
  );
  expect(ChannelDescription?.ChannelARN).toMatch(/^arn:aws:kinesis:eu-west-1:000000000000:channel\//);
});

test.each(['EU-WEST-1', '', '..', 'eu_west', 'x'.repeat(33), 'eu%2Fwest'])('rejects the region %j', async (region) => {
  const { status, body } = await callIn(region);
  expect([status, body]).toEqual([
    400,
    {
      __type: 'InvalidSignatureException',
      message: `Credential should be scoped to a valid region, not '${region}'. `,
    },
  ]);
});

test('regions without streams are forgotten, and those with streams are limited to 200', async () => {
  for (let i = 0; i < 250; i++) expect((await callIn(`empty-${i}`)).status).toBe(200);
  expect(engine.accounts.all.length).toBeLessThanOrEqual(200);
  for (let i = 0; i < 199; i++) {
    const service = engine.accounts.serviceIn({ accountId: '000000000000', region: `full-${i}` });
    await service.call('CreateStream', { StreamName: 'orders', ShardCount: 1 });
  }
  const { status, body } = await callIn('one-more');
  expect([status, body.__type]).toEqual([400, 'LimitExceededException']);
  expect(body.message).toMatch(/^This engine has streams in as many regions and accounts as it can have. Limit: 200\./);
  expect((await callIn('us-east-1')).body).toMatchObject({ StreamNames: ['orders'] });
});

describe('the server’s own paths', () => {
  test('/metrics names region and account of every sample', async () => {
    const europe = inRegion('eu-west-1', TEAM_KEY);
    await create(europe);
    engine.advance(1000);
    for (const client of [inRegion('us-east-1'), europe]) {
      await client.send(new PutRecordCommand({ StreamName: 'orders', PartitionKey: 'k', Data: Buffer.from('x') }));
    }
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    const counted = metrics
      .split('\n')
      .filter((line) => line.startsWith('streamgauge_kinesis_sum{metric="IncomingRecords"'));
    expect(counted.filter((line) => !line.includes('shard='))).toEqual([
      'streamgauge_kinesis_sum{metric="IncomingRecords",stream="orders",account="000000000000",region="us-east-1"} 1',
      `streamgauge_kinesis_sum{metric="IncomingRecords",stream="orders",account="${TEAM_ID}",region="eu-west-1"} 1`,
    ]);
    expect(metrics.match(/^# TYPE /gm)).toHaveLength(4);
  });

  test('faults hold in every region and account, and name the account of the call', async () => {
    const europe = inRegion('eu-west-1', TEAM_KEY);
    await create(europe);
    const rules = [{ kind: 'throttle', operation: 'PutRecord', rate: 1 }];
    await fetch(`${server.url}/streamgauge/faults`, { method: 'POST', body: JSON.stringify(rules) });
    const refused = europe.send(
      new PutRecordCommand({ StreamName: 'orders', PartitionKey: 'k', ExplicitHashKey: '0', Data: Buffer.from('x') }),
    );
    await expect(refused).rejects.toMatchObject({ name: 'ProvisionedThroughputExceededException' });
    await expect(refused).rejects.toThrow(`under account ${TEAM_ID}`);
  });

  test('one clock is valid in every region', async () => {
    const europe = inRegion('eu-west-1');
    await create(europe);
    await fetch(`${server.url}/streamgauge/clock`, { method: 'POST', body: '{"advanceMs": 3600000}' });
    const { StreamDescriptionSummary } = await europe.send(new DescribeStreamSummaryCommand({ StreamName: 'orders' }));
    const createdAtMs = StreamDescriptionSummary!.StreamCreationTimestamp!.getTime();
    expect(engine.account.clock.nowMs() - createdAtMs).toBeGreaterThanOrEqual(3_600_000 - 1000);
  });
});
