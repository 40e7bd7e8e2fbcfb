import { expect, test } from 'vitest';
import { readCbor } from '../../../../engine/wire/cbor-reader.ts';
import { writeCbor } from '../../../../engine/wire/cbor-writer.ts';
import { exceptionMessage, INITIAL_RESPONSE, shardEvent } from '../../../../engine/wire/event-stream.ts';
import { faultOf } from '../../../../runners/aws/call-faults.ts';
import { LeanReadClient } from '../../../../runners/aws/lean/lean-read-client.ts';
import type { LeanTransport } from '../../../../runners/aws/lean/transport.ts';

const SHARD = {
  consumerArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/c:1',
  shardId: 'shardId-000000000000',
};
const never = new AbortController().signal;

/** A client whose calls get this body. */
function clientWith(response: Buffer) {
  const calls: { readonly operation: string; readonly body: Buffer }[] = [];
  const transport: Pick<LeanTransport, 'call'> = {
    call: async (operation, body, read) => {
      calls.push({ operation, body });
      return read(response, 'application/x-amz-cbor-1.1');
    },
  };
  return {
    calls,
    client: new LeanReadClient(transport as LeanTransport, { listShards: async () => [], close: () => {} }, 's'),
  };
}

/** A client with one subscription, whose stream the test makes. */
function subscribing() {
  const stream = Promise.withResolvers<void>();
  let push: (chunk: Buffer) => void = () => {};
  let request = Buffer.alloc(0) as Buffer;
  const transport: Pick<LeanTransport, 'stream'> = {
    stream: (_operation, body, onChunk, signal) => {
      request = body;
      push = onChunk;
      signal?.addEventListener('abort', () => stream.reject(signal.reason));
      return stream.promise;
    },
  };
  const client = new LeanReadClient(transport as LeanTransport, { listShards: async () => [], close: () => {} }, 's');
  const events: (string | undefined)[] = [];
  const subscribe = (takes = Number.POSITIVE_INFINITY, signal = never) =>
    client.subscribe(
      SHARD,
      { kind: 'after', sequenceNumber: '7' },
      ({ continuation }) => {
        events.push(continuation);
        return events.length < takes;
      },
      signal,
    );
  return {
    subscribe,
    events,
    end: stream.resolve,
    fail: stream.reject,
    push: (chunk: Buffer) => push(chunk),
    request: () => request,
  };
}

const eventAt = (continuation: string) =>
  shardEvent(JSON.stringify({ Records: [], ContinuationSequenceNumber: continuation, MillisBehindLatest: 0 }));

test('the lean client calls GetRecords with the iterator, and with a limit only if there is one', async () => {
  const { calls, client } = clientWith(writeCbor({ Records: [], NextShardIterator: 'next', MillisBehindLatest: 3 }));
  const responses: unknown[] = [];
  await client.getRecords('first', 10, (response) => responses.push(response), never);
  await client.getRecords('first', undefined, (response) => responses.push(response), never);
  expect(calls.map(({ body }) => readCbor(body))).toEqual([
    { ShardIterator: 'first', Limit: 10 },
    { ShardIterator: 'first' },
  ]);
  expect(responses[0]).toMatchObject({ records: undefined, nextIterator: 'next', behindMs: 3 });
});

test.each([
  ['no CBOR', Buffer.from('ff00', 'hex')],
  ['JSON that ends too early', Buffer.from('{"Records":[')],
  ['a list', writeCbor([])],
  ['a structure without records and position', writeCbor({})],
  ['a structure in JSON without records and position', Buffer.from('{"MillisBehindLatest":0}')],
  ['records that are no list', writeCbor({ Records: 5 })],
  ['a record that is a number', writeCbor({ Records: [1], NextShardIterator: 'next' })],
  ['data that are no bytes', writeCbor({ Records: [{ Data: 1 }], NextShardIterator: 'next' })],
  ['nothing', Buffer.alloc(0)],
])(
  'the lean client reports a response with %s as a transient fault, and gives no record of it',
  async (_what, body) => {
    const { client } = clientWith(body);
    const error = await client
      .getRecords('first', undefined, () => expect.unreachable(), never)
      .catch((thrown: unknown) => thrown);
    expect(faultOf(error)).toEqual({ code: 'MalformedResponse', kind: 'transient' });
  },
);

test('the lean client reports a response without an iterator as a transient fault', async () => {
  const { client } = clientWith(writeCbor({}));
  const error = await client
    .getIterator('shardId-000000000000', { kind: 'trim-horizon' }, never)
    .catch((thrown: unknown) => thrown);
  expect(faultOf(error)).toEqual({ code: 'MalformedResponse', kind: 'transient' });
});

test('a subscription of the lean client is open with the first bytes, and ends with its stream', async () => {
  const { subscribe, events, push, end, request } = subscribing();
  const opening = subscribe();
  push(INITIAL_RESPONSE);
  const { ended } = await opening;
  const both = Buffer.concat([eventAt('8'), eventAt('9')]);
  push(both.subarray(0, 50));
  push(both.subarray(50));
  end();
  await ended;
  expect(events).toEqual(['8', '9']);
  expect(JSON.parse(request().toString())).toEqual({
    ConsumerARN: SHARD.consumerArn,
    ShardId: SHARD.shardId,
    StartingPosition: { Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: '7' },
  });
});

test('a subscription of the lean client ends when its taker wants no more events', async () => {
  const { subscribe, events, push } = subscribing();
  const opening = subscribe(1);
  push(Buffer.concat([INITIAL_RESPONSE, eventAt('8'), eventAt('9')]));
  await (await opening).ended;
  expect(events).toEqual(['8']);
});

test('a subscription of the lean client fails with the error that the stream contains', async () => {
  const { subscribe, events, push } = subscribing();
  const opening = subscribe();
  push(Buffer.concat([INITIAL_RESPONSE, eventAt('8'), exceptionMessage('ResourceInUseException', 'taken over')]));
  const { ended } = await opening;
  await expect(ended).rejects.toMatchObject({ name: 'ResourceInUseException', message: 'taken over' });
  expect(events).toEqual(['8']);
});

test('a subscription of the lean client is rejected if its call is, before any event', async () => {
  const { subscribe, fail } = subscribing();
  const opening = subscribe();
  fail(Object.assign(new Error('no'), { name: 'ResourceNotFoundException' }));
  await expect(opening).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('a subscription of the lean client fails with the reason of its signal', async () => {
  const leaving = new AbortController();
  const { subscribe, push } = subscribing();
  const opening = subscribe(undefined, leaving.signal);
  push(INITIAL_RESPONSE);
  const { ended } = await opening;
  leaving.abort(new Error('left'));
  await expect(ended).rejects.toThrow('left');
});

test.each([
  ['bytes that are no event', Buffer.from('HTTP/1.1 502 Bad Gateway')],
  ['an event that is no JSON', shardEvent('{"Records":')],
])('a subscription of the lean client fails with a transient fault on %s', async (_what, bytes) => {
  const { subscribe, push } = subscribing();
  const opening = subscribe();
  push(Buffer.concat([INITIAL_RESPONSE, eventAt('8'), bytes]));
  const error = await (await opening).ended.catch((thrown: unknown) => thrown);
  expect(faultOf(error)).toEqual({ code: 'MalformedResponse', kind: 'transient' });
});

test('a subscription of the lean client fails with a transient fault if its stream ends within an event', async () => {
  const { subscribe, push, end } = subscribing();
  const opening = subscribe();
  push(Buffer.concat([INITIAL_RESPONSE, eventAt('8').subarray(0, 40)]));
  end();
  const error = await (await opening).ended.catch((thrown: unknown) => thrown);
  expect(faultOf(error)).toEqual({ code: 'MalformedResponse', kind: 'transient' });
});
