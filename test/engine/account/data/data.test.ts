import { describe, expect, test } from 'vitest';
import { recordMemoryBytes } from '../../../../engine/account/options.ts';
import { callOperation } from '../../../../engine/account/service/operations.ts';
import {
  accountWith,
  addStream,
  FIRST,
  get,
  iteratorFrom,
  KIB,
  MIB,
  put,
  putAll,
  START_MS,
  textsOf,
} from '../fixture.ts';

const HOUR_MS = 3_600_000;
const SHARD_0 = 'shardId-000000000000';
const SHARD_1 = 'shardId-000000000001';
const refusal = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return (error as Error).name;
  }
  return 'none';
};

describe('memory', () => {
  test('records get what the process leaves of a stream’s memory, and three eighths of a small one', () => {
    const records = (memoryMib: number) => recordMemoryBytes(memoryMib * MIB) / MIB;
    expect([16, 256, 300, 1024].map(records)).toEqual([6, 112, 156, 880]);
  });

  test('is shared out over the open shards', () => {
    const { account, stream } = accountWith(20, { memoryBytes: 256 * MIB });
    expect(account.storeSize(stream.state).memoryBytes * 20).toBeLessThanOrEqual(112 * MIB);
    expect(account.storeSize(stream.state).memoryBytes * 21).toBeGreaterThan(112 * MIB);
  });
});

describe('putting', () => {
  test('a record is stored and returned unchanged', async () => {
    const { account } = accountWith(1);
    const output = await put(account, 'customer-7', 'hello');
    expect(output.ShardId).toBe(SHARD_0);
    expect(output.SequenceNumber).toMatch(/^49\d{54}$/);
    const [record] = get(account, iteratorFrom(account, SHARD_0)).Records!;
    expect(record).toEqual({
      SequenceNumber: output.SequenceNumber,
      ApproximateArrivalTimestamp: new Date(START_MS),
      Data: Buffer.from('hello'),
      PartitionKey: 'customer-7',
    });
  });

  test('sequence numbers of a shard rise, as numbers and as texts', async () => {
    const { account } = accountWith(1);
    const { Records } = await putAll(
      account,
      Array.from({ length: 500 }, (_, i) => [`k${i}`, `${i}`] as const),
    );
    const numbers = Records!.map(({ SequenceNumber }) => SequenceNumber!);
    expect([...numbers].sort()).toEqual(numbers);
    expect(new Set(numbers).size).toBe(500);
  });

  test('an explicit hash key replaces the hash', async () => {
    const { account } = accountWith(2);
    expect((await put(account, 'a', 'x', '0')).ShardId).toBe(SHARD_0);
    expect((await put(account, 'a', 'x', String(2n ** 128n - 1n))).ShardId).toBe(SHARD_1);
    await expect(put(account, 'a', 'x', String(2n ** 128n))).rejects.toThrow('Invalid ExplicitHashKey');
  });

  test('empty data and keys of 256 characters beyond ASCII are accepted', async () => {
    const { account } = accountWith(1);
    const key = '\u{1F600}'.repeat(256);
    await put(account, key, '');
    const [record] = get(account, iteratorFrom(account, SHARD_0)).Records!;
    expect(record!.PartitionKey).toBe(key);
    expect(record!.Data).toHaveLength(0);
    await expect(put(account, `${key}x`, '')).rejects.toThrow('less than or equal to 256');
    await expect(put(account, '', '')).rejects.toThrow('greater than or equal to 1');
  });

  test('a record above the largest size of its stream is rejected, and one of exactly that size is accepted', async () => {
    const { account } = accountWith(1);
    await put(account, 'k', Buffer.alloc(MIB - 1, 7));
    await expect(put(account, 'k', Buffer.alloc(MIB))).rejects.toThrow('over the 1048576 bytes');
    expect(get(account, iteratorFrom(account, SHARD_0)).Records![0]!.Data).toHaveLength(MIB - 1);
  });

  test('records of up to 10 MiB are accepted once the stream allows them, and earlier records stay', async () => {
    const { account, stream } = accountWith(1, { memoryBytes: 64 * MIB });
    await put(account, 'k', 'small');
    stream.state.maxRecordKib = 10 * KIB;
    const { SequenceNumber } = await put(account, 'k', Buffer.alloc(10 * MIB - 1, 7));
    const first = get(account, iteratorFrom(account, SHARD_0));
    const second = get(account, first.NextShardIterator!);
    expect(textsOf(first)).toEqual(['small']);
    expect(second.Records).toMatchObject([{ SequenceNumber }]);
    expect(second.Records![0]!.Data).toHaveLength(10 * MIB - 1);
    await account.close();
  });

  test('a call of 501 records, of none, or of over 10 MiB is rejected as a whole', async () => {
    const { account } = accountWith(1);
    await expect(
      putAll(
        account,
        Array.from({ length: 501 }, () => ['k', 'x'] as const),
      ),
    ).rejects.toThrow('500');
    await expect(putAll(account, [])).rejects.toThrow('greater than or equal to 1');
    const eleven = Array.from({ length: 11 }, () => ['k', 'x'.repeat(MIB - KIB)] as const);
    await expect(putAll(account, eleven)).rejects.toThrow('10 MB limit');
    expect(get(account, iteratorFrom(account, SHARD_0)).Records).toEqual([]);
  });

  test('throttled records fail one by one, with their code and message', async () => {
    const { account, stream } = accountWith(1, { limits: 'aws' });
    const first = await putAll(
      account,
      Array.from({ length: 500 }, (_, i) => ['k', `${i}`] as const),
    );
    const second = await putAll(
      account,
      Array.from({ length: 500 }, (_, i) => ['k', `${500 + i}`] as const),
    );
    const third = await putAll(account, [['k', 'one too many']]);
    expect([first.FailedRecordCount, second.FailedRecordCount]).toEqual([0, 0]);
    expect(third).toMatchObject({
      FailedRecordCount: 1,
      Records: [
        {
          ErrorCode: 'ProvisionedThroughputExceededException',
          ErrorMessage: `Rate exceeded for shard ${SHARD_0} in stream orders under account 000000000000.`,
        },
      ],
    });
    await expect(put(account, 'k', 'x')).rejects.toThrow('Rate exceeded for shard');
    // Throttled records do not count: the stream's metrics are the sums of its shard's.
    const { IncomingBytes, IncomingRecords } = stream.openShards[0]!.metrics;
    expect(stream.metrics.statistic('IncomingRecords').sum).toBe(1000);
    expect(stream.metrics.statistic('IncomingRecords').sum).toBe(IncomingRecords.sum);
    expect(stream.metrics.statistic('IncomingBytes').sum).toBe(IncomingBytes.sum);
  });

  test('a record under AUTO distribution may have no key, and is returned without one', async () => {
    const { account, stream } = accountWith(2);
    const { putRecord } = await import('../../../../engine/account/data/put-records.ts');
    const bare = { StreamName: 'orders', Data: Buffer.from('x') };
    expect(refusal(() => putRecord(account, bare))).toBe('ValidationException');
    expect(() => callOperation(account, 'PutRecords', { StreamName: 'orders', Records: [bare, bare] })).toThrow(
      "at 'records.2.member.partitionKey' failed to satisfy constraint: Member must not be null",
    );
    stream.state.recordDistribution = 'AUTO';
    const shards = [await putRecord(account, bare), await putRecord(account, bare)].map(({ ShardId }) => ShardId);
    expect(shards.toSorted()).toEqual([SHARD_0, SHARD_1]);
    expect(get(account, iteratorFrom(account, SHARD_0)).Records![0]!.PartitionKey).toBeUndefined();
  });
});

describe('iterators', () => {
  test('begin at the place of their type', async () => {
    const { account, clock } = accountWith(1);
    const a = await put(account, 'k', 'a');
    clock.advance(1000);
    const latest = iteratorFrom(account, SHARD_0, { ShardIteratorType: 'LATEST' });
    const b = await put(account, 'k', 'b');
    clock.advance(1000);
    await put(account, 'k', 'c');
    const from = (type: string, rest: object = {}) =>
      textsOf(get(account, iteratorFrom(account, SHARD_0, { ShardIteratorType: type, ...rest }))).join('');
    expect(from('TRIM_HORIZON')).toBe('abc');
    expect(textsOf(get(account, latest)).join('')).toBe('bc');
    expect(from('LATEST')).toBe('');
    expect(from('AT_SEQUENCE_NUMBER', { StartingSequenceNumber: b.SequenceNumber })).toBe('bc');
    expect(from('AFTER_SEQUENCE_NUMBER', { StartingSequenceNumber: a.SequenceNumber })).toBe('bc');
    expect(from('AT_TIMESTAMP', { Timestamp: new Date(START_MS + 1000) })).toBe('bc');
    expect(from('AT_TIMESTAMP', { Timestamp: new Date(START_MS + 1001) })).toBe('c');
    expect(from('AT_TIMESTAMP', { Timestamp: new Date(0) })).toBe('abc');
    expect(refusal(() => from('AT_TIMESTAMP', { Timestamp: new Date(START_MS + 9000) }))).toBe(
      'InvalidArgumentException',
    );
  });

  test('expire after five minutes', async () => {
    const { account, clock } = accountWith(1);
    const iterator = iteratorFrom(account, SHARD_0);
    clock.advance(300_000);
    expect(get(account, iterator).Records).toEqual([]);
    clock.advance(1);
    expect(() => get(account, iterator)).toThrow(
      'Iterator expired. The iterator was created at time Thu Jan 01 00:00:00 UTC 2026 while right now it is Thu Jan 01 00:05:00 UTC 2026 which is further in the future than the tolerated delay of 300000 milliseconds.',
    );
  });

  test('are rejected if they are damaged, or if their stream was deleted and created again', async () => {
    const { account, clock, stream } = accountWith(1);
    const iterator = iteratorFrom(account, SHARD_0);
    expect(refusal(() => get(account, `${iterator.slice(0, 20)}x${iterator.slice(21)}`))).toBe(
      'InvalidArgumentException',
    );
    expect(refusal(() => get(account, 'nonsense'))).toBe('InvalidArgumentException');
    await account.removeStream(stream);
    clock.advance(1);
    addStream(account, 'orders', 1);
    expect(refusal(() => get(account, iterator))).toBe('ResourceNotFoundException');
  });

  test('cannot begin at a sequence number of another shard', async () => {
    const { account } = accountWith(2);
    const { SequenceNumber } = await put(account, 'k', 'x', FIRST);
    const named = { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: SequenceNumber };
    expect(refusal(() => iteratorFrom(account, SHARD_1, named))).toBe('InvalidArgumentException');
    expect(refusal(() => iteratorFrom(account, 'shardId-000000000009'))).toBe('ResourceNotFoundException');
  });
});

describe('reading', () => {
  test('continues from iterator to iterator, and reports its lag', async () => {
    const { account, clock } = accountWith(1);
    for (const text of 'abcde') {
      await put(account, 'k', text);
      clock.advance(1000);
    }
    const first = get(account, iteratorFrom(account, SHARD_0), 2);
    expect([textsOf(first).join(''), first.MillisBehindLatest]).toEqual(['ab', 4000]);
    const second = get(account, first.NextShardIterator!, 10);
    expect([textsOf(second).join(''), second.MillisBehindLatest]).toEqual(['cde', 0]);
    expect(textsOf(get(account, second.NextShardIterator!))).toEqual([]);
  });

  test('returns at most 10 MiB in one response', async () => {
    const { account } = accountWith(1);
    for (let i = 0; i < 11; i++) await put(account, 'k', Buffer.alloc(MIB - 1, i));
    const first = get(account, iteratorFrom(account, SHARD_0));
    expect(first.Records).toHaveLength(10);
    expect(get(account, first.NextShardIterator!).Records).toHaveLength(1);
  });

  test('accepts five calls a second', async () => {
    const { account, clock } = accountWith(1, { limits: 'aws' });
    const iterator = iteratorFrom(account, SHARD_0);
    for (let i = 0; i < 5; i++) get(account, iterator);
    expect(refusal(() => get(account, iterator))).toBe('ProvisionedThroughputExceededException');
    clock.advance(1000);
    expect(refusal(() => get(account, iterator))).toBe('none');
  });

  test('accepts no call for five seconds after 10 MiB', async () => {
    const { account, clock } = accountWith(1, { limits: 'aws', memoryBytes: 64 * MIB });
    for (let second = 0; second < 11; second++) {
      await put(account, 'k', Buffer.alloc(MIB - 1));
      clock.advance(1000);
    }
    const { NextShardIterator: next } = get(account, iteratorFrom(account, SHARD_0));
    clock.advance(4900);
    expect(refusal(() => get(account, next!))).toBe('ProvisionedThroughputExceededException');
    clock.advance(100);
    expect(get(account, next!).Records).toHaveLength(1);
  });

  test('returns a record with durability every-put only when it is on the disk', async () => {
    const { account } = accountWith(1, { durability: 'every-put' });
    const stored = put(account, 'k', 'x');
    const iterator = iteratorFrom(account, SHARD_0);
    expect(textsOf(get(account, iterator))).toEqual([]);
    await stored;
    expect(textsOf(get(account, iterator))).toEqual(['x']);
  });

  test('skips records that have passed retention', async () => {
    const { account, clock } = accountWith(1);
    await put(account, 'k', 'old');
    clock.advance(23 * HOUR_MS);
    await put(account, 'k', 'young');
    clock.advance(HOUR_MS - 1);
    expect(textsOf(get(account, iteratorFrom(account, SHARD_0)))).toEqual(['old', 'young']);
    clock.advance(2);
    expect(textsOf(get(account, iteratorFrom(account, SHARD_0)))).toEqual(['young']);
    clock.advance(24 * HOUR_MS);
    expect(textsOf(get(account, iteratorFrom(account, SHARD_0)))).toEqual([]);
  });
});

describe('resharding', () => {
  test('a parent is read to its end, and the last response names its children', async () => {
    const { account, clock, stream } = accountWith(1);
    await put(account, 'k', 'before');
    clock.advance(1000);
    stream.split(stream.shard(SHARD_0), 2n ** 127n);
    await put(account, 'k', 'after', '0');
    const first = get(account, iteratorFrom(account, SHARD_0), 1);
    expect(textsOf(first)).toEqual(['before']);
    expect(first.NextShardIterator).toBeUndefined();
    expect(first.ChildShards).toEqual([
      {
        ShardId: SHARD_1,
        ParentShards: [SHARD_0],
        HashKeyRange: { StartingHashKey: '0', EndingHashKey: String(2n ** 127n - 1n) },
      },
      {
        ShardId: 'shardId-000000000002',
        ParentShards: [SHARD_0],
        HashKeyRange: { StartingHashKey: String(2n ** 127n), EndingHashKey: String(2n ** 128n - 1n) },
      },
    ]);
    expect(textsOf(get(account, iteratorFrom(account, SHARD_1)))).toEqual(['after']);
  });

  test('the ending sequence number of a closed shard is above all its records', async () => {
    const { account, stream } = accountWith(1);
    const { SequenceNumber } = await put(account, 'k', 'x');
    const shard = stream.shard(SHARD_0);
    expect(shard.endingSequenceNumber).toBeUndefined();
    stream.split(shard, 2n ** 127n);
    expect(BigInt(shard.endingSequenceNumber!)).toBeGreaterThan(BigInt(SequenceNumber!));
    const atEnd = iteratorFrom(account, SHARD_0, {
      ShardIteratorType: 'AT_SEQUENCE_NUMBER',
      StartingSequenceNumber: shard.endingSequenceNumber,
    });
    expect(get(account, atEnd)).toMatchObject({ Records: [], MillisBehindLatest: 0 });
    expect(get(account, atEnd).NextShardIterator).toBeUndefined();
  });

  test('a merged shard names both parents', async () => {
    const { account, stream } = accountWith(2);
    stream.merge(stream.shard(SHARD_1), stream.shard(SHARD_0));
    expect(stream.openShards.map(({ state }) => [state.startingHashKey, state.endingHashKey])).toEqual([
      ['0', String(2n ** 128n - 1n)],
    ]);
    expect(get(account, iteratorFrom(account, SHARD_0)).ChildShards![0]!.ParentShards).toEqual([SHARD_1, SHARD_0]);
    expect(BigInt(stream.openShards[0]!.startingSequenceNumber)).toBeGreaterThan(
      BigInt(stream.shard(SHARD_1).startingSequenceNumber),
    );
  });
});
