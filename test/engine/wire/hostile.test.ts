import { connect as connectHttp2, constants } from 'node:http2';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ServerOptions } from '../../../engine/wire/options.ts';
import type { RunningServer } from '../../../engine/wire/running-server.ts';
import { CBOR_TYPE, call, callHeaders, callHttp2, JSON_TYPE, RawConnection, requestBytes } from './raw-call.ts';
import { type Serving, serving } from './set-up.ts';
import { soon } from './soon.ts';

/** Short enough to wait for, long enough for a request on a busy machine. */
const SHORT: ServerOptions = { headersTimeoutMs: 300, requestTimeoutMs: 600, idleTimeoutMs: 900 };

async function expectWell({ url }: RunningServer): Promise<void> {
  expect((await call(url, 'ListStreams', '{}')).status).toBe(200);
}

/** Sends bytes, waits for the end of the connection, and returns the response. */
async function exchangeBytes(server: RunningServer, bytes: string | Uint8Array): Promise<string> {
  const connection = new RawConnection(server.port);
  connection.send(bytes);
  await connection.closed;
  return connection.received;
}

const statusOf = (received: string): number => Number(/^HTTP\/1\.1 (\d{3}) /.exec(received)?.[1]);
const errorOf = (received: string): string => JSON.parse(received.slice(received.indexOf('\r\n\r\n'))).__type;

describe('bodies over the limit', () => {
  const declared = requestBytes('PutRecord', '', { 'content-length': '1001' });
  const chunked = requestBytes('PutRecord', '', { 'transfer-encoding': 'chunked' }).replace(
    'content-length: 0\r\n',
    '',
  );

  test('rejects bodies over the limit with 413 before they arrive, and ends the connection', async () => {
    const { server } = await serving({ maxBodyBytes: 1000 });
    const received = await exchangeBytes(server, declared);
    expect([statusOf(received), errorOf(received)]).toEqual([413, 'RequestEntityTooLarge']);
    expect(received.toLowerCase()).toContain('connection: close');
    await expectWell(server);
  });

  test('rejects bodies as soon as they exceed the limit, although the client continues to send', async () => {
    const { server } = await serving({ maxBodyBytes: 1000 });
    const connection = new RawConnection(server.port);
    connection.send(chunked);
    const sending = setInterval(() => connection.send(`80\r\n${'x'.repeat(128)}\r\n`), 1);
    await connection.closed;
    clearInterval(sending);
    expect(statusOf(connection.received)).toBe(413);
    await expectWell(server);
  });

  test('rejects bodies over the limit over HTTP/2, with or without a declared length', async () => {
    const { server } = await serving({ maxBodyBytes: 1000 });
    const headers = callHeaders('PutRecord');
    for (const more of [{}, { 'content-length': '2000' }]) {
      const response = await callHttp2(server.url, { ...headers, ...more }, Buffer.alloc(2000, ' '));
      expect(response.headers[':status']).toBe(413);
      expect(JSON.parse(response.body.toString())).toMatchObject({ __type: 'RequestEntityTooLarge' });
    }
    await expectWell(server);
  });

  test('accepts bodies of exactly the limit', async () => {
    const { server } = await serving({ maxBodyBytes: 1000 });
    expect((await call(server.url, 'ListStreams', `{${' '.repeat(998)}}`)).status).toBe(200);
  });

  test('bodies of all clients together have a limit, and free their memory with their responses', async () => {
    const { server, service } = await serving({ maxBodyBytes: 1000, maxBodiesBytes: 1500 });
    let response = (_output: object): void => {};
    service.responses.PutRecord = () => new Promise((resolve) => (response = resolve));
    const body = `{${' '.repeat(998)}}`;
    const first = call(server.url, 'PutRecord', body);
    await soon(() => expect(service.calls).toHaveLength(1));
    expect((await call(server.url, 'ListStreams', body)).status).toBe(503);
    expect((await callHttp2(server.url, callHeaders('ListStreams'), body)).headers[':status']).toBe(503);
    response({});
    expect((await first).status).toBe(200);
    expect((await call(server.url, 'ListStreams', body)).status).toBe(200);
  });
});

describe('clients that are slow', () => {
  const head = requestBytes('PutRecord', '{}');

  test.each([
    ['after nothing', '', Number.NaN],
    ['after a letter', 'P', Number.NaN],
    ['in the headers', head.slice(0, 40), 408],
    ['in the body', head.slice(0, -1), 408],
    ['after a response', requestBytes('ListStreams', '{}'), 200],
    ['after what looks like HTTP/2', 'PRI', Number.NaN],
    ['in the opening of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n', Number.NaN],
  ])('disconnects clients that stop sending %s', async (_where, bytes, status) => {
    const { server } = await serving(SHORT);
    const received = await exchangeBytes(server, bytes);
    expect(statusOf(received)).toBe(status);
    await soon(() => expect(server.connectionCount).toBe(0));
  });

  test('disconnects clients that send a byte now and then', async () => {
    const { server } = await serving(SHORT);
    const connection = new RawConnection(server.port);
    connection.send('POST / HTTP/1.1\r\n');
    const sending = setInterval(() => connection.send('a: b\r\n'), 50);
    await connection.closed;
    clearInterval(sending);
    expect(statusOf(connection.received)).toBe(408);
  });

  test('clients get 408 for a slow body over HTTP/2', async () => {
    const { server } = await serving(SHORT);
    const session = connectHttp2(server.url);
    const stream = session.request({ ':method': 'POST', ...callHeaders('PutRecord') });
    stream.write('{');
    const status = await new Promise((resolve) => stream.once('response', (headers) => resolve(headers[':status'])));
    expect(status).toBe(408);
    session.destroy();
    await soon(() => expect(server.connectionCount).toBe(0));
  });

  test('the server does not read or respond ahead of clients that do not read', async () => {
    const { server, service } = await serving(SHORT);
    service.responses.GetRecords = () => ({ Records: [{ SequenceNumber: '1', Data: Buffer.alloc(4 * 1024 * 1024) }] });
    const connection = new RawConnection(server.port);
    connection.socket.pause();
    connection.send(requestBytes('GetRecords', '{}').repeat(2000));
    await soon(() => expect(service.calls.length).toBeGreaterThan(0));
    await soon(() => expect(server.connectionCount).toBe(0));
    connection.socket.destroy();
    expect(service.calls.length).toBeLessThan(20);
    await expectWell(server);
  });

  test('clients that do not read cause requests that need more memory to be rejected until they disconnect', async () => {
    const { server, service } = await serving({ maxBodiesBytes: 16 * 1024 * 1024 });
    service.responses.GetRecords = () => ({ Records: [{ SequenceNumber: '1', Data: Buffer.alloc(4 * 1024 * 1024) }] });
    const slow = Array.from({ length: 20 }, () => new RawConnection(server.port));
    for (const { socket } of slow) socket.pause();
    for (const connection of slow) connection.send(requestBytes('GetRecords', '{}'));
    await soon(async () => expect((await call(server.url, 'ListStreams', '{}')).status).toBe(503));
    expect(service.calls.length).toBeLessThan(10);
    for (const { socket } of slow) socket.destroy();
    await soon(async () => expect((await call(server.url, 'ListStreams', '{}')).status).toBe(200));
  });

  test('disconnects clients that read slowly over HTTP/2', async () => {
    const { server, service } = await serving(SHORT);
    service.responses.GetRecords = () => ({ Records: [{ SequenceNumber: '1', Data: Buffer.alloc(4 * 1024 * 1024) }] });
    const session = connectHttp2(server.url);
    session.on('error', () => {});
    const stream = session.request({ ':method': 'POST', ...callHeaders('GetRecords') });
    stream.on('error', () => {});
    stream.end('{}');
    stream.pause();
    await new Promise((resolve) => session.once('close', resolve));
    await soon(() => expect(server.connectionCount).toBe(0));
  });

  test('clients are not disconnected while they wait for a response', async () => {
    const { server, service } = await serving(SHORT);
    service.responses.ListStreams = () => new Promise((resolve) => setTimeout(resolve, 2000, { StreamNames: [] }));
    const responses = [call(server.url, 'ListStreams', '{}'), callHttp2(server.url, callHeaders('ListStreams'), '{}')];
    await expect(Promise.all(responses)).resolves.toHaveLength(2);
  });
});

describe('a connection without HTTP', () => {
  const target = 'x-amz-target: Kinesis_20131202.ListStreams\r\n';

  test.each([
    ['another protocol', '\x16\x03\x01\x02\x00\x01\x00\r\n\r\n', 400],
    ['another version', 'POST / HTTP/3.0\r\n\r\n', 400],
    ['no path', 'POST HTTP/1.1\r\n\r\n', 400],
    ['a header without a colon', 'POST / HTTP/1.1\r\nhello\r\n\r\n', 400],
    ['a header without a name', 'POST / HTTP/1.1\r\n: x\r\n\r\n', 400],
    ['a space before a colon', 'POST / HTTP/1.1\r\ncontent-length : 1\r\n\r\nx', 400],
    ['a header that goes on in the next line', 'POST / HTTP/1.1\r\na: b\r\n c: d\r\n\r\n', 400],
    ['line ends of Unix', 'POST / HTTP/1.1\na: b\n\r\n\r\n', 400],
    ['a carriage return in a header', 'POST / HTTP/1.1\r\na: b\rc\r\n\r\n', 400],
    ['a zero byte', 'POST / HTTP/1.1\r\na: \0\r\n\r\n', 400],
    ['two lengths', 'POST / HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx', 400],
    ['a negative length', 'POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n', 400],
    ['a length in hexadecimal', 'POST / HTTP/1.1\r\ncontent-length: 0x10\r\n\r\n', 400],
    ['a length and chunks', 'POST / HTTP/1.1\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n', 400],
    ['another encoding', 'POST / HTTP/1.1\r\ntransfer-encoding: gzip, chunked\r\n\r\n', 501],
    ['two targets', `POST / HTTP/1.1\r\n${target}${target}\r\n`, 400],
    ['headers without end', `POST / HTTP/1.1\r\n${'a: b\r\n'.repeat(10_000)}`, 431],
    ['too many headers', `POST / HTTP/1.1\r\n${'a:b\r\n'.repeat(200)}\r\n`, 431],
    ['a chunk without a size', 'POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nx\r\n', 400],
    ['a chunk longer than its size', 'POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\nxyz\r\n', 400],
    ['a line of a chunk without end', `POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1;${'x'.repeat(300)}`, 400],
    [
      'trailers without end',
      `POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n${'a: b\r\n'.repeat(10_000)}`,
      400,
    ],
  ])(
    'a request with %s gets one response, in the form of AWS, and ends the connection',
    async (_what, bytes, status) => {
      const { server, service } = await serving();
      // What follows must never be taken for a request of its own.
      const received = await exchangeBytes(server, `${bytes}${requestBytes('ListStreams', '{}')}`);
      expect(statusOf(received)).toBe(status);
      expect(received.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
      expect(errorOf(received)).toEqual(expect.any(String));
      expect(service.calls).toEqual([]);
    },
  );

  test('the server works on after a connection with any bytes', async () => {
    const { server } = await serving({ ...SHORT, maxBodyBytes: 1000 });
    const whole = Buffer.from(requestBytes('ListStreams', '{}'));
    const http2 = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    const noise = fc.uint8Array({ maxLength: 200 });
    const bytes = fc.oneof(
      noise,
      noise.map((tail) => Buffer.concat([http2, tail])),
      fc
        .tuple(noise, fc.nat(whole.length))
        .map(([piece, at]) => Buffer.concat([whole.subarray(0, at), piece, whole.subarray(at)])),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(bytes, { minLength: 20, maxLength: 20 }), async (clients) => {
        const responses = await Promise.all(
          clients.map((client) => {
            const connection = new RawConnection(server.port);
            connection.send(client);
            connection.socket.end();
            return connection.closed.then(() => connection.received);
          }),
        );
        for (const response of responses) expect(response).toMatch(/^(?:HTTP\/1\.1 \d{3} |\0|$)/);
        await expectWell(server);
      }),
      { numRuns: 10 },
    );
    await soon(() => expect(server.connectionCount).toBeLessThan(3));
  });
});

test('any body gets a response in the form of AWS', async () => {
  const { server, service } = await serving();
  const near = fc.json().map((text) => Buffer.from(text));
  const types = fc.constantFrom(JSON_TYPE, CBOR_TYPE);
  const operations = fc.constantFrom('PutRecord', 'PutRecords', 'GetRecords', 'SubscribeToShard');
  service.responses.PutRecord = service.responses.PutRecords = () => ({});
  const body = fc.oneof(
    near,
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  );
  await fc.assert(
    fc.asyncProperty(operations, types, body, async (operation, type, bytes) => {
      const response = await call(server.url, operation, bytes, type);
      expect([200, 400]).toContain(response.status);
      expect(response.headers.get('x-amzn-errortype') === null).toBe(response.status === 200);
      await response.arrayBuffer();
    }),
    { numRuns: 300 },
  );
});

test('rejects endless nesting without following it', async () => {
  const { server, service } = await serving();
  service.responses.PutRecord = () => ({});
  for (const [body, type] of [
    ['{"a":'.repeat(1_000_000), JSON_TYPE],
    ['['.repeat(1_000_000), JSON_TYPE],
    [Buffer.alloc(1_000_000, 0x9f), CBOR_TYPE],
  ] as const) {
    const response = await call(server.url, 'PutRecord', body, type);
    expect(response.status).toBe(400);
  }
  const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
  expect((await call(server.url, 'PutRecord', deep)).status).toBe(200);
});

describe('clients of HTTP/2', () => {
  test('disconnects clients that open and reset streams without end', async () => {
    const { server } = await serving();
    const session = connectHttp2(server.url);
    session.on('error', () => {});
    const closed = new Promise<void>((resolve) => session.once('close', () => resolve()));
    const flood = () => {
      for (let i = 0; i < 50 && !session.destroyed; i++) {
        const stream = session.request({ ':method': 'POST', ...callHeaders('ListStreams') });
        stream.on('error', () => {});
        stream.close(constants.NGHTTP2_CANCEL);
      }
      if (!session.destroyed) setImmediate(flood);
    };
    flood();
    await closed;
    await expectWell(server);
  });

  test('clients of HTTP/2 may open as many streams as the settings allow', async () => {
    const { server, service } = await serving({ maxConcurrentStreams: 3 });
    service.responses.ListStreams = () => new Promise(() => {});
    const session = connectHttp2(server.url);
    session.on('error', () => {});
    await new Promise((resolve) => session.once('remoteSettings', resolve));
    expect(session.remoteSettings.maxConcurrentStreams).toBe(3);
    for (let i = 0; i < 10; i++) {
      const stream = session.request({ ':method': 'POST', ...callHeaders('ListStreams') });
      stream.on('error', () => {});
      stream.end('{}');
    }
    await soon(() => expect(service.calls).toHaveLength(3));
    session.destroy();
    await expectWellAfter(server, service);
  });

  test('rejects clients of HTTP/2 with headers over the limit', async () => {
    const { server } = await serving({ maxHeaderBytes: 4096 });
    const headers = { ...callHeaders('ListStreams'), 'x-long': 'x'.repeat(8192) };
    const session = connectHttp2(server.url);
    // Before the client has heard of the limit, HTTP/2 does not let us hold it to it.
    await new Promise((resolve) => session.once('remoteSettings', resolve));
    await new Promise((resolve) => session.ping(resolve));
    const stream = session.request({ ':method': 'POST', ...headers });
    const code = new Promise((resolve) => stream.once('close', () => resolve(stream.rstCode)));
    stream.on('error', () => {});
    expect(await code).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    session.destroy();
    expect((await callHttp2(server.url, callHeaders('ListStreams'), '{}')).headers[':status']).toBe(200);
  });
});

async function expectWellAfter(server: RunningServer, service: Serving['service']): Promise<void> {
  delete service.responses.ListStreams;
  await expectWell(server);
}

describe('very many connections', () => {
  test('idle connections cost little, and delay no other client', async () => {
    const { server } = await serving({ headersTimeoutMs: 100_000 });
    const before = process.memoryUsage().rss;
    const idle = Array.from({ length: 2000 }, () => new RawConnection(server.port));
    await soon(() => expect(server.connectionCount).toBe(2000));
    await expectWell(server);
    // Both ends of each are in this process.
    expect((process.memoryUsage().rss - before) / idle.length).toBeLessThan(100 * 1024);
    for (const { socket } of idle) socket.destroy();
    await soon(() => expect(server.connectionCount).toBeLessThan(10));
  });

  test('connections over the limit are closed at once, and may connect after others disconnect', async () => {
    const { server } = await serving({ maxConnections: 5 });
    const kept = Array.from({ length: 5 }, () => new RawConnection(server.port));
    await soon(() => expect(server.connectionCount).toBe(5));
    const refused = new RawConnection(server.port);
    await refused.closed;
    for (const { socket } of kept) socket.destroy();
    await soon(() => expect(server.connectionCount).toBe(0));
    await expectWell(server);
  });
});
