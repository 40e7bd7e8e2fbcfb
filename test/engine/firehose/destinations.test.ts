import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  CreateDeliveryStreamCommand,
  DescribeDeliveryStreamCommand,
  type FirehoseClient,
  PutRecordBatchCommand,
} from '@aws-sdk/client-firehose';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { VirtualClock } from '../../../engine/account/clock.ts';
import { ACCESS_KEY, PLACES, type Place, type PlaceOptions } from './every-destination.ts';
import { BUCKET, eventually, objectsIn, ROLE, servedFirehose } from './set-up.ts';

const NAME = { DeliveryStreamName: 'logs' };

async function start(make: (folder: string) => Promise<Place>, options: PlaceOptions = {}) {
  const firehose = await servedFirehose();
  const place = await make(firehose.folder);
  onTestFinished(() => place.close());
  await firehose.client.send(new CreateDeliveryStreamCommand({ ...NAME, ...place.input(options) }));
  return { ...firehose, place };
}

const put = (client: FirehoseClient, from: number, count: number) => {
  const Records = Array.from({ length: count }, (_, index) => ({ Data: Buffer.from(`{"n":${from + index}}`) }));
  return client.send(new PutRecordBatchCommand({ ...NAME, Records }));
};

const STEP_MS = 5000;
const BATCH = 25;

/** Advances the clock once the destination has no request under way. */
async function step(clock: VirtualClock, place: Place): Promise<void> {
  clock.advance(STEP_MS);
  for (let tries = -1, turns = 0; turns < 20 || tries !== place.tries(); turns++) {
    tries = place.tries();
    await nextTurn();
  }
}

/** Puts records at a steady rate while the destination is down for a time and then up again. @returns their number. */
async function putDuringOutage(
  { client, clock, place }: { client: FirehoseClient; clock: VirtualClock; place: Place },
  { upMs, downMs }: { readonly upMs: number; readonly downMs: number },
): Promise<number> {
  let count = 0;
  for (let atMs = 0; atMs < upMs + downMs + upMs; atMs += STEP_MS) {
    place.isDown = atMs >= upMs && atMs < upMs + downMs;
    await put(client, count, BATCH);
    count += BATCH;
    await step(clock, place);
  }
  return count;
}

/** Texts of the records in objects of failed records of a type. */
async function failedIn(folder: string, type: string): Promise<readonly string[]> {
  const objects = [...(await objectsIn(folder))].filter(([key]) => key.startsWith(`archive/${type}/`));
  return objects.flatMap(([, text]) =>
    text
      .trim()
      .split('\n')
      .map((line) => Buffer.from(JSON.parse(line).rawData, 'base64').toString()),
  );
}

/**
 * Records without those that came twice. Only Splunk may repeat them, and only one batch: it accepted the batch before it was
 * down, and could not acknowledge it in time.
 */
function atLeastOnce(name: string, records: readonly string[]): readonly string[] {
  const distinct = [...new Set(records)];
  expect(records.length - distinct.length).toBeLessThanOrEqual(name === 'Splunk' ? BATCH : 0);
  return distinct;
}

const numbersOf = (texts: readonly string[]): number[] =>
  texts.map((text) => Number(/\d+/.exec(text)?.[0])).toSorted((a, b) => a - b);
const numbersTo = (count: number): number[] => Array.from({ length: count }, (_, number) => number);

describe.each(PLACES)('a delivery stream to %s', (name, make) => {
  test('delivers what was put', async () => {
    const { client, clock, folder, place } = await start(make);
    await put(client, 0, 100);
    await eventually(async () => {
      await step(clock, place);
      return place.records().length >= 100 || undefined;
    });
    expect(numbersOf(place.records())).toEqual(numbersTo(100));
    expect([...(await objectsIn(folder)).keys()].filter((key) => key.includes('failed'))).toEqual([]);
  });

  test('delivers all records after the destination was down for 5 minutes', async () => {
    const started = await start(make, { retrySeconds: 1200 });
    const count = await putDuringOutage(started, { upMs: 30_000, downMs: 300_000 });
    const { clock, folder, place } = started;
    await eventually(async () => {
      await step(clock, place);
      return new Set(place.records()).size >= count || undefined;
    });
    expect(numbersOf(atLeastOnce(name, place.records()))).toEqual(numbersTo(count));
    expect([...(await objectsIn(folder)).keys()].filter((key) => /failed|errors/.test(key))).toEqual([]);
  });

  test('keeps what it could not deliver in S3 if the destination was down for longer than the retry duration', async () => {
    const started = await start(make, { retrySeconds: 60 });
    const count = await putDuringOutage(started, { upMs: 30_000, downMs: 300_000 });
    const { clock, folder, place } = started;
    const keptIn = async (): Promise<readonly string[]> => {
      switch (name) {
        case 'an HTTP endpoint':
          return failedIn(folder, 'http-endpoint-failed');
        case 'OpenSearch':
          return failedIn(folder, 'AmazonOpenSearchService-failed');
        case 'Splunk':
          return failedIn(folder, 'splunk-failed');
        case 'Redshift':
          return recordsOfManifests(folder);
      }
    };
    const kept = await eventually(async () => {
      await step(clock, place);
      const records = await keptIn();
      return new Set([...records, ...place.records()]).size >= count ? records : undefined;
    });
    expect(kept.length).toBeGreaterThan(0);
    expect(numbersOf(atLeastOnce(name, [...kept, ...place.records()]))).toEqual(numbersTo(count));
  });
});

/** Records of the objects that manifests below `errors/` name. */
async function recordsOfManifests(folder: string): Promise<readonly string[]> {
  const { gunzipSync } = await import('node:zlib');
  const objects = await objectsIn(folder);
  const manifests = [...objects].filter(([key]) => key.startsWith('archive/errors/'));
  return manifests.flatMap(([, text]) => {
    const { entries }: { entries: { url: string }[] } = JSON.parse(text);
    return entries.flatMap(({ url }) => {
      const object = Buffer.from(objects.get(url.replace('s3://', ''))!, 'latin1');
      return (
        gunzipSync(object)
          .toString()
          .match(/\{"n":\d+\}/g) ?? []
      );
    });
  });
}

describe('failed records', () => {
  test.each([
    [
      'an HTTP endpoint',
      'http-endpoint-failed',
      { errorCode: 'HttpEndpoint.DestinationException', subsequenceNumber: 0 },
    ],
    [
      'OpenSearch',
      'AmazonOpenSearchService-failed',
      { errorCode: '503', esIndexName: 'logs-2026-01-31', esTypeName: '' },
    ],
    ['Splunk', 'splunk-failed', { errorCode: 'Splunk.ConnectionClosed', EventId: expect.stringMatching(/\.0$/) }],
  ] as const)('have the members of their destination: %s', async (name, type, members) => {
    const [, make] = PLACES.find(([each]) => each === name)!;
    const { client, clock, folder, place } = await start(make, { retrySeconds: 0 });
    place.isDown = true;
    await put(client, 0, 1);
    const [key, text] = await eventually(async () => {
      await step(clock, place);
      return [...(await objectsIn(folder))][0];
    });
    expect(key).toMatch(new RegExp(`^archive/${type}/2026/01/31/23/logs-1-2026-01-31-23-30-00-`));
    expect(JSON.parse(text)).toMatchObject({ attemptsMade: 1, ...members });
    expect(text).not.toContain(ACCESS_KEY);
  });
});

describe('CreateDeliveryStream', () => {
  const S3Configuration = { RoleARN: ROLE, BucketARN: BUCKET };
  const openSearch = { IndexName: 'logs', RoleARN: ROLE, S3Configuration };
  const SecretsManagerConfiguration = {
    Enabled: true,
    SecretARN: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:a',
  };

  test.each([
    [
      'Iceberg',
      'Deliver to S3 instead',
      {
        IcebergDestinationConfiguration: { RoleARN: ROLE, CatalogConfiguration: {}, S3Configuration },
      },
    ],
    [
      'Snowflake',
      'Deliver to S3 instead',
      {
        SnowflakeDestinationConfiguration: {
          AccountUrl: 'https://streamgauge.snowflakecomputing.com',
          Database: 'a',
          Schema: 'b',
          Table: 'c',
          RoleARN: ROLE,
          S3Configuration,
        },
      },
    ],
    [
      'OpenSearch Serverless',
      'Specify AmazonopensearchserviceDestinationConfiguration',
      {
        AmazonOpenSearchServerlessDestinationConfiguration: {
          ...openSearch,
          CollectionEndpoint: 'https://example.com',
        },
      },
    ],
    [
      'a domain of OpenSearch without its endpoint',
      'Specify ClusterEndpoint instead',
      {
        AmazonopensearchserviceDestinationConfiguration: {
          ...openSearch,
          DomainARN: 'arn:aws:es:us-east-1:000000000000:domain/logs',
        },
      },
    ],
    [
      'a secret of Secrets Manager',
      'Specify HECToken instead',
      {
        SplunkDestinationConfiguration: {
          HECEndpoint: 'https://example.com',
          HECEndpointType: 'Raw',
          SecretsManagerConfiguration,
          S3Configuration,
        },
      },
    ],
    [
      'an endpoint of Splunk that is no URL',
      'HECEndpoint must be a URL',
      {
        SplunkDestinationConfiguration: {
          HECEndpoint: 'splunk',
          HECEndpointType: 'Raw',
          HECToken: 'a',
          S3Configuration,
        },
      },
    ],
  ] as const)('rejects %s, and states what to use', async (_, text, input) => {
    const { client } = await servedFirehose();
    await expect(client.send(new CreateDeliveryStreamCommand({ ...NAME, ...input }))).rejects.toMatchObject({
      name: 'InvalidArgumentException',
      message: expect.stringContaining(text),
    });
    await expect(client.send(new DescribeDeliveryStreamCommand(NAME))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  test('accepts http:// for addresses of this machine only', async () => {
    const { client } = await servedFirehose();
    const create = (Url: string) =>
      client.send(
        new CreateDeliveryStreamCommand({
          ...NAME,
          HttpEndpointDestinationConfiguration: { EndpointConfiguration: { Url }, S3Configuration },
        }),
      );
    for (const url of ['http://example.com/', 'http://127.0.0.1.example.com/', 'http://10.0.0.1/'])
      await expect(create(url)).rejects.toMatchObject({
        name: 'ValidationException',
        message: expect.stringContaining('Member must satisfy regular expression pattern: https://.*'),
      });
    await create('http://localhost:9/');
  });
});
