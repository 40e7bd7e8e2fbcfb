import * as sdk from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outputProblems, structureProblems } from './model.ts';
import { ACCOUNT_ID, CALLS, CLICKS } from './operation-table.ts';
import { type Served, serve } from './served.ts';
import { eventPayloads, WireTap } from './wire-tap.ts';

/** Every operation of the SDK, over the wire, against the command: its response has exactly the members of the model. */
let server: Served;
const tap = new WireTap();
let client: sdk.Kinesis;
const responses: Record<string, Record<string, unknown>> = {};

beforeAll(async () => {
  server = await serve(['--limits', 'none', '--delay', '0ms', '--account', ACCOUNT_ID]);
  client = new sdk.Kinesis({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    maxAttempts: 1,
    requestHandler: tap,
  });
  await client.createStream({ ...CLICKS, StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
});

afterAll(async () => {
  client?.destroy();
  expect(await server?.end()).toEqual({ code: 0, stderr: expect.not.stringContaining('Error') });
});

test('every operation is in the table once', () => {
  const operations = Object.keys(sdk)
    .filter((name) => /^[A-Z]\w*Command$/.test(name))
    .map((name) => name.slice(0, -'Command'.length));
  expect(operations).toHaveLength(45);
  expect(CALLS.map(({ operation }) => operation).sort()).toEqual(operations.sort());
});

test('the comparison with the model finds unknown and missing members and wrong types', () => {
  const body = { Records: [{ Data: 'eA==', PartitionKey: 7 }], Ending: true };
  expect(outputProblems('GetRecords', body)).toEqual([
    'GetRecords.Records[0].PartitionKey is not a text: 7',
    'GetRecords.Records[0].SequenceNumber is missing',
    'GetRecords.Ending is not in the model',
  ]);
  expect(outputProblems('DeleteStream', { StreamName: 'orders' })).toHaveLength(1);
});

describe.sequential('a call of the SDK', () => {
  test.each(CALLS.map((call) => [call.operation, call] as const))(
    '%s returns what the model declares',
    async (operation, { input, response }) => {
      await untilSettled();
      const method = `${operation[0]!.toLowerCase()}${operation.slice(1)}`;
      const methods = client as unknown as Record<string, (input: object) => Promise<Record<string, unknown>>>;
      const { $metadata, ...received } = await methods[method]!.call(client, input(responses));
      responses[operation] = received;
      expect($metadata).toMatchObject({ httpStatusCode: 200, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
      expect(received).toMatchObject(response);
      if (operation === 'SubscribeToShard') return checkEvents(received.EventStream as EventStream);
      expect(tap.contentType).toBe('application/x-amz-json-1.1');
      // The response of an operation without an output has no body, which is not an empty structure.
      const body = tap.bytes.length === 0 ? {} : JSON.parse(tap.bytes.toString());
      expect(outputProblems(operation, body)).toEqual([]);
    },
  );
});

type EventStream = NonNullable<sdk.SubscribeToShardOutput['EventStream']>;

/** Reads until both records have come, through the SDK and through the bytes below it. */
async function checkEvents(events: EventStream): Promise<void> {
  expect(tap.contentType).toBe('application/vnd.amazon.eventstream');
  const keys: (string | undefined)[] = [];
  for await (const { SubscribeToShardEvent: event } of events) {
    keys.push(...(event?.Records ?? []).map(({ PartitionKey }) => PartitionKey));
    if (keys.length === 2) break;
  }
  expect(keys).toEqual(['a', 'b']);
  const [initial, ...payloads] = eventPayloads(tap.bytes);
  expect(initial).toEqual({});
  expect(payloads.length).toBeGreaterThan(0);
  for (const payload of payloads) expect(structureProblems('SubscribeToShardEvent', payload)).toEqual([]);
}

/** A delay of 0 ms is over with a timer, which may come after the next call. */
async function untilSettled(): Promise<void> {
  for (let busy = true; busy; ) {
    const { StreamSummaries = [] } = await client.listStreams({});
    busy = StreamSummaries.some(({ StreamStatus }) => StreamStatus !== 'ACTIVE');
  }
}
