import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { generate } from 'selfsigned';
import { afterEach, describe, expect, test } from 'vitest';
import { setUpKinesis } from '../../../../runners/targets/kinesis/kinesis-target.ts';
import { otherProtocol } from '../../../../runners/targets/kinesis/port-protocol.ts';
import { resolveScenario } from '../../../../workloads/resolve.ts';
import type { KinesisTargetSpec } from '../../../../workloads/targets/kinesis.ts';
import { scenario } from '../../../workloads/a-scenario.ts';
import { startOwn } from './peers.ts';

/** Longer than a test that waits for it could pass. */
const TIMEOUT_MS = 60_000;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function listening(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket.on('error', () => {})));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const plain = () => listening(createHttp((_request, response) => response.end('hello')));
/** Waits for a whole request, so that the first message of TLS gets no response. */
const patient = () =>
  listening(
    createServer((socket) => {
      let text = '';
      socket.on('data', (bytes) => {
        text += bytes.toString('latin1');
        if (text.includes('\r\n\r\n')) socket.end('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n');
      });
    }),
  );
const silent = () => listening(createServer((socket) => void socket.resume()));
async function tls(): Promise<string> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }]);
  return listening(createHttps({ key, cert }, (_request, response) => response.end('hello')));
}

async function own(): Promise<string> {
  const peer = await startOwn();
  closing.push(peer.close);
  return new URL(peer.endpoint).host;
}

async function setUp(endpoint: string, protocol: 'http1' | 'http2', timeout = `${TIMEOUT_MS}ms`) {
  const target = { kind: 'kinesis', stream: 's', region: 'us-east-1', endpoint, protocol, timeout };
  const plan = resolveScenario({ ...scenario, target });
  const startMs = performance.now();
  const error: unknown = await setUpKinesis(plan.target as KinesisTargetSpec, plan).catch((thrown) => thrown);
  return { message: String(error), ms: performance.now() - startMs };
}

describe.each(['http1', 'http2'] as const)(
  'an endpoint with the wrong protocol in its address, over %s',
  (protocol) => {
    test.each([
      ['an HTTP server', plain],
      ['a server that waits for a whole request', patient],
      ['streamgauge serve', own],
    ])('reports https: with %s without TLS before the timeout of a call', async (_server, start) => {
      const host = await start();
      const { message, ms } = await setUp(`https://${host}`, protocol);
      expect(message).toMatch(/RUNNER_TARGET_FAILED the port speaks HTTP without TLS \(stream s at https:/);
      expect(message).toContain(`Write http://${host}`);
      expect(ms).toBeLessThan(TIMEOUT_MS);
    });

    test('reports http: with a port that speaks TLS', async () => {
      const host = await tls();
      const { message } = await setUp(`http://${host}`, protocol);
      expect(message).toMatch(/RUNNER_TARGET_FAILED the port speaks TLS \(stream s at http:/);
      expect(message).toContain(`Write https://${host}`);
    });

    test.each(['http:', 'https:'])('waits only once for a port that accepts %s and never responds', async (scheme) => {
      const { message } = await setUp(`${scheme}//${await silent()}`, protocol, '500ms');
      expect(message).toMatch(
        /RUNNER_TARGET_FAILED (?:TimeoutError|ETIMEDOUT): .* Look at the endpoint, or raise timeout/,
      );
    });
  },
);

test('reports no error for a port that matches its address', async () => {
  expect(await otherProtocol(`http://${await plain()}`)).toBeUndefined();
  expect(await otherProtocol(`https://${await tls()}`)).toBeUndefined();
  expect(await otherProtocol('https://127.0.0.1:1')).toBeUndefined();
});
