import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clients, runScript, whySkipped } from './python-client.ts';
import { type Served, serve } from './served.ts';

type Report = Readonly<Record<string, unknown>>;

describe.skipIf(clients.kind === 'missing')(`streams with boto3${whySkipped}`, () => {
  let server: Served;
  let streams: Report;
  let settings: Report;

  beforeAll(async () => {
    server = await serve(['--limits', 'none', '--delay', '50ms']);
    streams = await runScript('streams.py', server.url);
    settings = await runScript('settings.py', server.url);
  });
  afterAll(() => server?.end());

  test('are created, waited for and deleted', () => {
    expect(streams.created).toEqual([{}, {}, {}, {}, {}]);
    expect(streams.during).toBe('CREATING');
    expect(streams.deleted).toEqual({});
    expect(streams.left).toEqual(['on-demand', 's1', 's2', 's3', 's4']);
  });

  test('are listed by pages', () => {
    expect(streams.names).toEqual([
      ['on-demand', 's0', 's1', 's2'],
      ['s3', 's4'],
    ]);
    expect(streams.summaries).toEqual(['on-demand', 's0', 's1', 's2', 's3', 's4']);
  });

  test('show their shards by pages, in DescribeStream and in ListShards', () => {
    const ids = [0, 1, 2, 3, 4].map((index) => `shardId-00000000000${index}`);
    expect(streams.shardPages).toEqual([ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)]);
    expect(streams.listedShards).toEqual(ids);
    expect(streams.listShardsCalls).toBe(3);
  });

  test('are described with every member', () => {
    const StreamARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/s0';
    const described = {
      StreamName: 's0',
      StreamARN,
      StreamStatus: 'ACTIVE',
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
      RetentionPeriodHours: 24,
      EncryptionType: 'NONE',
      EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
      StreamCreationTimestamp: expect.any(Number),
    };
    const HashKeyRange = { StartingHashKey: '0', EndingHashKey: (2n ** 128n - 1n).toString() };
    expect(streams.described).toEqual({
      ...described,
      HasMoreShards: false,
      Shards: [
        {
          ShardId: 'shardId-000000000000',
          HashKeyRange,
          SequenceNumberRange: { StartingSequenceNumber: expect.stringMatching(/^\d+$/) },
        },
      ],
    });
    expect(streams.summary).toMatchObject({
      ...described,
      OpenShardCount: 1,
      ConsumerCount: 0,
      MaxRecordSizeInKiB: 1024,
    });
    expect(streams.onDemand).toMatchObject({ StreamModeDetails: { StreamMode: 'ON_DEMAND' }, OpenShardCount: 4 });
    expect(streams.limits).toMatchObject({ OpenShardCount: 15, OnDemandStreamCount: 1 });
    expect(streams.tags).toEqual([{ Key: 'n', Value: '3' }]);
  });

  test('have tags, by name and by ARN', () => {
    const first = [
      { Key: 'cost-centre', Value: '7' },
      { Key: 'naïve', Value: 'ñ' },
    ];
    expect(settings.tagsByName).toEqual([first, true, [{ Key: 'team', Value: 'blue' }], false]);
    expect(settings.tagsByArn).toEqual([first[0], { Key: 'owner', Value: 'ops' }]);
  });

  test('change their retention, policy, metrics and encryption key', () => {
    expect(settings.retention).toEqual([8760, 24]);
    expect(settings.policies).toEqual(['{}', true, '{}']);
    const bytes = ['IncomingBytes', 'OutgoingBytes'];
    expect(settings.monitoring).toMatchObject({
      enabled: { CurrentShardLevelMetrics: [], DesiredShardLevelMetrics: bytes },
      between: [{ ShardLevelMetrics: bytes }],
      disabled: { CurrentShardLevelMetrics: bytes, DesiredShardLevelMetrics: ['IncomingBytes'] },
    });
    expect(settings.encryption).toEqual(['KMS', 'alias/aws/kinesis', 'KMS', 'NONE']);
    expect(settings.mode).toBe('ON_DEMAND');
  });

  test('accept a record of 9 MiB after the limit was raised, and return it', () => {
    expect(settings.largeRecord).toEqual([10_240, [9 * 1024 * 1024]]);
  });
});
