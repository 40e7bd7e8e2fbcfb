import * as sdk from '@aws-sdk/client-firehose';
import {
  CreateDeliveryStreamCommand,
  type CreateDeliveryStreamInput,
  DescribeDeliveryStreamCommand,
  type FirehoseClient,
  ListDeliveryStreamsCommand,
  ListTagsForDeliveryStreamCommand,
  StartDeliveryStreamEncryptionCommand,
  StopDeliveryStreamEncryptionCommand,
  TagDeliveryStreamCommand,
  UntagDeliveryStreamCommand,
  UpdateDestinationCommand,
  type UpdateDestinationInput,
} from '@aws-sdk/client-firehose';
import { describe, expect, test } from 'vitest';
import { FIREHOSE_OPERATION_SUPPORT } from '../../../engine/firehose/service/operation-support.ts';
import { BUCKET, ROLE, servedFirehose, temporaryFolder, toBucket } from './set-up.ts';

const NAME = { DeliveryStreamName: 'logs' };
const DESTINATION = { ...NAME, DestinationId: 'destinationId-000000000001' };
const S3 = { RoleARN: ROLE, BucketARN: BUCKET };
const SLOW = { creating: 100, updating: 100, deleting: 100, registering: 100 };

const described = async (client: FirehoseClient) =>
  (await client.send(new DescribeDeliveryStreamCommand(NAME))).DeliveryStreamDescription!;

const update = (client: FirehoseClient, version: number, input: Partial<UpdateDestinationInput>) =>
  client.send(
    new UpdateDestinationCommand({ ...DESTINATION, CurrentDeliveryStreamVersionId: String(version), ...input }),
  );

describe('UpdateDestination', () => {
  test('merges an update and raises the version', async () => {
    const { client } = await servedFirehose();
    await client.send(new CreateDeliveryStreamCommand(toBucket('logs', { Prefix: 'first/' })));
    await update(client, 1, {
      ExtendedS3DestinationUpdate: { CompressionFormat: 'UNCOMPRESSED', FileExtension: '.log' },
    });
    const { VersionId, LastUpdateTimestamp, Destinations } = await described(client);
    expect(VersionId).toBe('2');
    expect(LastUpdateTimestamp).toBeInstanceOf(Date);
    expect(Destinations?.[0]?.ExtendedS3DestinationDescription).toMatchObject({
      BucketARN: BUCKET,
      Prefix: 'first/',
      FileExtension: '.log',
    });
  });

  test.each([
    ['another version', { CurrentDeliveryStreamVersionId: '7' }, 'ConcurrentModificationException'],
    ['another destination', { DestinationId: 'destinationId-2' }, 'InvalidArgumentException'],
    ['no update', { ExtendedS3DestinationUpdate: undefined }, 'InvalidArgumentException'],
    ['two updates', { S3DestinationUpdate: { Prefix: 'a' } }, 'InvalidArgumentException'],
    [
      'another kind without what it needs',
      { ExtendedS3DestinationUpdate: undefined, SplunkDestinationUpdate: { HECToken: 'a' } },
      'ValidationException',
    ],
    [
      'a change between OpenSearch and S3',
      { ExtendedS3DestinationUpdate: undefined, AmazonopensearchserviceDestinationUpdate: { IndexName: 'a' } },
      'InvalidArgumentException',
    ],
    [
      'dynamic partitioning of a delivery stream without it',
      { ExtendedS3DestinationUpdate: { DynamicPartitioningConfiguration: { Enabled: true } } },
      'InvalidArgumentException',
    ],
  ] as const)('rejects %s, and changes nothing', async (_what, input, name) => {
    const { client } = await servedFirehose();
    await client.send(new CreateDeliveryStreamCommand(toBucket('logs')));
    const good = { ExtendedS3DestinationUpdate: { Prefix: 'b' } };
    await expect(update(client, 1, { ...good, ...input })).rejects.toMatchObject({ name });
    expect(await described(client)).toMatchObject({ VersionId: '1' });
  });
});

describe('CreateDeliveryStream', () => {
  test.each<[string, Partial<CreateDeliveryStreamInput>]>([
    ['no destination', { ExtendedS3DestinationConfiguration: undefined }],
    ['two destinations', { S3DestinationConfiguration: S3 }],
    [
      'only one of the buffering hints',
      { ExtendedS3DestinationConfiguration: { ...S3, BufferingHints: { SizeInMBs: 1 } } },
    ],
    ['a backup without a bucket', { ExtendedS3DestinationConfiguration: { ...S3, S3BackupMode: 'Enabled' } }],
    [
      'a compression besides that of format conversion',
      {
        ExtendedS3DestinationConfiguration: {
          ...S3,
          CompressionFormat: 'GZIP',
          DataFormatConversionConfiguration: { Enabled: true },
        },
      },
    ],
    [
      'a small buffer with format conversion',
      {
        ExtendedS3DestinationConfiguration: {
          ...S3,
          BufferingHints: { SizeInMBs: 63, IntervalInSeconds: 60 },
          DataFormatConversionConfiguration: { Enabled: true },
        },
      },
    ],
    [
      'dynamic partitioning without a prefix for errors',
      { ExtendedS3DestinationConfiguration: { ...S3, DynamicPartitioningConfiguration: { Enabled: true } } },
    ],
    [
      'a key that does not fit to its type',
      { DeliveryStreamEncryptionConfigurationInput: { KeyType: 'CUSTOMER_MANAGED_CMK' } },
    ],
    ['a stream of Kinesis as source without its configuration', { DeliveryStreamType: 'KinesisStreamAsSource' }],
    ['a source that is not supported', { DeliveryStreamType: 'MSKAsSource' }],
    ['a tag twice', { Tags: [{ Key: 'a' }, { Key: 'a', Value: 'b' }] }],
  ])('rejects %s', async (_what, input) => {
    const { client } = await servedFirehose();
    const create = new CreateDeliveryStreamCommand({ ...toBucket('logs'), ...input });
    await expect(client.send(create)).rejects.toMatchObject({ name: 'InvalidArgumentException' });
    expect((await client.send(new ListDeliveryStreamsCommand())).DeliveryStreamNames).toEqual([]);
  });
});

describe('tags', () => {
  test('are added, replaced, listed in pages and removed', async () => {
    const { client } = await servedFirehose();
    await client.send(new CreateDeliveryStreamCommand({ ...toBucket('logs'), Tags: [{ Key: 'b', Value: '1' }] }));
    const Tags = [{ Key: 'a', Value: '2' }, { Key: 'b', Value: '3' }, { Key: 'c' }];
    await client.send(new TagDeliveryStreamCommand({ ...NAME, Tags }));
    const first = await client.send(new ListTagsForDeliveryStreamCommand({ ...NAME, Limit: 2 }));
    expect(first).toMatchObject({ Tags: [Tags[0], Tags[1]], HasMoreTags: true });
    const next = await client.send(new ListTagsForDeliveryStreamCommand({ ...NAME, ExclusiveStartTagKey: 'b' }));
    expect(next).toMatchObject({ Tags: [{ Key: 'c' }], HasMoreTags: false });
    await client.send(new UntagDeliveryStreamCommand({ ...NAME, TagKeys: ['a', 'x'] }));
    const rest = await client.send(new ListTagsForDeliveryStreamCommand(NAME));
    expect(rest.Tags?.map(({ Key }) => Key)).toEqual(['b', 'c']);
  });

  test('are rejected above 50', async () => {
    const { client } = await servedFirehose();
    await client.send(new CreateDeliveryStreamCommand({ ...toBucket('logs'), Tags: [{ Key: 'first' }] }));
    const Tags = Array.from({ length: 50 }, (_, i) => ({ Key: `k${i}` }));
    const tag = client.send(new TagDeliveryStreamCommand({ ...NAME, Tags }));
    await expect(tag).rejects.toMatchObject({ name: 'LimitExceededException' });
  });
});

describe('encryption', () => {
  test('starts and stops through its states', async () => {
    const { client, clock } = await servedFirehose({ delaysMs: SLOW });
    await client.send(new CreateDeliveryStreamCommand(toBucket('logs')));
    clock.advance(100);
    const statusNow = async () => (await described(client)).DeliveryStreamEncryptionConfiguration;
    expect(await statusNow()).toEqual({ Status: 'DISABLED' });
    await client.send(new StartDeliveryStreamEncryptionCommand(NAME));
    expect(await statusNow()).toEqual({ Status: 'ENABLING', KeyType: 'AWS_OWNED_CMK' });
    const again = client.send(new StartDeliveryStreamEncryptionCommand(NAME));
    await expect(again).rejects.toMatchObject({ name: 'ResourceInUseException' });
    clock.advance(100);
    expect(await statusNow()).toMatchObject({ Status: 'ENABLED' });
    await client.send(new StopDeliveryStreamEncryptionCommand(NAME));
    expect(await statusNow()).toMatchObject({ Status: 'DISABLING' });
    clock.advance(100);
    expect(await statusNow()).toMatchObject({ Status: 'DISABLED' });
  });

  test('is changed at most 25 times in a day', async () => {
    const { client, clock } = await servedFirehose({ limits: 'aws' });
    await client.send(new CreateDeliveryStreamCommand(toBucket('logs')));
    for (let n = 0; n < 25; n++) {
      clock.advance(1000);
      await client.send(new StartDeliveryStreamEncryptionCommand(NAME));
    }
    clock.advance(1000);
    const stop = () => client.send(new StopDeliveryStreamEncryptionCommand(NAME));
    await expect(stop()).rejects.toMatchObject({ name: 'LimitExceededException' });
    clock.advance(86_400_000);
    await expect(stop()).resolves.toBeDefined();
  });
});

test('operations of the control plane are throttled above five calls in a second', async () => {
  const { client } = await servedFirehose({ limits: 'aws' });
  const calls = Array.from({ length: 6 }, () => client.send(new ListDeliveryStreamsCommand()));
  const ended = await Promise.allSettled(calls);
  expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
  expect(ended.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { name: 'ThrottlingException' } });
});

test('delivery streams survive a restart with a data directory', async () => {
  const dataDir = await temporaryFolder();
  const first = await servedFirehose({ dataDir, delaysMs: SLOW });
  await first.client.send(
    new CreateDeliveryStreamCommand({ ...toBucket('logs', { Prefix: 'a/' }), Tags: [{ Key: 'k' }] }),
  );
  await first.engine.close();
  const { client, clock } = await servedFirehose({ dataDir, delaysMs: SLOW });
  expect(await described(client)).toMatchObject({ DeliveryStreamStatus: 'CREATING', VersionId: '1' });
  clock.advance(100);
  const { DeliveryStreamStatus, Destinations } = await described(client);
  expect(DeliveryStreamStatus).toBe('ACTIVE');
  expect(Destinations?.[0]?.ExtendedS3DestinationDescription?.Prefix).toBe('a/');
  expect((await client.send(new ListTagsForDeliveryStreamCommand(NAME))).Tags).toEqual([{ Key: 'k' }]);
});

test('the table of supported operations of Firehose lists every operation of its SDK, in order', () => {
  const operations = Object.keys(sdk).flatMap((name) => name.match(/^([A-Z]\w*)Command$/)?.[1] ?? []);
  expect(operations).toHaveLength(12);
  expect(Object.keys(FIREHOSE_OPERATION_SUPPORT)).toEqual(operations.sort());
});
