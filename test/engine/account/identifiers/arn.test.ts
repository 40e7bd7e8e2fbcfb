import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  CreateChannelOutput,
  DescribeStreamOutput,
  ListStreamConsumersOutput,
  RegisterStreamConsumerOutput,
} from '@aws-sdk/client-kinesis';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../../engine/account/clock.ts';
import {
  arnIn,
  channelArn,
  consumerArn,
  nameInArn,
  streamArn,
  streamArnOf,
  streamNameInArn,
} from '../../../../engine/account/identifiers/arn.ts';
import { openAccounts } from '../../../../engine/account/service/open-accounts.ts';
import { callOperation } from '../../../../engine/account/service/operations.ts';
import { accountWith, addStream, START_MS } from '../fixture.ts';

const AT_ONCE = { creating: 0, updating: 0, deleting: 0, registering: 0 };
const PLACE = { region: 'us-east-1', accountId: '123456789012' };
const START = 'arn:aws:kinesis:us-east-1:123456789012';

describe('the partition of an ARN', () => {
  test.each([
    ['us-east-1', 'aws'],
    ['eu-west-1', 'aws'],
    ['local', 'aws'],
    ['cn-north-1', 'aws-cn'],
    ['cn-northwest-1', 'aws-cn'],
    ['us-gov-west-1', 'aws-us-gov'],
    ['us-gov-east-1', 'aws-us-gov'],
    ['us-iso-east-1', 'aws-iso'],
    ['us-isob-east-1', 'aws-iso-b'],
    ['eu-isoe-west-1', 'aws-iso-e'],
    ['us-isof-south-1', 'aws-iso-f'],
    ['eusc-de-east-1', 'aws-eusc'],
  ])('follows its region (%s: %s), in every ARN that is created and accepted', async (region, partition) => {
    const { account } = accountWith(1, { region, accountId: PLACE.accountId, delaysMs: AT_ONCE });
    const start = `arn:${partition}:kinesis:${region}:${PLACE.accountId}`;
    const { StreamDescription } = (await callOperation(account, 'DescribeStream', {
      StreamARN: `${start}:stream/orders`,
    })) as DescribeStreamOutput;
    expect(StreamDescription?.StreamARN).toBe(`${start}:stream/orders`);
    const { Consumer } = (await callOperation(account, 'RegisterStreamConsumer', {
      StreamARN: `${start}:stream/orders`,
      ConsumerName: 'fan-out',
    })) as RegisterStreamConsumerOutput;
    expect(Consumer?.ConsumerARN).toBe(`${start}:stream/orders/consumer/fan-out:${START_MS / 1000}`);
    addStream(account, 'clicks', 1).state.mode = 'ON_DEMAND';
    const { ChannelDescription } = (await callOperation(account, 'CreateChannel', {
      ChannelName: 'archive',
      ServiceExecutionRoleARN: `arn:${partition}:iam::${PLACE.accountId}:role/delivery`,
      StreamConfigurationList: [
        { StreamARN: `${start}:stream/clicks`, RecordConfiguration: { RecordFormatType: 'JSON' } },
      ],
      S3DestinationConfiguration: {
        StorageConfiguration: {
          BucketARN: `arn:${partition}:s3:::archive`,
          ExpectedBucketOwner: PLACE.accountId,
          CompressionType: 'GZIP',
        },
      },
    })) as CreateChannelOutput;
    expect(ChannelDescription?.ChannelARN).toBe(`${start}:channel/${ChannelDescription?.ChannelId}`);
    const other = partition === 'aws' ? 'aws-cn' : 'aws';
    expect(() =>
      callOperation(account, 'DescribeStream', { StreamARN: start.replace(partition, other).concat(':stream/orders') }),
    ).toThrow(`Stream orders under account ${PLACE.accountId} not found.`);
  });
});

describe('the parts of an ARN', () => {
  test('equal those that it was built from', () => {
    expect(streamArn(PLACE, 'orders')).toBe(`${START}:stream/orders`);
    expect(consumerArn(PLACE, 'orders', 'fan-out', 7)).toBe(`${START}:stream/orders/consumer/fan-out:7`);
    expect(channelArn(PLACE, 'id')).toBe(`${START}:channel/id`);
    expect(streamArnOf(`${START}:stream/orders/consumer/fan-out:7`)).toBe(`${START}:stream/orders`);
    expect(streamNameInArn(`${START}:stream/orders/consumer/fan-out:7`)).toBe('orders');
    expect(streamNameInArn(`${START}:stream/orders`)).toBe('orders');
    expect(streamNameInArn(`${START}:channel/orders`)).toBe('');
    expect(arnIn({ ...PLACE, region: 'cn-north-1' }, `${START}:stream/a/consumer/b:1`)).toBe(
      'arn:aws-cn:kinesis:cn-north-1:123456789012:stream/a/consumer/b:1',
    );
  });

  test.each(['/', '/whatever', '/consumer/nope', '/consumer/nope:1/', '/consumer/a/b:1', '/stream/orders'])(
    'leave %s in the name when it follows one',
    (suffix) => {
      expect(streamArnOf(`${START}:stream/orders${suffix}`)).toBe(`${START}:stream/orders${suffix}`);
      expect(nameInArn(`${START}:stream/orders${suffix}`)).toBe(`orders${suffix}`);
    },
  );
});

describe('a consumer that is registered again within a second', () => {
  const NAMED = { ConsumerName: 'fan-out' };
  const register = (account: Parameters<typeof callOperation>[0], StreamARN: string) =>
    (callOperation(account, 'RegisterStreamConsumer', { ...NAMED, StreamARN }) as RegisterStreamConsumerOutput)
      .Consumer!;

  test('has another ARN each time, which agrees with its creation time', () => {
    const { account, stream, clock } = accountWith(1, { delaysMs: AT_ONCE });
    const arns = new Set<string>();
    for (let i = 0; i < 6; i++) {
      const { ConsumerARN = '', ConsumerCreationTimestamp } = register(account, stream.arn);
      arns.add(ConsumerARN);
      expect(ConsumerARN).toMatch(new RegExp(`:${Math.floor(ConsumerCreationTimestamp!.getTime() / 1000)}$`));
      callOperation(account, 'DeregisterStreamConsumer', { ConsumerARN });
    }
    expect(arns.size).toBe(6);
    clock.advance(60_000);
    expect(register(account, stream.arn).ConsumerARN).toMatch(new RegExp(`:${START_MS / 1000 + 60}$`));
    expect(Object.keys(account.state.consumerSeconds ?? {})).toEqual(['orders/fan-out']);
  });

  test('has another ARN when its stream was deleted and created again, or the engine was restarted', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'streamgauge-consumer-'));
    const arns: (string | undefined)[] = [];
    try {
      for (let i = 0; i < 2; i++) {
        const accounts = await openAccounts({ dataDir, clock: new VirtualClock(START_MS), delaysMs: AT_ONCE });
        const account = accounts.home;
        for (let k = 0; k < 2; k++) {
          await callOperation(account, 'CreateStream', { StreamName: 'orders', ShardCount: 1 });
          arns.push(register(account, account.arnOf('orders')).ConsumerARN);
          await callOperation(account, 'DeleteStream', { StreamName: 'orders', EnforceConsumerDeletion: true });
          await account.removalOf('orders');
        }
        await accounts.close();
      }
      expect(new Set(arns).size).toBe(4);
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});

test('an older data folder of another partition has the consumers of its own partition', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'streamgauge-partition-'));
  const options = { dataDir, region: 'us-gov-west-1', clock: new VirtualClock(START_MS), delaysMs: AT_ONCE };
  try {
    const first = await openAccounts(options);
    const stream = addStream(first.home, 'orders', 1);
    stream.state.consumers.push({
      name: 'fan-out',
      arn: `arn:aws:kinesis:us-gov-west-1:000000000000:stream/orders/consumer/fan-out:5`,
      createdAtMs: 5000,
      status: 'ACTIVE',
      tags: {},
      policy: undefined,
    });
    await first.close();
    const second = await openAccounts(options);
    const { Consumers } = callOperation(second.home, 'ListStreamConsumers', {
      StreamARN: second.home.arnOf('orders'),
    }) as ListStreamConsumersOutput;
    expect(Consumers?.[0]?.ConsumerARN).toBe(
      'arn:aws-us-gov:kinesis:us-gov-west-1:000000000000:stream/orders/consumer/fan-out:5',
    );
    await second.close();
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});

describe('a tag key that begins with aws:', () => {
  const RESERVED = { Tags: { 'aws:team': 'blue' } };
  const MESSAGE = 'aws: prefixed tag key names are not allowed for external use.';
  const ARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/orders';
  test.each([
    ['AddTagsToStream', { StreamName: 'orders', ...RESERVED }],
    ['AddTagsToStream', { StreamName: 'orders', Tags: { 'AWS:team': 'blue', other: 'x' } }],
    ['RemoveTagsFromStream', { StreamName: 'orders', TagKeys: ['aws:team'] }],
    ['TagResource', { ResourceARN: ARN, ...RESERVED }],
    ['UntagResource', { ResourceARN: ARN, TagKeys: ['other', 'aws:team'] }],
    ['CreateStream', { StreamName: 'others', ShardCount: 1, ...RESERVED }],
    ['RegisterStreamConsumer', { StreamARN: ARN, ConsumerName: 'fan-out', ...RESERVED }],
  ])('is rejected by %s', (operation, input) => {
    const { account, stream } = accountWith(1, { delaysMs: AT_ONCE });
    expect(() => callOperation(account, operation, input)).toThrow(MESSAGE);
    expect(stream.state.tags).toEqual({});
    expect(stream.state.consumers).toEqual([]);
    expect(account.findStream('others')).toBeUndefined();
  });

  test('is accepted when aws: is elsewhere in the key or in the value', () => {
    const { account, stream } = accountWith(1, { delaysMs: AT_ONCE });
    callOperation(account, 'AddTagsToStream', { StreamName: 'orders', Tags: { 'my-aws:': 'aws:x', aws: 'y' } });
    expect(stream.state.tags).toEqual({ 'my-aws:': 'aws:x', aws: 'y' });
  });
});
