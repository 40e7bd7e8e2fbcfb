import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  PutRecordsCommand,
  RegisterStreamConsumerCommand,
  SubscribeToShardCommand,
} from '@aws-sdk/client-kinesis';
import { cbor } from '@smithy/core/cbor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../../../engine/engine.ts';
import type { RunningServer } from '../../../engine/wire/running-server.ts';
import { CBOR_TYPE, call } from './raw-call.ts';
import { HTTP_VERSIONS, sdkClient } from './set-up.ts';

/** The whole way with nothing in place of anything: AWS's client, the wire, and the engine. */

let engine: Engine;
let server: RunningServer;

beforeAll(async () => {
  engine = await Engine.open();
  server = await engine.serve();
});

afterAll(() => engine.close());

async function put(client: KinesisClient, StreamName: string, texts: readonly string[]): Promise<void> {
  const Records = texts.map((text) => ({ PartitionKey: 'clé', Data: Buffer.from(text) }));
  const { FailedRecordCount } = await client.send(new PutRecordsCommand({ StreamName, Records }));
  expect(FailedRecordCount).toBe(0);
}

describe.each(HTTP_VERSIONS)('the engine over %s', (version) => {
  const StreamName = `orders-${version.replace('/', '-')}`;

  test('a served engine creates a stream, and returns the records that were put into it', async () => {
    const client = sdkClient(server.url, version);
    const startedAt = Date.now();
    await client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
    const { StreamDescriptionSummary: stream } = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
    expect(stream?.StreamCreationTimestamp?.getTime()).toBeGreaterThanOrEqual(startedAt - 1);
    await put(client, StreamName, ['one', 'two', '']);
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({ StreamName, ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' }),
    );
    const { Records = [], MillisBehindLatest } = await client.send(new GetRecordsCommand({ ShardIterator }));
    expect(Records.map(({ Data }) => Buffer.from(Data!).toString())).toEqual(['one', 'two', '']);
    expect(Records.map(({ PartitionKey }) => PartitionKey)).toEqual(['clé', 'clé', 'clé']);
    expect(MillisBehindLatest).toBe(0);
  });

  test('a served engine pushes records as they are put', async () => {
    const client = sdkClient(server.url, version);
    const { StreamARN } = (await client.send(new DescribeStreamSummaryCommand({ StreamName })))
      .StreamDescriptionSummary!;
    const { Consumer } = await client.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: 'app' }));
    const input = {
      ConsumerARN: Consumer!.ConsumerARN,
      ShardId: 'shardId-000000000000',
      StartingPosition: { Type: 'LATEST' as const },
    };
    const leaving = new AbortController();
    const { EventStream } = await client.send(new SubscribeToShardCommand(input), { abortSignal: leaving.signal });
    await put(sdkClient(server.url, version), StreamName, ['pushed']);
    for await (const { SubscribeToShardEvent: event } of EventStream!) {
      const [record] = event?.Records ?? [];
      if (record === undefined) continue;
      expect(Buffer.from(record.Data!).toString()).toBe('pushed');
      break;
    }
    leaving.abort();
  });
});

test('a served engine returns the error of a call in CBOR', async () => {
  const body = Buffer.from(cbor.serialize({ StreamName: 'nowhere' }));
  const response = await call(server.url, 'DescribeStreamSummary', body, CBOR_TYPE);
  expect(cbor.deserialize(new Uint8Array(await response.arrayBuffer()))).toEqual({
    __type: 'ResourceNotFoundException',
    message: 'Stream nowhere under account 000000000000 not found.',
  });
});

test('the error of a wrong type has the text of AWS', async () => {
  for (const body of ['{"StreamName":7}', '{"StreamName":["s"]}', '{"StreamName":"s","Records":{"Data":1}}']) {
    const response = await call(server.url, 'PutRecords', body);
    expect(await response.json()).toMatchObject({ __type: 'SerializationException' });
  }
});
