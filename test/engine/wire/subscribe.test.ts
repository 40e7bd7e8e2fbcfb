import { SubscribeToShardCommand, type SubscribeToShardEventStream } from '@aws-sdk/client-kinesis';
import { describe, expect, test } from 'vitest';
import { resourceInUse } from '../../../engine/account/errors.ts';
import { HTTP_VERSIONS, type HttpVersion, type Serving, sdkClient, serving } from './set-up.ts';
import { shardEventOf } from './small-service.ts';
import { soon } from './soon.ts';

const INPUT = {
  ConsumerARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/orders/consumer/app:1',
  ShardId: 'shardId-000000000000',
  StartingPosition: { Type: 'AT_TIMESTAMP' as const, Timestamp: new Date(1_700_000_000_123) },
};

async function subscribed({ server, service }: Serving, version: HttpVersion) {
  const leaving = new AbortController();
  const options = { abortSignal: leaving.signal };
  const { EventStream } = await sdkClient(server.url, version).send(new SubscribeToShardCommand(INPUT), options);
  const events = (EventStream as AsyncIterable<SubscribeToShardEventStream>)[Symbol.asyncIterator]();
  const subscription = service.subscriptions.at(-1)!;
  const next = async () => {
    const { value, done } = await events.next();
    const [record] = value?.SubscribeToShardEvent?.Records ?? [];
    return done === true ? 'end' : Buffer.from(record?.Data ?? []).toString();
  };
  return { leave: () => leaving.abort(), next, subscription };
}

describe.each(HTTP_VERSIONS)('a subscription over %s', (version) => {
  test('a subscription gets a response at once, and each event when it is sent', async () => {
    const { next, subscription } = await subscribed(await serving(), version);
    expect(subscription.input).toEqual(INPUT);
    for (const text of ['one', 'two', 'three']) {
      expect(subscription.sink.event(shardEventOf(text))).toBe(true);
      expect(await next()).toBe(text);
    }
    subscription.sink.end();
    expect(await next()).toBe('end');
  });

  test('a subscription ends with the error of the service, after the events before it', async () => {
    const { next, subscription } = await subscribed(await serving(), version);
    subscription.sink.event(shardEventOf('last'));
    subscription.sink.fail(resourceInUse('taken over'));
    expect(await next()).toBe('last');
    await expect(next()).rejects.toMatchObject({ name: 'ResourceInUseException', message: 'taken over' });
  });

  test('a subscription ends with InternalFailure after a bug of the server, which is reported', async () => {
    const serves = await serving();
    const { next, subscription } = await subscribed(serves, version);
    const fault = new TypeError('a fault of the service');
    subscription.sink.fail(fault);
    await expect(next()).rejects.toMatchObject({ name: 'InternalFailureException' });
    expect(serves.defects).toEqual([fault]);
  });

  test('a subscription is rejected with a status instead of a stream', async () => {
    const { server } = await serving();
    const command = new SubscribeToShardCommand({ ...INPUT, ShardId: 'shardId-000000000009' });
    await expect(sdkClient(server.url, version).send(command)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('a subscription reports when it is full, and when it has room again', async () => {
    const { next, subscription } = await subscribed(await serving(), version);
    const large = shardEventOf('x'.repeat(1024 * 1024));
    let sent = 0;
    const send = () => {
      for (let hasRoom = true; hasRoom && sent < 64; sent++) hasRoom = subscription.sink.event(large);
      if (sent === 64) subscription.sink.end();
    };
    subscription.onResume = send;
    send();
    expect(sent).toBeLessThan(64);
    let got = 0;
    for (let text = await next(); text !== 'end'; text = await next()) got += text.length;
    expect(got).toBe(64 * 1024 * 1024);
    expect(subscription.resumes).toBeGreaterThan(0);
  });

  test('a subscription is closed when its client disconnects', async () => {
    const { leave, next, subscription } = await subscribed(await serving(), version);
    subscription.sink.event(shardEventOf('one'));
    expect(await next()).toBe('one');
    leave();
    await soon(() => expect(subscription.isClosed).toBe(true));
    expect(subscription.sink.event(shardEventOf('two'))).toBe(false);
  });

  test('a subscription ends when the server closes, and does not delay the server', async () => {
    const serves = await serving();
    const { next, subscription } = await subscribed(serves, version);
    const closed = serves.server.close({ graceMs: 10_000 });
    expect(await next()).toBe('end');
    await closed;
    expect(subscription.isClosed).toBe(true);
  });
});
