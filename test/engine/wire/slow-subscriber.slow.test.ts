import { setTimeout as sleep } from 'node:timers/promises';
import { SubscribeToShardCommand } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../../../engine/engine.ts';
import type { RunningServer } from '../../../engine/wire/running-server.ts';
import { HTTP_VERSIONS, sdkClient } from './set-up.ts';

/** A reader as Flink's is: it takes an event, and the next one a tenth of a second later. */
const EVENT_EVERY_MS = 100;
const LASTS_MS = 5000;

let engine: Engine;
let server: RunningServer;

beforeAll(async () => {
  engine = await Engine.open({ limits: 'none', memoryBytes: 512 * 2 ** 20, streams: { 'HTTP-1.1': 1, 'HTTP-2': 1 } });
  server = await engine.serve();
});

afterAll(() => engine.close());

/** Makes calls of five records at a rate. Returns the number of records. */
async function putSmallCalls(stream: string, recordsPerSecond: number): Promise<number> {
  const startMs = performance.now();
  let records = 0;
  while (performance.now() - startMs < LASTS_MS) {
    const due = ((performance.now() - startMs) / 1000) * recordsPerSecond;
    for (; records < due; records += 5) {
      await engine.putMany(
        stream,
        Array.from({ length: 5 }, () => ({ partitionKey: 'k', data: 'x'.repeat(16) })),
      );
    }
    await sleep(2);
  }
  return records;
}

describe.each(HTTP_VERSIONS)('a reader that takes ten events a second over %s', (version) => {
  test.each([20_000, 1000])(
    'a subscriber that reads ten events a second keeps up with %i records a second in calls of five',
    { timeout: 60_000 },
    async (rate) => {
      const stream = version.replace('/', '-');
      const client = sdkClient(server.url, version);
      const { StreamDescriptionSummary } = await engine.call('DescribeStreamSummary', { StreamName: stream });
      const { StreamARN } = StreamDescriptionSummary!;
      const { Consumer } = await engine.call('RegisterStreamConsumer', { StreamARN, ConsumerName: `slow-${rate}` });
      const { EventStream = [] } = await client.send(
        new SubscribeToShardCommand({
          ConsumerARN: Consumer!.ConsumerARN,
          ShardId: 'shardId-000000000000',
          StartingPosition: { Type: 'LATEST' },
        }),
      );
      const putting = putSmallCalls(stream, rate);
      let put: number | undefined;
      putting.then((records) => {
        put = records;
      });
      let received = 0;
      let lateEvents = 0;
      for await (const { SubscribeToShardEvent } of EventStream) {
        received += SubscribeToShardEvent?.Records?.length ?? 0;
        if (put !== undefined) lateEvents += 1;
        if (put !== undefined && received >= put) break;
        await sleep(EVENT_EVERY_MS);
      }
      expect(received).toBe(await putting);
      // The events that may leave at once, and those on their way: a reader that fell behind would need hundreds.
      expect(lateEvents).toBeLessThan(25);
    },
  );
});
