import type { SubscribeToShardInput } from '@aws-sdk/client-kinesis';
import { describe, expect, test } from 'vitest';
import { callOperation } from '../../../engine/account/service/operations.ts';
import { accountWith, get, iteratorFrom, put, textsOf } from './fixture.ts';

const AT_ONCE = { creating: 0, updating: 0, deleting: 0, registering: 0 };
const ORDERS = { StreamName: 'orders' };
const FIRST_SHARD = 'shardId-000000000000';

describe('cases that AWS does not document', () => {
  test.each([1000, 4999])('a closed subscription does not block another one after %d ms', (ms) => {
    const { account, clock, stream } = accountWith(1, { delaysMs: AT_ONCE, limits: 'aws' });
    callOperation(account, 'RegisterStreamConsumer', { StreamARN: stream.arn, ConsumerName: 'fan-out' });
    const input: SubscribeToShardInput = {
      ConsumerARN: stream.state.consumers[0]!.arn,
      ShardId: FIRST_SHARD,
      StartingPosition: { Type: 'LATEST', SequenceNumber: stream.openShards[0]!.startingSequenceNumber },
    };
    const sink = { event: () => true, end: () => {}, fail: () => {} };
    account.subscriptions.open(input, sink).close();
    clock.advance(ms);
    const second = account.subscriptions.open(input, sink);
    clock.advance(1000);
    expect(() => account.subscriptions.open(input, sink)).toThrow('Another active subscription exists');
    second.close();
  });

  test('the current mode changes only the warm throughput, and counts as no switch', () => {
    const { account, stream } = accountWith(2, { delaysMs: AT_ONCE, limits: 'aws' });
    stream.state.mode = 'ON_DEMAND';
    account.state.commitment.status = 'ENABLED';
    const onDemand = { StreamARN: stream.arn, StreamModeDetails: { StreamMode: 'ON_DEMAND' as const } };
    callOperation(account, 'UpdateStreamMode', onDemand);
    expect([stream.state.warmThroughputMibps, stream.openShards.length]).toEqual([undefined, 2]);
    callOperation(account, 'UpdateStreamMode', { ...onDemand, WarmThroughputMiBps: 8 });
    expect([stream.state.warmThroughputMibps, stream.openShards.length]).toEqual([8, 8]);
    expect(stream.state.modeSwitchesMs).toEqual([]);
  });

  test.each(['LATEST', 'TRIM_HORIZON'])('an iterator of type %s rejects a sequence number', (ShardIteratorType) => {
    const { account, stream } = accountWith(1);
    const StartingSequenceNumber = stream.openShards[0]!.startingSequenceNumber;
    expect(() => iteratorFrom(account, FIRST_SHARD, { ShardIteratorType, StartingSequenceNumber })).toThrow(
      `Request specified ${ShardIteratorType} and also a StartingSequenceNumber.`,
    );
  });

  test('a dry run does not look up the stream', () => {
    const { account } = accountWith(1);
    const input = { StreamName: 'missing', PartitionKey: 'a', Data: Buffer.from('x'), DryRun: true };
    expect(() => callOperation(account, 'PutRecord', input)).toThrow(
      expect.objectContaining({ code: 'DryRunOperationException' }),
    );
  });

  test('an iterator past the tip returns nothing until the shard has passed it', async () => {
    const { account, stream } = accountWith(1);
    const { SequenceNumber } = await put(account, 'a', 'one');
    const shard = stream.openShards[0]!;
    const place = shard.sequenceNumbers.placeOf(SequenceNumber!, {
      shardId: shard.id,
      streamName: 'orders',
      accountId: '',
    });
    const iterator = iteratorFrom(account, FIRST_SHARD, {
      ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
      StartingSequenceNumber: shard.sequenceNumbers.numberAt(place + 1000, shard.putSecond),
    });
    await put(account, 'a', 'two');
    expect(textsOf(get(account, iterator))).toEqual([]);
    for (let i = 0; i < 400; i++) await put(account, 'a', `more ${i}`);
    expect(textsOf(get(account, iterator)).at(-1)).toBe('more 399');
  });

  test('a put can be ordered after a record of its shard or of a parent, and after nothing that is greater', async () => {
    const { account, stream } = accountWith(1, { delaysMs: AT_ONCE });
    const one = await put(account, 'a', 'one');
    const ordered = (SequenceNumberForOrdering: string | undefined) =>
      callOperation(account, 'PutRecord', {
        ...ORDERS,
        PartitionKey: 'a',
        Data: Buffer.from('x'),
        SequenceNumberForOrdering,
      }) as { readonly SequenceNumber: string };
    expect(ordered(one.SequenceNumber).SequenceNumber > one.SequenceNumber!).toBe(true);
    const parent = stream.openShards[0]!;
    stream.split(parent, 2n ** 127n);
    expect(ordered(one.SequenceNumber).SequenceNumber > one.SequenceNumber!).toBe(true);
    const child = stream.openShards[0]!;
    for (const after of [
      child.sequenceNumbers.numberAt(Number.MAX_SAFE_INTEGER, child.putSecond),
      child.sequenceNumbers.ending,
      child.sequenceNumbers.numberAt(0, child.putSecond + 3600),
      '0',
      '4',
    ]) {
      expect(() => ordered(after)).toThrow(
        `ExclusiveMinimumSequenceNumber ${after} used in PutRecord on stream orders under account 000000000000 is invalid.`,
      );
    }
    expect(ordered(parent.endingSequenceNumber).SequenceNumber > parent.endingSequenceNumber!).toBe(true);
  });

  test("the setting of encryption is the record's, and absent without one", async () => {
    const { account } = accountWith(1, { delaysMs: AT_ONCE });
    const key = { ...ORDERS, EncryptionType: 'KMS' as const, KeyId: 'alias/aws/kinesis' };
    const puts = [await put(account, 'a', 'plain')];
    callOperation(account, 'StartStreamEncryption', key);
    puts.push(await put(account, 'a', 'secret'));
    callOperation(account, 'StopStreamEncryption', key);
    puts.push(await put(account, 'a', 'plain again'));
    expect(puts.map((output) => output.EncryptionType)).toEqual([undefined, 'KMS', undefined]);
    const { Records = [] } = get(account, iteratorFrom(account, FIRST_SHARD));
    expect(Records.map((record) => record.EncryptionType)).toEqual([undefined, 'KMS', undefined]);
    expect(puts.map((output) => 'EncryptionType' in output)).toEqual([false, true, false]);
  });
});
