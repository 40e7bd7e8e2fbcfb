import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { Agent, get } from 'node:https';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { NodeHttp2Handler, NodeHttpHandler } from '@smithy/node-http-handler';
import { describe, expect, test } from 'vitest';
import { RawConnection } from './raw-call.ts';
import { sdkClient, serving } from './set-up.ts';

async function servingTls() {
  const { server, service } = await serving({ tls: 'self-signed', headersTimeoutMs: 200 });
  const ca = server.certificate?.cert ?? 'no certificate';
  return { server, service, ca };
}

describe('a certificate made at start', () => {
  test('a certificate is valid for the names of this machine, and has its fingerprint', async () => {
    const { server, ca } = await servingTls();
    const certificate = new X509Certificate(ca);
    expect(server.url).toBe(`https://127.0.0.1:${server.port}`);
    expect(server.certificate?.fingerprint256).toBe(certificate.fingerprint256);
    expect(server.certificate).not.toHaveProperty('key');
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.checkIP('::1')).toBe('::1');
  });

  test.each(['h2', 'http/1.1', 'http/1.0'])('a client that trusts the certificate agrees on %s', async (protocol) => {
    const { server, ca } = await servingTls();
    const socket = connectTls({ host: '127.0.0.1', port: server.port, ca, ALPNProtocols: [protocol] });
    await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
    expect([socket.alpnProtocol, socket.authorized]).toEqual([protocol, true]);
    socket.destroy();
  });
});

describe("AWS's own client over TLS", () => {
  test('the client of AWS calls over TLS with HTTP/1.1', async () => {
    const { server, ca } = await servingTls();
    const requestHandler = new NodeHttpHandler({ httpsAgent: new Agent({ ca }) });
    const client = sdkClient(server.url, 'HTTP/1.1', { requestHandler });
    expect((await client.send(new ListStreamsCommand({}))).StreamNames).toEqual(['orders']);
  });

  test('the client of AWS calls over TLS with HTTP/2', async () => {
    const { server, ca } = await servingTls();
    const requestHandler = new NodeHttp2Handler({ nodeHttp2ConnectOptions: { ca } });
    const client = sdkClient(server.url, 'HTTP/2', { requestHandler });
    expect((await client.send(new ListStreamsCommand({}))).StreamNames).toEqual(['orders']);
  });
});

/** RFC 9113, section 3.4: what a client of HTTP/2 begins with, and an empty SETTINGS frame. */
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const EMPTY_SETTINGS = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
const SETTINGS_TYPE = 4;

async function tlsSocket(port: number, ca: string, ALPNProtocols?: string[]): Promise<TLSSocket> {
  const socket = connectTls({ host: '127.0.0.1', port, ca, ...(ALPNProtocols === undefined ? {} : { ALPNProtocols }) });
  await once(socket, 'secureConnect');
  return socket;
}

describe('a client inside TLS gets responses in the protocol that it begins with', () => {
  test.each([
    ['without ALPN', undefined],
    ['with http/1.1 agreed on', ['http/1.1']],
    ['with h2 agreed on', ['h2']],
  ])('a client inside TLS gets a response over HTTP/2 %s', async (_how, alpn) => {
    const { server, ca } = await servingTls();
    const socket = await tlsSocket(server.port, ca, alpn);
    socket.write(Buffer.concat([Buffer.from(PREFACE), EMPTY_SETTINGS]));
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(first[3]).toBe(SETTINGS_TYPE);
    socket.destroy();
  });

  test.each([
    ['without ALPN', undefined],
    ['with http/1.1 agreed on', ['http/1.1']],
    ['with h2 agreed on', ['h2']],
  ])('a client inside TLS gets a response over HTTP/1.1 %s', async (_how, alpn) => {
    const { server, ca } = await servingTls();
    const socket = await tlsSocket(server.port, ca, alpn);
    socket.write('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(first.toString()).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
  });

  test('a preface that arrives byte by byte without ALPN is HTTP/2', async () => {
    const { server, ca } = await servingTls();
    const socket = await tlsSocket(server.port, ca);
    socket.setNoDelay(true);
    const response = once(socket, 'data') as Promise<[Buffer]>;
    for (const byte of Buffer.from(PREFACE)) {
      socket.write(Buffer.from([byte]));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    socket.write(EMPTY_SETTINGS);
    expect((await response)[0][3]).toBe(SETTINGS_TYPE);
    socket.destroy();
  });

  test('a whole call by HTTP/2 without ALPN gets a response', async () => {
    const { server, ca } = await servingTls();
    const socket = await tlsSocket(server.port, ca);
    const session = connectHttp2(server.url, { createConnection: () => socket });
    const stream = session.request({ ':path': '/health' });
    const [headers] = await once(stream, 'response');
    expect(headers[':status']).toBe(200);
    session.destroy();
  });

  test('a client that offers only unknown protocols is rejected by TLS as RFC 7301 requires', async () => {
    const { server, ca } = await servingTls();
    const socket = connectTls({ host: '127.0.0.1', port: server.port, ca, ALPNProtocols: ['spdy/3'] });
    const [error] = await once(socket, 'error').catch((caught: unknown) => [caught]);
    expect(error).toMatchObject({ code: 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL' });
  });
});

test('clients that do not trust the certificate, do not speak TLS, or send nothing do not disturb the server', async () => {
  const { server, ca } = await servingTls();
  const untrusting = await new Promise((resolve) => get(server.url).once('error', resolve));
  expect(untrusting).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  const plain = new RawConnection(server.port);
  plain.send('GET /health HTTP/1.1\r\n\r\n');
  const silent = new RawConnection(server.port);
  await Promise.all([plain.closed, silent.closed]);
  const session: ClientHttp2Session = connectHttp2(server.url, { ca });
  await new Promise((resolve) => session.once('remoteSettings', resolve));
  session.destroy();
});
