import { createServer as createHttp2Server, type ServerHttp2Stream } from 'node:http2';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readCbor } from '../../../../engine/wire/cbor-reader.ts';
import { writeCbor } from '../../../../engine/wire/cbor-writer.ts';
import { faultOf } from '../../../../runners/aws/call-faults.ts';
import { openClient } from '../../../../runners/aws/client.ts';
import { openTransport } from '../../../../runners/aws/lean/transport.ts';
import { KINESIS } from '../../../../runners/aws/service.ts';
import { startOwn } from '../../targets/kinesis/peers.ts';
import { startSmallProxy } from '../small-proxy.ts';

const closing: (() => unknown)[] = [];
beforeEach(() => {
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY']) {
    vi.stubEnv(name, undefined);
    vi.stubEnv(name.toLowerCase(), undefined);
  }
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'any');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'any');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closing.splice(0).reverse()) await close();
});

const EMPTY = writeCbor({});
const CBOR = { 'content-type': 'application/x-amz-cbor-1.1' };

async function transportTo(endpoint: string, protocol: 'http1' | 'http2', timeoutNs = 20e9) {
  const connection = { endpoint, protocol, timeoutNs };
  const client = await openClient(connection, { sockets: 1, for: 'calls' });
  const command = new PutRecordsCommand({ StreamName: 's', Records: [] });
  const transport = await openTransport(client, command, { service: KINESIS, connection, sockets: 2 });
  closing.push(
    () => client.destroy(),
    () => transport.close(),
  );
  return transport;
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server that gives a written response to each request of HTTP/1.1. @param respond the connection's and the request's number. */
function rawServer(respond: (socket: Socket, request: number, text: string) => void): Promise<string> {
  let requests = 0;
  return listening(
    createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (bytes) => {
        requests += 1;
        respond(socket, requests, bytes.toString('latin1'));
      });
    }),
  );
}

const okHead = (more: string) => `HTTP/1.1 200 OK\r\ncontent-type: ${CBOR['content-type']}\r\n${more}\r\n`;
const fault = (call: Promise<unknown>) => call.then(() => undefined, faultOf);

describe('through a proxy', () => {
  test.each(['http1', 'http2'] as const)(
    'calls with protocol %s reach a plain endpoint by its whole address',
    async (protocol) => {
      const own = await startOwn();
      const proxy = await startSmallProxy({ user: 'me:secret' });
      closing.push(own.close, proxy.close);
      vi.stubEnv('HTTP_PROXY', `http://me:secret@${proxy.host}`);
      const transport = await transportTo(own.endpoint, protocol);
      const read = (body: Buffer) => readCbor(body);
      expect(await transport.call('ListStreams', EMPTY, read)).toMatchObject({ StreamNames: [] });
      expect(await transport.call('ListStreams', EMPTY, read)).toMatchObject({ StreamNames: [] });
      expect(proxy.seen).toEqual([`POST ${own.endpoint}/`, `POST ${own.endpoint}/`]);
    },
  );

  test('calls reach an endpoint with TLS through one tunnel', async () => {
    const own = await startOwn({}, { tls: 'self-signed' });
    const proxy = await startSmallProxy({ user: 'me:secret' });
    closing.push(own.close, proxy.close);
    vi.stubEnv('HTTPS_PROXY', `http://me:secret@${proxy.host}`);
    const transport = await transportTo(own.endpoint, 'http1');
    for (let i = 0; i < 2; i++) {
      expect(await transport.call('ListStreams', EMPTY, (body) => readCbor(body))).toMatchObject({ StreamNames: [] });
    }
    expect(proxy.seen).toEqual([`CONNECT ${new URL(own.endpoint).host}`]);
  });

  test('a proxy that rejects the user is a fault of the call', async () => {
    const own = await startOwn({}, { tls: 'self-signed' });
    const proxy = await startSmallProxy({ user: 'me:secret' });
    closing.push(own.close, proxy.close);
    vi.stubEnv('HTTPS_PROXY', `http://me:wrong@${proxy.host}`);
    const transport = await transportTo(own.endpoint, 'http1');
    expect(await fault(transport.call('ListStreams', EMPTY, () => 0))).toMatchObject({ kind: 'transient' });
  });
});

describe('over HTTP/1.1', () => {
  const cases: readonly [string, string[], unknown][] = [
    [
      'a body in chunks',
      [okHead('transfer-encoding: chunked\r\n'), '2;x=y\r\n\xbf\xff\r', '\n0\r\n', 'trailer: x\r\n\r\n'],
      {},
    ],
    ['a head in pieces', ['HTTP/1.1 2', '00 OK\r\ncontent-le', 'ngth: 2\r\n\r', '\n\xbf', '\xff'], {}],
    ['an interim response first', ['HTTP/1.1 100 Continue\r\n\r\n', `${okHead('content-length: 2\r\n')}\xbf\xff`], {}],
  ];
  test.each(cases)('reads %s', async (_, pieces, expected) => {
    const endpoint = await rawServer(async (socket) => {
      for (const piece of pieces) {
        socket.write(piece, 'latin1');
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    });
    const transport = await transportTo(endpoint, 'http1');
    for (let i = 0; i < 2; i++)
      expect(await transport.call('PutRecords', EMPTY, (body) => readCbor(body))).toEqual(expected);
  });

  test('reads a body that the end of the connection ends, and connects again', async () => {
    const endpoint = await rawServer((socket) => socket.end(`${okHead('')}\xbf\xff`, 'latin1'));
    const transport = await transportTo(endpoint, 'http1');
    for (let i = 0; i < 2; i++) expect(await transport.call('PutRecords', EMPTY, (body) => readCbor(body))).toEqual({});
  });

  test.each([
    ['a body that is cut off', `${okHead('content-length: 9\r\n')}\xbf`, 'ECONNRESET'],
    ['bytes that are not HTTP', 'SSH-2.0-OpenSSH\r\n\r\n', 'ERR_HTTP_MALFORMED'],
    ['a chunk without a length', `${okHead('transfer-encoding: chunked\r\n')}zz\r\n`, 'ERR_HTTP_MALFORMED'],
    ['nothing at all', '', 'ECONNRESET'],
  ])('%s is a transient fault, and the next call connects again', async (_, text, code) => {
    const endpoint = await rawServer((socket, request) => {
      if (request === 1) socket.end(text, 'latin1');
      else socket.write(`${okHead('content-length: 2\r\n')}\xbf\xff`, 'latin1');
    });
    const transport = await transportTo(endpoint, 'http1');
    expect(await fault(transport.call('PutRecords', EMPTY, () => 0))).toEqual({ code, kind: 'transient' });
    expect(await transport.call('PutRecords', EMPTY, (body) => readCbor(body))).toEqual({});
  });

  test('calls wait for a free connection when all are busy, and each has its own response', async () => {
    let open = 0;
    let openMax = 0;
    const endpoint = await rawServer((socket, request) => {
      open += 1;
      openMax = Math.max(openMax, open);
      setTimeout(() => {
        open -= 1;
        const body = writeCbor({ request });
        socket.write(Buffer.concat([Buffer.from(okHead(`content-length: ${body.length}\r\n`)), body]));
      }, 5);
    });
    const transport = await transportTo(endpoint, 'http1');
    const calls = Array.from({ length: 9 }, () => transport.call('PutRecords', EMPTY, (body) => readCbor(body)));
    const numbers = (await Promise.all(calls)).map((value) => (value as { readonly request: number }).request);
    expect(numbers.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(openMax).toBe(2);
  });
});

test.each(['http1', 'http2'] as const)(
  'an endpoint over %s that nobody serves is a transient fault',
  async (protocol) => {
    const server = createServer();
    const endpoint = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    const transport = await transportTo(endpoint, protocol);
    const refused = { code: 'ECONNREFUSED', kind: 'transient' };
    expect(await fault(transport.call('PutRecords', EMPTY, () => 0))).toEqual(refused);
  },
);

test.each(['http1', 'http2'] as const)('a call over %s ends with its signal, and with its time', async (protocol) => {
  const own = await startOwn();
  closing.push(own.close);
  const transport = await transportTo(own.endpoint, protocol, 1e9);
  await fault(transport.call('ListStreams', EMPTY, () => 0));
  own.engine.account.faults.set([{ kind: 'latency', ms: 60_000 }]);
  const aborting = new AbortController();
  const aborted = transport.call('ListStreams', EMPTY, () => 0, aborting.signal);
  aborting.abort(new Error('enough'));
  await expect(aborted).rejects.toThrow('enough');
  expect(await fault(transport.call('ListStreams', EMPTY, () => 0))).toEqual({
    code: 'TimeoutError',
    kind: 'transient',
  });
});

describe('over HTTP/2', () => {
  test('opens another connection after GOAWAY, and when the server takes no more calls on one', async () => {
    let sessions = 0;
    const waiting: ServerHttp2Stream[] = [];
    const server = createHttp2Server({ settings: { maxConcurrentStreams: 2 } });
    server.on('session', () => {
      sessions += 1;
    });
    server.on('stream', (stream) => {
      stream.resume();
      waiting.push(stream);
    });
    const respond = () => {
      for (const stream of waiting.splice(0)) {
        stream.respond({ ':status': 200, ...CBOR });
        stream.end(EMPTY);
      }
    };
    const endpoint = await listening(server as unknown as Server);
    const transport = await transportTo(endpoint, 'http2');
    const call = () => transport.call('PutRecords', EMPTY, (body) => readCbor(body));
    const first = call();
    await expect.poll(() => waiting.length, { timeout: 10_000 }).toBe(1);
    const calls = [first, ...Array.from({ length: 3 }, call)];
    await expect.poll(() => waiting.length, { timeout: 10_000 }).toBe(4);
    expect(sessions).toBe(2);
    const goAway = new Set(waiting.map(({ session }) => session));
    respond();
    expect(await Promise.all(calls)).toEqual([{}, {}, {}, {}]);
    for (const session of goAway) session!.goaway();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const next = call();
    await expect.poll(() => waiting.length, { timeout: 10_000 }).toBe(1);
    respond();
    expect(await next).toEqual({});
    expect(sessions).toBe(3);
  });
});

test('a call that the service rejects for its date is signed again with the time of the service', async () => {
  const serverMs = Date.now() + 3_600_000;
  const dates: string[] = [];
  const endpoint = await rawServer((socket, request, text) => {
    dates.push(/x-amz-date: (\S+)/.exec(text)![1]!);
    const date = `date: ${new Date(serverMs).toUTCString()}\r\n`;
    if (request > 1) {
      socket.write(`${okHead(`${date}content-length: 2\r\n`)}\xbf\xff`, 'latin1');
      return;
    }
    const body = writeCbor({ __type: 'InvalidSignatureException', message: 'Signature expired' });
    const head = `HTTP/1.1 400 Bad Request\r\n${date}content-type: ${CBOR['content-type']}\r\ncontent-length: ${body.length}\r\n\r\n`;
    socket.write(Buffer.concat([Buffer.from(head), body]));
  });
  const transport = await transportTo(endpoint, 'http1');
  expect(await transport.call('PutRecords', EMPTY, (body) => readCbor(body))).toEqual({});
  expect(dates).toHaveLength(2);
  const signedAt = dates[1]!.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z');
  expect(Math.abs(Date.parse(signedAt) - serverMs)).toBeLessThan(60_000);
});
