import { X509Certificate } from 'node:crypto';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { Agent, get } from 'node:https';
import { connect as connectTls } from 'node:tls';
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
  test('is good for the names of this machine, and is named by its fingerprint', async () => {
    const { server, ca } = await servingTls();
    const certificate = new X509Certificate(ca);
    expect(server.url).toBe(`https://127.0.0.1:${server.port}`);
    expect(server.certificate?.fingerprint256).toBe(certificate.fingerprint256);
    expect(server.certificate).not.toHaveProperty('key');
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.checkIP('::1')).toBe('::1');
  });

  test.each(['h2', 'http/1.1'])('lets a client that trusts it agree on %s', async (protocol) => {
    const { server, ca } = await servingTls();
    const socket = connectTls({ host: '127.0.0.1', port: server.port, ca, ALPNProtocols: [protocol] });
    await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
    expect([socket.alpnProtocol, socket.authorized]).toEqual([protocol, true]);
    socket.destroy();
  });
});

describe("AWS's own client over TLS", () => {
  test('calls by HTTP/1.1', async () => {
    const { server, ca } = await servingTls();
    const requestHandler = new NodeHttpHandler({ httpsAgent: new Agent({ ca }) });
    const client = sdkClient(server.url, 'HTTP/1.1', { requestHandler });
    expect((await client.send(new ListStreamsCommand({}))).StreamNames).toEqual(['orders']);
  });

  test('calls by HTTP/2', async () => {
    const { server, ca } = await servingTls();
    const requestHandler = new NodeHttp2Handler({ nodeHttp2ConnectOptions: { ca } });
    const client = sdkClient(server.url, 'HTTP/2', { requestHandler });
    expect((await client.send(new ListStreamsCommand({}))).StreamNames).toEqual(['orders']);
  });
});

test('clients that do not trust it, do not speak TLS, or say nothing, harm nobody', async () => {
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
