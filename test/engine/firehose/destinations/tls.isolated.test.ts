import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { generate } from 'selfsigned';
import { afterEach, expect, test } from 'vitest';
import { VirtualClock } from '../../../../engine/account/clock.ts';
import { HttpClient } from '../../../../engine/firehose/destinations/http-client.ts';
import { SplunkDestination } from '../../../../engine/firehose/destinations/splunk.ts';
import { ARRIVED_AT_MS, batchOf, NEVER } from './batches.ts';

/** The certificates that this process trusts are changed, so the file has a process of its own. */
const TRUSTED = getCACertificates();

let open: { close(): unknown }[] = [];
afterEach(() => {
  for (const each of open) each.close();
  open = [];
  setDefaultCACertificates(TRUSTED);
});

/** A server whose certificate is of `localhost` only. */
async function start() {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
    ],
  });
  const server = createServer({ cert, key }, (request, response) => {
    request.resume();
    response.end('hello');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = new HttpClient(new VirtualClock(), 1);
  open.push(client, {
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  const post = (host: string) =>
    client.post(
      {
        url: new URL(`https://${host}:${port}/`),
        headers: {},
        body: Buffer.from('a'),
        timeoutMs: 60_000,
        responseBytesMax: 100,
      },
      NEVER,
    );
  return { cert, port, post };
}

test('accepts a server whose certificate is trusted', async () => {
  const { cert, post } = await start();
  setDefaultCACertificates([...TRUSTED, cert]);
  expect(await post('localhost')).toMatchObject({ kind: 'response', status: 200, body: Buffer.from('hello') });
});

test('fails the handshake with a server whose certificate is not trusted', async () => {
  const { post } = await start();
  expect(await post('localhost')).toMatchObject({ kind: 'failure', failure: 'tls-failed' });
});

test('knows a trusted certificate of another host', async () => {
  const { cert, port, post } = await start();
  setDefaultCACertificates([...TRUSTED, cert]);
  expect(await post('127.0.0.1')).toMatchObject({ kind: 'failure', failure: 'tls-other-host' });
  const splunk = new SplunkDestination(
    {
      hecEndpoint: `https://127.0.0.1:${port}`,
      hecEndpointType: 'Raw',
      hecToken: 'a',
      ackTimeoutMs: 180_000,
      channel: 'fe0ecfad-13d5-401b-847d-77833bd77131',
    },
    new VirtualClock(ARRIVED_AT_MS),
  );
  open.push(splunk);
  expect(await splunk.deliver(batchOf(['a']), NEVER)).toMatchObject({ errorCode: 'Splunk.SSLUnverified' });
});
