import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { CreateDeliveryStreamCommand, PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import { expect, test } from 'vitest';
import { acknowledge, startEndpoint } from './destinations/endpoint-fake.ts';
import { sendJson } from './destinations/test-server.ts';
import { BUCKET, objectsIn, ROLE, servedFirehose, temporaryFolder } from './set-up.ts';

const RECORDS_PER_SECOND = 5000;
const CALL_RECORDS = 500;
const STEP_MS = 1000;
const UP_MS = 30_000;
const DOWN_MS = 300_000;
const MIB = 1024 * 1024;

const PADDING = 'x'.repeat(80);
const recordOf = (number: number) => Buffer.from(`{"n":${number},"text":"${PADDING}"}`);

/** Counts the records that arrive, by their numbers. */
class Arrivals {
  readonly #times: Uint8Array;
  records = 0;

  constructor(count: number) {
    this.#times = new Uint8Array(count);
  }

  add(data: string): void {
    const number = Number.parseInt(Buffer.from(data, 'base64').toString('latin1', 5, 15), 10);
    this.#times[number]!++;
    this.records++;
  }

  /** The numbers of records that arrived 0, 1, 2 ... times. */
  get byTimes(): readonly number[] {
    const counts = [0, 0, 0];
    for (const times of this.#times) counts[times]!++;
    return counts;
  }
}

test('delivers 5,000 records a second to an HTTP endpoint once each, though it is down for 5 minutes', async () => {
  const steps = (UP_MS + DOWN_MS + UP_MS) / STEP_MS;
  const count = (steps * RECORDS_PER_SECOND * STEP_MS) / 1000;
  const arrivals = new Arrivals(count);
  let isDown = false;
  const endpoint = await startEndpoint((body, response, request) => {
    if (isDown) return sendJson(response, 503, { requestId: body.requestId, timestamp: 1, errorMessage: 'down' });
    for (const { data } of body.records) arrivals.add(data);
    acknowledge(body, response, request);
  });
  const { client, clock, folder } = await servedFirehose({ dataDir: await temporaryFolder(), memoryBytes: 128 * MIB });
  await client.send(
    new CreateDeliveryStreamCommand({
      DeliveryStreamName: 'logs',
      HttpEndpointDestinationConfiguration: {
        EndpointConfiguration: { Url: endpoint.url },
        RoleARN: ROLE,
        S3Configuration: { RoleARN: ROLE, BucketARN: BUCKET },
        BufferingHints: { SizeInMBs: 4, IntervalInSeconds: 60 },
        RetryOptions: { DurationInSeconds: 1200 },
      },
    }),
  );
  let put = 0;
  let rssBeforeBytes = 0;
  let rssMaxBytes = 0;
  for (let step = 0; step < steps; step++) {
    const atMs = step * STEP_MS;
    if (atMs === UP_MS) rssBeforeBytes = process.memoryUsage.rss();
    isDown = atMs >= UP_MS && atMs < UP_MS + DOWN_MS;
    while (put < ((step + 1) * RECORDS_PER_SECOND * STEP_MS) / 1000) {
      const Records = Array.from({ length: CALL_RECORDS }, (_, index) => ({ Data: recordOf(put + index) }));
      const { FailedPutCount } = await client.send(new PutRecordBatchCommand({ DeliveryStreamName: 'logs', Records }));
      expect(FailedPutCount).toBe(0);
      put += CALL_RECORDS;
    }
    clock.advance(STEP_MS);
    for (let turns = 0; turns < 20; turns++) await nextTurn();
    rssMaxBytes = Math.max(rssMaxBytes, process.memoryUsage.rss());
  }
  const undelivered = put - arrivals.records;
  expect(undelivered).toBeGreaterThan(0);
  // The last wait between tries may be two minutes.
  for (const untilMs = Date.now() + 120_000; arrivals.records < count && Date.now() < untilMs; ) {
    clock.advance(STEP_MS);
    await sleep(5);
  }
  expect(arrivals.byTimes).toEqual([0, count, 0]);
  expect(endpoint.violations).toEqual([]);
  expect((await objectsIn(folder)).size).toBe(0);
  // 1.5 million records wait during the outage, most of them on disk: in memory they would take more than 600 MiB.
  expect((rssMaxBytes - rssBeforeBytes) / MIB).toBeLessThan(250);
  await endpoint.close();
}, 300_000);
