import type { CreateChannelInput, S3TablesDestinationConfiguration } from '@aws-sdk/client-kinesis';
import { describe, expect, test } from 'vitest';
import { ACCOUNT_ID, ARN, type Caller, caller, refusal, START_MS } from './set-up.ts';

const BUCKET = { BucketARN: 'arn:aws:s3:::archive', ExpectedBucketOwner: ACCOUNT_ID };
const TO_S3 = { StorageConfiguration: { ...BUCKET, CompressionType: 'GZIP' } } as const;
const TO_TABLES: S3TablesDestinationConfiguration = {
  DeadLetterQueueS3Configuration: BUCKET,
  S3TablesConfigurationList: [
    {
      TableBucketARN: `arn:aws:s3tables:us-east-1:${ACCOUNT_ID}:bucket/tables`,
      Namespace: 'sales',
      TableName: 'orders',
      CompressionType: 'ZSTD',
    },
  ],
};
const SCHEMA = `arn:aws:glue:us-east-1:${ACCOUNT_ID}:schema/registry/orders`;

const from = (
  format: 'JSON' | 'GSR_JSON' | 'STRING' | 'BYTE_ARRAY',
  schema?: string,
): CreateChannelInput['StreamConfigurationList'] => [
  { StreamARN: ARN, RecordConfiguration: { RecordFormatType: format, GSRSchemaARN: schema } },
];

const input = (change: Partial<CreateChannelInput> = {}): CreateChannelInput => ({
  ChannelName: 'archive',
  ServiceExecutionRoleARN: `arn:aws:iam::${ACCOUNT_ID}:role/delivery`,
  StreamConfigurationList: from('JSON'),
  S3DestinationConfiguration: TO_S3,
  ...change,
});

const create = (engine: Caller, change: Partial<CreateChannelInput> = {}) =>
  engine.call('CreateChannel', input(change)).ChannelDescription!;

describe('a channel', () => {
  test('is created with the defaults of AWS, and is ACTIVE after a while', () => {
    const engine = caller().withOnDemandStream();
    const made = create(engine);
    const { ChannelARN, ChannelId } = made;
    expect(ChannelARN).toBe(`arn:aws:kinesis:us-east-1:${ACCOUNT_ID}:channel/${ChannelId}`);
    expect(made).toEqual({
      ChannelName: 'archive',
      ChannelARN,
      ChannelId,
      ChannelStatus: 'CREATING',
      ChannelCreationTimestamp: new Date(engine.clock.nowMs()),
      ServiceExecutionRoleARN: `arn:aws:iam::${ACCOUNT_ID}:role/delivery`,
      StreamConfigurationList: [
        {
          StreamARN: ARN,
          StreamCreationTimestamp: new Date(START_MS),
          RecordConfiguration: { RecordFormatType: 'JSON' },
        },
      ],
      S3DestinationConfiguration: {
        ...TO_S3,
        DataFreshnessInSeconds: 300,
        DeadLetterQueueS3Configuration: { ...BUCKET, ErrorOutputPrefix: 'errors/' },
      },
      LoggingConfiguration: {
        CloudWatchLogs: {
          Enabled: false,
          LogGroupName: `/aws/kinesis/archive/${ChannelId}`,
          LogStreamName: 'DestinationDelivery',
        },
      },
    });
    engine.settle();
    expect(engine.call('DescribeChannel', { ChannelARN }).ChannelDescription?.ChannelStatus).toBe('ACTIVE');
    expect(engine.call('DescribeStreamSummary', { StreamName: 'orders' }).StreamDescriptionSummary?.ChannelCount).toBe(
      1,
    );
  });

  test.each([
    ['no destination', { S3DestinationConfiguration: undefined }, /^ValidationException: Either/],
    ['two destinations', { S3TablesDestinationConfiguration: TO_TABLES }, /^ValidationException: Either/],
    [
      'data too fresh',
      { S3DestinationConfiguration: { ...TO_S3, DataFreshnessInSeconds: 299 } },
      /^ValidationException: DataFreshness/,
    ],
    [
      'a format for tables only',
      { StreamConfigurationList: from('GSR_JSON', SCHEMA) },
      /^ValidationException: RecordFormatType/,
    ],
    [
      'a format for S3 only',
      {
        S3DestinationConfiguration: undefined,
        S3TablesDestinationConfiguration: TO_TABLES,
        StreamConfigurationList: from('STRING'),
      },
      /^ValidationException: RecordFormatType/,
    ],
    [
      'tables without a schema',
      { S3DestinationConfiguration: undefined, S3TablesDestinationConfiguration: TO_TABLES },
      /^ValidationException: GSRSchemaARN/,
    ],
    [
      'two streams',
      { StreamConfigurationList: [...from('JSON')!, ...from('JSON')!] },
      /^ValidationException: StreamConfigurationList/,
    ],
  ] as const)('is rejected if it has %s', (_name, change, expected) => {
    const engine = caller().withOnDemandStream();
    expect(refusal(() => create(engine, change as Partial<CreateChannelInput>))).toMatch(expected);
    expect(engine.account.state.channels).toEqual([]);
  });

  test('needs an on-demand stream and a unique name', () => {
    expect(refusal(() => create(caller().withStream(1)))).toMatch(/^ValidationException: .*Provisioned mode/);
    const engine = caller().withOnDemandStream();
    create(engine);
    expect(refusal(() => create(engine))).toMatch(/^ResourceInUseException: Channel archive .* already exists/);
  });

  test('has a destination of tables if it was created with one', () => {
    const engine = caller().withOnDemandStream();
    create(engine, {
      S3DestinationConfiguration: undefined,
      S3TablesDestinationConfiguration: TO_TABLES,
      StreamConfigurationList: from('GSR_JSON', SCHEMA),
    });
    expect(engine.call('ListChannels', {}).ChannelSummaries).toMatchObject([{ ChannelDestinationType: 'S3_TABLES' }]);
  });

  test('changes its freshness and logs through UPDATING, and nothing else', () => {
    const engine = caller().withOnDemandStream();
    const { ChannelARN } = create(engine);
    const update = (change: object) => engine.call('UpdateChannel', { ChannelARN, ...change });
    const fresher = { S3DestinationConfiguration: { DataFreshnessInSeconds: 600 } };
    expect(refusal(() => update(fresher))).toMatch(/^ResourceInUseException: .* instead in state CREATING$/);
    engine.settle();
    const { ChannelDescription } = update(fresher);
    expect(ChannelDescription).toMatchObject({
      ChannelStatus: 'UPDATING',
      S3DestinationConfiguration: { ...TO_S3, DataFreshnessInSeconds: 600 },
    });
    engine.settle();
    expect(refusal(() => update({ S3TablesDestinationConfiguration: { DataFreshnessInSeconds: 600 } }))).toMatch(
      /^ValidationException/,
    );
    update({ LoggingConfiguration: { CloudWatchLogs: { Enabled: true, LogGroupName: 'mine' } } });
    engine.settle();
    expect(engine.call('DescribeChannel', { ChannelARN }).ChannelDescription).toMatchObject({
      ChannelStatus: 'ACTIVE',
      LoggingConfiguration: { CloudWatchLogs: { Enabled: true, LogGroupName: 'mine' } },
      S3DestinationConfiguration: { DataFreshnessInSeconds: 600 },
    });
  });

  test('blocks the deletion and the change of mode of its stream until it is deleted', () => {
    const engine = caller().withOnDemandStream();
    const { ChannelARN } = create(engine);
    engine.settle();
    const provision = () =>
      engine.call('UpdateStreamMode', { StreamARN: ARN, StreamModeDetails: { StreamMode: 'PROVISIONED' } });
    expect(refusal(provision)).toMatch(/^ResourceInUseException/);
    expect(refusal(() => engine.call('DeleteStream', { StreamName: 'orders' }))).toMatch(/^ResourceInUse.*archive/);
    engine.call('DeleteChannel', { ChannelARN });
    expect(engine.call('DescribeChannel', { ChannelARN }).ChannelDescription?.ChannelStatus).toBe('DELETING');
    engine.settle();
    expect(refusal(() => engine.call('DescribeChannel', { ChannelARN }))).toMatch(/^ResourceNotFoundException/);
    expect(refusal(() => engine.call('DeleteStream', { StreamName: 'orders' }))).toBe('accepted');
  });

  test('accepts, lists and removes tags', () => {
    const engine = caller().withOnDemandStream();
    const { ChannelARN: ResourceARN } = create(engine, { Tags: { team: 'blue' } });
    engine.call('TagResource', { ResourceARN, Tags: { cost: '7' } });
    engine.call('UntagResource', { ResourceARN, TagKeys: ['team'] });
    expect(engine.call('ListTagsForResource', { ResourceARN }).Tags).toEqual([{ Key: 'cost', Value: '7' }]);
  });
});

test('channels are listed in pages, for all streams or for some', () => {
  const engine = caller().withOnDemandStream().withOnDemandStream('other');
  const other = ARN.replace('orders', 'other');
  create(engine, { ChannelName: 'b' });
  create(engine, { ChannelName: 'a' });
  create(engine, {
    ChannelName: 'c',
    StreamConfigurationList: [{ StreamARN: other, RecordConfiguration: { RecordFormatType: 'JSON' } }],
  });
  const names = (input: Parameters<typeof engine.call<'ListChannels'>>[1]) =>
    engine.call('ListChannels', input).ChannelSummaries?.map(({ ChannelName }) => ChannelName);
  expect(names({})).toEqual(['a', 'b', 'c']);
  expect(names({ StreamFilter: [{ StreamARN: other }] })).toEqual(['c']);
  expect(names({ StreamFilter: [{ StreamARN: other, StreamCreationTimestamp: new Date(0) }] })).toEqual([]);
  const { NextToken } = engine.call('ListChannels', { MaxResults: 2 });
  expect(names({ NextToken })).toEqual(['c']);
});
