import type { SubscribeToShardEvent } from '@aws-sdk/client-kinesis';
import { describe, expect, test } from 'vitest';
import type { Account } from '../../../../engine/account/account.ts';
import type { SubscriptionSink } from '../../../../engine/account/kinesis-service.ts';
import { callOperation } from '../../../../engine/account/service/operations.ts';
import type { KinesisStream } from '../../../../engine/account/stream/stream.ts';
import { accountWith, MIB, put, putAll, START_MS, textsOf } from '../fixture.ts';

const SHARD_0 = 'shardId-000000000000';
const MINUTE_MS = 60_000;

/** Keeps what a subscription sends. */
class Inbox implements SubscriptionSink {
  readonly events: SubscribeToShardEvent[] = [];
  ending: string | undefined;
  hasRoom = true;

  event(event: SubscribeToShardEvent): boolean {
    this.events.push(event);
    return this.hasRoom;
  }

  fail(error: Error): void {
    this.ending = error.name;
  }

  end(): void {
    this.ending = 'end';
  }

  get texts(): string[] {
    return this.events.flatMap(textsOf);
  }
}

/** Waits for pushed events, which leave when the present call is done. */
const soon = () => new Promise<void>((resolve) => setImmediate(resolve));

function register(stream: KinesisStream, name = 'fraud'): string {
  const arn = `${stream.arn}/consumer/${name}:1`;
  stream.state.consumers.push({ name, arn, createdAtMs: START_MS, status: 'ACTIVE', tags: {}, policy: undefined });
  return arn;
}

function subscribe(account: Account, arn: string, position: object = { Type: 'TRIM_HORIZON' }) {
  const inbox = new Inbox();
  const subscription = account.subscriptions.open(
    { ConsumerARN: arn, ShardId: SHARD_0, StartingPosition: { Type: undefined, ...position } },
    inbox,
  );
  return { inbox, subscription };
}

describe('a push subscription', () => {
  test('sends existing records, then each new record as soon as it is put', async () => {
    const { account, stream } = accountWith(1);
    await put(account, 'k', 'a');
    const { inbox } = subscribe(account, register(stream));
    await soon();
    expect(inbox.texts).toEqual(['a']);
    const { SequenceNumber } = await put(account, 'k', 'b');
    await soon();
    expect(inbox.texts).toEqual(['a', 'b']);
    const last = inbox.events.at(-1)!;
    expect(Object.keys(last).sort()).toEqual(['ContinuationSequenceNumber', 'MillisBehindLatest', 'Records']);
    expect(BigInt(last.ContinuationSequenceNumber!)).toBeGreaterThanOrEqual(BigInt(SequenceNumber!));
    expect(last.MillisBehindLatest).toBe(0);
  });

  test('delays a record until it becomes visible, and no longer', async () => {
    const latency = [
      { p: 0, ns: 70e6 },
      { p: 1, ns: 70e6 },
    ];
    const { account, clock, stream } = accountWith(1, { latency });
    const { inbox } = subscribe(account, register(stream));
    await put(account, 'k', 'a');
    await soon();
    clock.advance(69);
    await soon();
    expect(inbox.texts).toEqual([]);
    clock.advance(1.5);
    await soon();
    expect(inbox.texts).toEqual(['a']);
  });

  test('continues without a gap or a repeat after its continuation number', async () => {
    const { account, clock, stream } = accountWith(1);
    const arn = register(stream);
    await putAll(account, [
      ['k', 'a'],
      ['k', 'b'],
    ]);
    const first = subscribe(account, arn);
    await soon();
    clock.advance(5 * MINUTE_MS);
    expect(first.inbox.ending).toBe('end');
    await putAll(account, [['k', 'c']]);
    const next = subscribe(account, arn, {
      Type: 'AFTER_SEQUENCE_NUMBER',
      SequenceNumber: first.inbox.events.at(-1)!.ContinuationSequenceNumber,
    });
    await soon();
    expect(next.inbox.texts).toEqual(['c']);
  });

  test('sends an event without records every five seconds while it is idle', async () => {
    const { account, clock, stream } = accountWith(1);
    const { inbox } = subscribe(account, register(stream));
    clock.advance(11_000);
    expect(inbox.events.map(({ Records, MillisBehindLatest }) => [Records, MillisBehindLatest])).toEqual([
      [[], 0],
      [[], 0],
    ]);
  });

  test.each([
    ['with a record that waits', 1],
    ['with nothing to give', 0],
  ])('sends nothing until a fault is over, %s', async (_what, records) => {
    const { account, clock, stream } = accountWith(1);
    const { inbox } = subscribe(account, register(stream));
    account.faults.set([{ kind: 'stall', operation: 'SubscribeToShard', untilMs: START_MS + 19_000 }]);
    for (let i = 0; i < records; i++) await put(account, 'k', 'x');
    clock.advance(18_000);
    await soon();
    expect(inbox.events).toEqual([]);
    clock.advance(6000);
    await soon();
    expect(inbox.texts).toEqual(['x'].slice(0, records));
    expect(inbox.events.length).toBeGreaterThan(0);
  });

  test('does not report to be at the tip while it waits for its pace', async () => {
    const write = { bytesPerSecond: 1e9, recordsPerSecond: 1e6, burstBytes: 1e9, burstRecords: 1e6 };
    const { account, clock, stream } = accountWith(1, { limits: { ...write, readBytesPerSecond: MIB } });
    stream.state.maxRecordKib = 10_240;
    await put(account, 'k', new Uint8Array(10 * MIB - 1));
    await put(account, 'k', 'x');
    clock.advance(1);
    const { inbox } = subscribe(account, register(stream));
    await soon();
    // 10 MiB at 1 MiB/s: the next event may leave after 10 s, less what may be ahead.
    clock.advance(10_000);
    expect(inbox.events.map(({ Records, MillisBehindLatest }) => [Records?.length, MillisBehindLatest! > 0])).toEqual([
      [1, true],
      [1, false],
    ]);
  });

  test('is rejected for five seconds after another one, then replaces it', async () => {
    const { account, clock, stream } = accountWith(1);
    const arn = register(stream);
    const first = subscribe(account, arn);
    clock.advance(4999);
    expect(() => subscribe(account, arn)).toThrow('Another active subscription exists');
    clock.advance(1);
    const second = subscribe(account, arn);
    expect(first.inbox.ending).toBe('ResourceInUseException');
    await put(account, 'k', 'a');
    await soon();
    expect(first.inbox.texts).toEqual([]);
    expect(second.inbox.texts).toEqual(['a']);
  });

  test('can be replaced at once when its client has closed it, by at most one call a second', async () => {
    const { account, clock, stream } = accountWith(1, { limits: 'aws' });
    const arn = register(stream);
    subscribe(account, arn).subscription.close();
    expect(() => subscribe(account, arn)).toThrow('1 call a second');
    clock.advance(1000);
    expect(subscribe(account, arn).inbox.ending).toBeUndefined();
  });

  test('waits for room in its sink', async () => {
    const { account, stream } = accountWith(1);
    const { inbox, subscription } = subscribe(account, register(stream));
    inbox.hasRoom = false;
    await put(account, 'k', 'a');
    await soon();
    await put(account, 'k', 'b');
    await soon();
    expect(inbox.texts).toEqual(['a']);
    subscription.resume();
    expect(inbox.texts).toEqual(['a', 'b']);
  });

  test('sends at most 2 MiB a second', async () => {
    const { account, clock, stream } = accountWith(1, { limits: 'aws', memoryBytes: 64 * 1024 * 1024 });
    const { inbox } = subscribe(account, register(stream));
    for (let second = 0; second < 10; second++) {
      await put(account, 'k', Buffer.alloc(1024 * 1023, 1));
      clock.advance(1000);
      await soon();
    }
    const behind = subscribe(account, register(stream, 'late'));
    for (let tenth = 0; tenth < 20; tenth++) {
      await soon();
      clock.advance(100);
    }
    const bytes = behind.inbox.events
      .flatMap(({ Records }) => Records!)
      .reduce((sum, { Data }) => sum + Data!.length, 0);
    expect(inbox.events.flatMap(({ Records }) => Records!)).toHaveLength(10);
    expect(bytes).toBeLessThanOrEqual(5.5 * 1024 * 1024);
    expect(bytes).toBeGreaterThanOrEqual(3 * 1024 * 1024);
    expect(behind.inbox.events[0]!.MillisBehindLatest).toBeGreaterThan(8000);
  });

  test('ends at the end of a closed shard, with its children and without a continuation number', async () => {
    const { account, stream } = accountWith(1);
    const { inbox } = subscribe(account, register(stream));
    await put(account, 'k', 'a');
    stream.split(stream.shard(SHARD_0), 2n ** 127n);
    await soon();
    const last = inbox.events.at(-1)!;
    expect(inbox.texts).toEqual(['a']);
    expect(last.ContinuationSequenceNumber).toBeUndefined();
    expect(last.ChildShards!.map(({ ShardId }) => ShardId)).toEqual(['shardId-000000000001', 'shardId-000000000002']);
    expect(inbox.ending).toBe('end');
  });

  test('ends when its consumer is deregistered, while those of other consumers continue', async () => {
    const { account, stream } = accountWith(1);
    const going = subscribe(account, register(stream, 'going')).inbox;
    const staying = subscribe(account, register(stream, 'staying')).inbox;
    await put(account, 'k', 'a');
    await soon();
    callOperation(account, 'DeregisterStreamConsumer', { StreamARN: stream.arn, ConsumerName: 'going' });
    await put(account, 'k', 'b');
    await soon();
    expect([going.ending, going.texts]).toEqual(['end', ['a']]);
    expect([staying.ending, staying.texts]).toEqual([undefined, ['a', 'b']]);
  });

  test('fails when its stream is deleted', async () => {
    const { account, stream } = accountWith(1);
    const { inbox } = subscribe(account, register(stream));
    await account.removeStream(stream);
    await soon();
    expect(inbox.ending).toBe('ResourceNotFoundException');
  });
});

describe('events of a push subscription', () => {
  test('are batched while a stream is written all the time: eight at once, then eight a second', async () => {
    const { account, clock, stream } = accountWith(1);
    const { inbox } = subscribe(account, register(stream));
    const startMs = performance.now();
    // 300 calls a second for two seconds, on a clock that jumps.
    for (let call = 0; call < 600; call++) {
      await put(account, 'k', String(call));
      await soon();
      clock.advance(1000 / 300);
    }
    clock.advance(125);
    expect(inbox.texts).toEqual(Array.from({ length: 600 }, (_, call) => String(call)));
    expect(inbox.events.length).toBeGreaterThanOrEqual(16);
    // Time that passes on the machine's own clock counts as well.
    const lastedMs = 2125 + performance.now() - startMs;
    expect(inbox.events.length).toBeLessThanOrEqual(9 + lastedMs / 125);
  });

  test('leave at once after a pause, and carry one record each when records are an eighth of a second apart', async () => {
    const { account, clock, stream } = accountWith(1);
    const { inbox } = subscribe(account, register(stream));
    for (let call = 0; call < 50; call++) {
      await put(account, 'k', String(call));
      await soon();
      expect(inbox.events).toHaveLength(call + 1);
      clock.advance(125);
    }
  });

  test('are batched while the sink has no room, and then leave with up to 1 MiB each', async () => {
    const { account, stream } = accountWith(1, { memoryBytes: 64 * MIB });
    const { inbox, subscription } = subscribe(account, register(stream));
    inbox.hasRoom = false;
    await put(account, 'k', 'first');
    await soon();
    const tenth = 'x'.repeat(100 * 1024);
    for (let call = 0; call < 45; call++) await put(account, 'k', tenth);
    await soon();
    expect(inbox.events).toHaveLength(1);
    for (let event = 0; event < 5; event++) subscription.resume();
    expect(inbox.events.map(({ Records }) => Records!.length)).toEqual([1, 10, 10, 10, 10, 5]);
  });

  test('leave without a pause between them if they are full', async () => {
    const { account, stream } = accountWith(1, { memoryBytes: 64 * MIB });
    for (let call = 0; call < 20; call++) await put(account, 'k', 'x'.repeat(1000 * 1024));
    const { inbox } = subscribe(account, register(stream));
    await soon();
    expect(inbox.events).toHaveLength(20);
  });

  test('leave once a slot if there is a latency', async () => {
    const { account, clock, stream } = accountWith(1, { latency: 'enhanced-fan-out' });
    const { inbox } = subscribe(account, register(stream));
    const startMs = performance.now();
    for (let call = 0; call < 500; call++) {
      await put(account, 'k', String(call));
      await soon();
      clock.advance(4);
    }
    for (let step = 0; step < 100; step++) {
      clock.advance(10);
      await soon();
    }
    expect(inbox.texts).toEqual(Array.from({ length: 500 }, (_, call) => String(call)));
    expect(inbox.events.length).toBeGreaterThanOrEqual(15);
    // Two seconds of puts, and up to 0.4 s until the last of them are visible.
    expect(inbox.events.length).toBeLessThanOrEqual(1 + (2400 + performance.now() - startMs) / 100);
  });

  test('fail with the stream when it is deleted before the next one', async () => {
    const { account, stream } = accountWith(1);
    const { inbox } = subscribe(account, register(stream));
    for (let call = 0; call < 20; call++) {
      await put(account, 'k', 'x');
      await soon();
    }
    await account.removeStream(stream);
    await soon();
    expect(inbox.ending).toBe('ResourceNotFoundException');
  });
});
