import * as sdk from '@aws-sdk/client-firehose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestEngine, type TestEngine } from '../../engine/test-engine.ts';
import { outputProblems } from './model.ts';
import { WireTap } from './wire-tap.ts';

const NAME = { DeliveryStreamName: 'logs' };
const S3 = { RoleARN: 'arn:aws:iam::000000000000:role/firehose', BucketARN: 'arn:aws:s3:::archive' };
const RecordId = expect.stringMatching(/^\d{56}$/);

/** Every operation of the SDK in an order in which they work, with the members that matter of each response. */
const CALLS: readonly (readonly [operation: string, input: object, response: object])[] = [
  [
    'CreateDeliveryStream',
    { ...NAME, ExtendedS3DestinationConfiguration: S3, Tags: [{ Key: 'team', Value: 'blue' }] },
    { DeliveryStreamARN: 'arn:aws:firehose:us-east-1:000000000000:deliverystream/logs' },
  ],
  ['PutRecord', { ...NAME, Record: { Data: Buffer.from('a') } }, { RecordId, Encrypted: false }],
  [
    'PutRecordBatch',
    { ...NAME, Records: [{ Data: Buffer.from('b') }, { Data: Buffer.from('c') }] },
    { FailedPutCount: 0, RequestResponses: [{ RecordId }, { RecordId }] },
  ],
  [
    'UpdateDestination',
    {
      ...NAME,
      CurrentDeliveryStreamVersionId: '1',
      DestinationId: 'destinationId-000000000001',
      ExtendedS3DestinationUpdate: { Prefix: 'new/' },
    },
    {},
  ],
  ['TagDeliveryStream', { ...NAME, Tags: [{ Key: 'cost-centre', Value: '7' }] }, {}],
  ['UntagDeliveryStream', { ...NAME, TagKeys: ['team'] }, {}],
  ['ListTagsForDeliveryStream', NAME, { Tags: [{ Key: 'cost-centre', Value: '7' }], HasMoreTags: false }],
  ['StartDeliveryStreamEncryption', NAME, {}],
  [
    'DescribeDeliveryStream',
    NAME,
    {
      DeliveryStreamDescription: {
        DeliveryStreamStatus: 'ACTIVE',
        DeliveryStreamEncryptionConfiguration: { Status: 'ENABLED' },
        VersionId: '2',
        CreateTimestamp: expect.any(Date),
        Destinations: [{ ExtendedS3DestinationDescription: { ...S3, Prefix: 'new/' } }],
      },
    },
  ],
  ['StopDeliveryStreamEncryption', NAME, {}],
  ['ListDeliveryStreams', {}, { DeliveryStreamNames: ['logs'], HasMoreDeliveryStreams: false }],
  ['DeleteDeliveryStream', NAME, {}],
];

let engine: TestEngine;
let client: sdk.Firehose;
const tap = new WireTap();

beforeAll(async () => {
  engine = await startTestEngine();
  client = new sdk.Firehose({ ...engine.clientConfig, maxAttempts: 1, requestHandler: tap });
});
afterAll(async () => {
  client?.destroy();
  await engine?.close();
});

test('every operation of Firehose is in the table once', () => {
  const operations = Object.keys(sdk).flatMap((name) => name.match(/^([A-Z]\w*)Command$/)?.[1] ?? []);
  expect(operations).toHaveLength(12);
  expect(CALLS.map(([operation]) => operation).sort()).toEqual(operations.sort());
});

describe.sequential('a call of the SDK for Firehose', () => {
  test.each(CALLS)('%s returns what the model declares', async (operation, input, response) => {
    const method = `${operation[0]!.toLowerCase()}${operation.slice(1)}`;
    const methods = client as unknown as Record<string, (input: object) => Promise<Record<string, unknown>>>;
    const { $metadata, ...received } = await methods[method]!.call(client, input);
    expect($metadata).toMatchObject({ httpStatusCode: 200, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(received).toMatchObject(response);
    expect(tap.contentType).toBe('application/x-amz-json-1.1');
    expect(outputProblems(operation, JSON.parse(tap.bytes.toString()), 'firehose')).toEqual([]);
  });
});
