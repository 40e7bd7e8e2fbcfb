import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe } from 'vitest';
import type { KinesisTargetSpec } from '../../../../workloads/targets/kinesis.ts';
import { conforms } from '../target-conformance.ts';
import { type Peer, startKinesalite, startKinesisMock, startOwn } from './peers.ts';

const POLLING = { name: 'reader', kind: 'polling', intervalNs: 20e6 } as const;
const FAN_OUT = { name: 'reader', kind: 'fan-out' } as const;

/** Every test makes a stream of its own, and deletes it. */
const specOf = (peer: () => Peer, more: Partial<KinesisTargetSpec>) => (): KinesisTargetSpec => ({
  kind: 'kinesis',
  stream: `conformance-${randomUUID()}`,
  endpoint: peer().endpoint,
  create: { mode: 'provisioned', shards: 4 },
  client: 'sdk',
  put: 'records',
  aggregate: false,
  protocol: 'http2',
  maxRecordBytes: 2 ** 20,
  timeoutNs: 10e9,
  ...more,
});

function withPeer(start: () => Promise<Peer>): () => Peer {
  let peer: Peer;
  beforeAll(async () => {
    peer = await start();
  });
  afterAll(() => peer.close());
  return () => peer;
}

describe.each(['lean', 'sdk'] as const)('kinesis with client %s', (client) => {
  describe('on our own server', () => {
    const own = withPeer(() => startOwn());
    const http1 = { client, protocol: 'http1' } as const;
    conforms('fan-out', specOf(own, { client }), FAN_OUT);
    conforms('polling', specOf(own, { client }), POLLING);
    conforms('record by record', specOf(own, { client, put: 'record' }), FAN_OUT);
    conforms('aggregated', specOf(own, { client, aggregate: true }), FAN_OUT);
    conforms('aggregated and polled', specOf(own, { client, aggregate: true }), POLLING);
    conforms('over HTTP/1.1', specOf(own, http1), FAN_OUT);
    conforms('polling over HTTP/1.1', specOf(own, http1), POLLING);
    conforms('record by record over HTTP/1.1', specOf(own, { ...http1, put: 'record' }), POLLING);
    conforms('on demand', specOf(own, { client, create: { mode: 'on-demand' } }), POLLING);
  });

  // A self-signed certificate is accepted only from this machine.
  describe('on our own server with TLS', () => {
    const own = withPeer(() => startOwn({}, { tls: 'self-signed' }));
    conforms('fan-out', specOf(own, { client }), FAN_OUT);
    conforms('polling over HTTP/1.1', specOf(own, { client, protocol: 'http1' }), POLLING);
  });

  // Fan-out over HTTP/1.1 only: Node's client rejects the event stream of kinesis-mock over HTTP/2 (PROTOCOL_ERROR).
  describe('on kinesis-mock', () => {
    const mock = withPeer(startKinesisMock);
    conforms('polling', specOf(mock, { client }), POLLING);
    conforms('fan-out over HTTP/1.1', specOf(mock, { client, protocol: 'http1' }), FAN_OUT);
    conforms('aggregated', specOf(mock, { client, aggregate: true }), POLLING);
  });
});

// No fan-out, no HTTP/2 and no CBOR: kinesalite stores the data of a call in CBOR as the JSON text of an object.
describe('kinesis on kinesalite', () => {
  const kinesalite = withPeer(startKinesalite);
  const http1 = { client: 'sdk', protocol: 'http1' } as const;
  conforms('polling', specOf(kinesalite, http1), POLLING);
  conforms('record by record', specOf(kinesalite, { ...http1, put: 'record' }), POLLING);
  conforms('aggregated', specOf(kinesalite, { ...http1, aggregate: true }), POLLING);
});
