import { describe, expect, onTestFinished, test } from 'vitest';
import { VirtualClock } from '../../../../engine/account/clock.ts';
import {
  HttpEndpointDestination,
  type HttpEndpointOptions,
} from '../../../../engine/firehose/destinations/http-endpoint.ts';
import { ARRIVED_AT_MS, batchOf, NEVER, recordOf } from './batches.ts';
import { acknowledge, type EndpointFake, type Respond, startEndpoint } from './endpoint-fake.ts';
import { sendJson } from './test-server.ts';

const ARN = 'arn:aws:firehose:us-east-1:123456789012:deliverystream/logs';
const SECRET = 'key-"of\\many characters';

async function start(respond?: Respond, options: Partial<HttpEndpointOptions> = {}) {
  const endpoint = await startEndpoint(respond);
  onTestFinished(endpoint.close);
  const clock = new VirtualClock(ARRIVED_AT_MS);
  const destination = destinationFor(endpoint, clock, options);
  onTestFinished(() => destination.close());
  return { endpoint, clock, destination };
}

const destinationFor = (
  { url }: Pick<EndpointFake, 'url'>,
  clock: VirtualClock,
  options: Partial<HttpEndpointOptions> = {},
) =>
  new HttpEndpointDestination(
    { url: `${url}/in?a=b%20c`, commonAttributes: {}, contentEncoding: 'NONE', deliveryStreamArn: ARN, ...options },
    clock,
  );

describe('requests to an HTTP endpoint', () => {
  test('have the records in Base64, in their order, with the time of the try', async () => {
    const { endpoint, destination } = await start();
    const records = [recordOf('hello', 0), recordOf('', 1), recordOf(new Uint8Array([0, 255, 10]), 2)];
    expect(await destination.deliver(batchOf(records), NEVER)).toEqual({ kind: 'delivered' });
    expect(endpoint.violations).toEqual([]);
    expect(endpoint.bodies[0]).toEqual({
      requestId: expect.any(String),
      timestamp: ARRIVED_AT_MS,
      records: [{ data: 'aGVsbG8=' }, { data: '' }, { data: 'AP8K' }],
    });
  });

  test('go to the configured path and parameters, without compression, access key or attributes by default', async () => {
    const { endpoint, destination } = await start();
    await destination.deliver(batchOf(['a']), NEVER);
    const { path, headers } = endpoint.received[0]!;
    expect(path).toBe('/in?a=b%20c');
    expect(headers['x-amz-firehose-source-arn']).toBe(ARN);
    for (const name of ['content-encoding', 'x-amz-firehose-access-key', 'x-amz-firehose-common-attributes'])
      expect(headers).not.toHaveProperty(name);
  });

  test('carry the access key as configured, and attributes as JSON that a header can carry', async () => {
    const commonAttributes = { 'deployment -context': 'pre-prod-gamma', 'device-types': '', ort: 'Zürich 🏔' };
    const { endpoint, destination } = await start(acknowledge, { accessKey: SECRET, commonAttributes });
    await destination.deliver(batchOf(['a']), NEVER);
    const { headers } = endpoint.received[0]!;
    expect(headers['x-amz-firehose-access-key']).toBe(SECRET);
    const attributes = String(headers['x-amz-firehose-common-attributes']);
    expect(attributes).toMatch(/^[\x20-\x7e]*$/);
    expect(JSON.parse(attributes)).toEqual({ commonAttributes });
  });

  test('are compressed if GZIP is configured', async () => {
    const { endpoint, destination } = await start(acknowledge, { contentEncoding: 'GZIP' });
    await destination.deliver(batchOf(['hello'.repeat(1000)]), NEVER);
    expect(endpoint.violations).toEqual([]);
    expect(endpoint.received[0]!.headers['content-encoding']).toBe('gzip');
    expect(endpoint.received[0]!.body.length).toBeLessThan(500);
    expect(endpoint.bodies[0]!.records[0]!.data).toBe(Buffer.from('hello'.repeat(1000)).toString('base64'));
  });

  test('have at most 10,000 records: larger batches make several requests with ids of their own', async () => {
    const { endpoint, destination } = await start();
    const records = Array.from({ length: 25_000 }, (_, index) => recordOf(String(index), index));
    expect(await destination.deliver(batchOf(records), NEVER)).toEqual({ kind: 'delivered' });
    expect(endpoint.violations).toEqual([]);
    expect(endpoint.bodies.map((body) => body.records.length)).toEqual([10_000, 10_000, 5_000]);
    expect(new Set(endpoint.bodies.map(({ requestId }) => requestId)).size).toBe(3);
  });

  test('have at most 64 MiB of Base64', async () => {
    const { endpoint, destination } = await start();
    const records = Array.from({ length: 70 }, (_, index) => recordOf(new Uint8Array(1_024_000), index));
    expect(await destination.deliver(batchOf(records), NEVER)).toEqual({ kind: 'delivered' });
    expect(endpoint.violations).toEqual([]);
    expect(endpoint.bodies.map((body) => body.records.length)).toEqual([49, 21]);
  });

  test('keep their id when they are sent again, also without the requests before them', async () => {
    let fails = true;
    const { endpoint, destination } = await start((body, response, request) =>
      fails && endpoint.bodies.length === 2
        ? sendJson(response, 503, { requestId: body.requestId, timestamp: 1 })
        : acknowledge(body, response, request),
    );
    const batch = batchOf(Array.from({ length: 15_000 }, (_, index) => recordOf(String(index), index)));
    const outcome = await destination.deliver(batch, NEVER);
    if (outcome.kind !== 'retry') throw new Error(outcome.kind);
    expect(outcome.remaining).toEqual(batch.records.slice(10_000));
    fails = false;
    expect(await destination.deliver({ ...batch, records: outcome.remaining! }, NEVER)).toEqual({ kind: 'delivered' });
    const ids = endpoint.bodies.map(({ requestId }) => requestId);
    expect(ids[1]).not.toBe(ids[0]);
    expect(ids[2]).toBe(ids[1]);
  });
});

describe('responses of an HTTP endpoint', () => {
  const json =
    (value: unknown, headers: Readonly<Record<string, string | number>> = {}): Respond =>
    (_, response) => {
      const text = JSON.stringify(value);
      response.writeHead(200, {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(text),
        ...headers,
      });
      response.end(text);
    };
  const withId =
    (members: object, headers?: Readonly<Record<string, string | number>>): Respond =>
    (body, response, request) =>
      json({ requestId: body.requestId, ...members }, headers)(body, response, request);

  test.each<[text: string, respond: Respond]>([
    [
      'has an empty body',
      (_, response) => response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': 0 }).end(),
    ],
    [
      'is no JSON',
      (_, response) => response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': 2 }).end('ok'),
    ],
    ['is a JSON null', json(null)],
    ['has no request id', json({ timestamp: 1 })],
    ['has a request id of null', json({ requestId: null, timestamp: 1 })],
    ['has another request id', json({ requestId: '2de9e8e9-7296-47b0-bea6-9f17b133d847', timestamp: 1 })],
    ['has no timestamp', withId({})],
    ['has a timestamp of text', withId({ timestamp: '1578090903599' })],
    ['has a timestamp with a fraction', withId({ timestamp: 1.5 })],
    ['has unexpected members', withId({ timestamp: 1, status: 'ok' })],
    ['has an error message of another type', withId({ timestamp: 1, errorMessage: 5 })],
    ['has an error message of 8,193 characters', withId({ timestamp: 1, errorMessage: 'x'.repeat(8193) })],
    ['has another content type', withId({ timestamp: 1 }, { 'Content-Type': 'text/plain' })],
    [
      'has a content type that only begins like JSON',
      withId({ timestamp: 1 }, { 'Content-Type': 'application/jsonlines' }),
    ],
    ['has a content encoding', withId({ timestamp: 1 }, { 'Content-Encoding': 'identity' })],
    [
      'has no content length',
      ({ requestId }, response) => {
        response.writeHead(200, { 'Content-Type': 'application/json' });
        response.write(`{"requestId":"${requestId}",`);
        response.end('"timestamp":1}');
      },
    ],
  ])('fail the try if the body or a header %s', async (_, respond) => {
    const { destination } = await start(respond);
    const outcome = await destination.deliver(batchOf(['a']), NEVER);
    expect(outcome).toMatchObject({ kind: 'retry', errorCode: 'HttpEndpoint.InvalidResponseFromDestination' });
  });

  test('acknowledge with a charset and an error message of 8,192 characters, too', async () => {
    const headers = { 'Content-Type': 'Application/JSON; charset=utf-8' };
    const { destination } = await start(withId({ timestamp: 1, errorMessage: 'x'.repeat(8192) }, headers));
    expect(await destination.deliver(batchOf(['a']), NEVER)).toEqual({ kind: 'delivered' });
  });

  test.each([201, 202, 204, 301, 307, 400, 401, 403, 404, 429, 500, 503])(
    'fail the try if their status is %i',
    async (status) => {
      const { endpoint, destination } = await start(({ requestId }, response) => {
        response.setHeader('Location', `${endpoint.url}/elsewhere`);
        sendJson(response, status, { requestId, timestamp: 1, errorMessage: 'not now' });
      });
      const outcome = await destination.deliver(batchOf(['a']), NEVER);
      expect(outcome).toMatchObject({ kind: 'retry', errorCode: 'HttpEndpoint.DestinationException' });
      expect(endpoint.received.map(({ path }) => path)).toEqual(['/in?a=b%20c']);
      if (outcome.kind === 'retry' && status !== 204)
        expect(outcome.errorMessage).toContain(`${status}: {"requestId":`);
    },
  );

  test('discard the records of one request, and no others, if their status is 413', async () => {
    const { endpoint, destination } = await start(({ requestId }, response) =>
      sendJson(response, endpoint.bodies.length === 2 ? 413 : 200, { requestId, timestamp: 1 }),
    );
    const batch = batchOf(Array.from({ length: 25_000 }, (_, index) => recordOf('', index)));
    const outcome = await destination.deliver(batch, NEVER);
    expect(outcome).toMatchObject({ kind: 'discarded', errorCode: 'HttpEndpoint.DestinationException' });
    if (outcome.kind !== 'discarded') return;
    expect(outcome.discarded).toEqual(batch.records.slice(10_000, 20_000));
    expect(outcome.remaining).toEqual(batch.records.slice(20_000));
  });

  test.each<[code: string, text: string, respond: Respond]>([
    ['ConnectionReset', 'the connection ends before a response', (_, __, { socket }) => socket.resetAndDestroy()],
    [
      'ConnectionReset',
      'the connection ends inside of the body',
      ({ requestId }, response, { socket }) => {
        response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': 1000 });
        response.write(`{"requestId":"${requestId}"`, () => socket.destroy());
      },
    ],
    [
      'ResponseTooLarge',
      'the body is larger than 1 MiB',
      (_, response) => {
        response.writeHead(200, { 'Content-Type': 'application/json' });
        response.end(Buffer.alloc(1024 * 1024 + 1, ' '));
      },
    ],
    [
      'ResponseTooLarge',
      'the headers never end',
      (_, __, { socket }) => socket.write(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(200_000)}`),
    ],
    [
      'InvalidResponseFromDestination',
      'the response is no HTTP',
      (_, __, { socket }) => socket.end('+OK ready\r\n\r\n'),
    ],
  ])('fail with HttpEndpoint.%s if %s', async (code, _, respond) => {
    const { destination } = await start(respond);
    const outcome = await destination.deliver(batchOf(['a']), NEVER);
    expect(outcome).toMatchObject({ kind: 'retry', errorCode: `HttpEndpoint.${code}` });
  });

  test('time out after 3 minutes on the clock of the engine, also after their first bytes', async () => {
    const never: Respond[] = [
      () => {},
      (_, response) => void response.writeHead(200, { 'Content-Length': 50 }).write('{'),
    ];
    const outcomes = never.map(async (respond) => {
      const { endpoint, clock, destination } = await start(respond);
      let outcome: unknown;
      const delivering = destination.deliver(batchOf(['a']), NEVER).then((end) => {
        outcome = end;
      });
      await endpoint.until(1);
      clock.advance(3 * 60_000 - 1);
      await new Promise(setImmediate);
      expect(outcome).toBeUndefined();
      clock.advance(1);
      await delivering;
      return outcome;
    });
    for (const outcome of await Promise.all(outcomes))
      expect(outcome).toMatchObject({ kind: 'retry', errorCode: 'HttpEndpoint.RequestTimeout' });
  });

  test('count if they come after the clock has jumped over the timeout', async () => {
    const { endpoint, clock, destination } = await start((body, response, request) =>
      setTimeout(() => acknowledge(body, response, request), 50),
    );
    const delivering = destination.deliver(batchOf(['a']), NEVER);
    await endpoint.until(1);
    clock.advance(3_600_000);
    expect(await delivering).toEqual({ kind: 'delivered' });
  });

  test('are abandoned once the delivery stream ends', async () => {
    const { endpoint, destination } = await start(() => {});
    const abort = new AbortController();
    const delivering = destination.deliver(batchOf(['a']), abort.signal);
    await endpoint.until(1);
    abort.abort();
    expect(await delivering).toMatchObject({ kind: 'retry' });
    expect(await destination.deliver(batchOf(['a']), abort.signal)).toMatchObject({ kind: 'retry' });
    expect(endpoint.received.length).toBe(1);
  });

  test('never bring the access key into an error message', async () => {
    const { destination } = await start(
      (_, response) => sendJson(response, 401, { errorMessage: `${SECRET} is wrong` }),
      { accessKey: SECRET },
    );
    const outcome = await destination.deliver(batchOf(['a']), NEVER);
    expect(outcome).toMatchObject({ kind: 'retry', errorMessage: expect.stringContaining('"*** is wrong"') });
    expect(JSON.stringify(outcome)).not.toContain('many characters');
  });
});

describe('connections to an HTTP endpoint', () => {
  test('fail with HttpEndpoint.ConnectionFailed if no server listens', async () => {
    const endpoint = await startEndpoint();
    await endpoint.close();
    const destination = destinationFor(endpoint, new VirtualClock());
    onTestFinished(() => destination.close());
    const outcome = await destination.deliver(batchOf(['a']), NEVER);
    expect(outcome).toMatchObject({ kind: 'retry', errorCode: 'HttpEndpoint.ConnectionFailed' });
    if (outcome.kind === 'retry') expect(outcome.errorMessage).toContain('(ECONNREFUSED)');
  });

  test('fail with HttpEndpoint.SSLHandshakeFailure if the server speaks no TLS', async () => {
    const { endpoint, clock } = await start();
    const destination = destinationFor({ url: endpoint.url.replace('http:', 'https:') }, clock);
    onTestFinished(() => destination.close());
    const outcome = await destination.deliver(batchOf(['a']), NEVER);
    expect(outcome).toMatchObject({ kind: 'retry', errorCode: 'HttpEndpoint.SSLHandshakeFailure' });
  });

  test('carry many requests', async () => {
    const { endpoint, destination } = await start();
    for (let times = 0; times < 5; times++) await destination.deliver(batchOf(['a']), NEVER);
    expect(endpoint.connections()).toBe(1);
  });
});
