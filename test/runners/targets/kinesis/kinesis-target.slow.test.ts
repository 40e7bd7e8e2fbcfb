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

describe('kinesis on our own server', () => {
  const own = withPeer(() => startOwn());
  conforms('fan-out', specOf(own, {}), FAN_OUT);
  conforms('polling', specOf(own, {}), POLLING);
  conforms('record by record', specOf(own, { put: 'record' }), FAN_OUT);
  conforms('aggregated', specOf(own, { aggregate: true }), FAN_OUT);
  conforms('aggregated and polled', specOf(own, { aggregate: true }), POLLING);
  conforms('over HTTP/1.1', specOf(own, { protocol: 'http1' }), FAN_OUT);
  conforms('on demand', specOf(own, { create: { mode: 'on-demand' } }), POLLING);
  conforms('lean, fan-out', specOf(own, { client: 'lean' }), FAN_OUT);
  conforms('lean, polling', specOf(own, { client: 'lean' }), POLLING);
  conforms('lean, fan-out over HTTP/1.1', specOf(own, { client: 'lean', protocol: 'http1' }), FAN_OUT);
  conforms('lean, polling over HTTP/1.1', specOf(own, { client: 'lean', protocol: 'http1' }), POLLING);
  conforms('lean, record by record', specOf(own, { client: 'lean', put: 'record' }), POLLING);
  conforms('lean, aggregated', specOf(own, { client: 'lean', aggregate: true }), FAN_OUT);
  conforms('lean, aggregated and polled', specOf(own, { client: 'lean', aggregate: true }), POLLING);
});

// A self-signed certificate is accepted only from this machine.
describe('kinesis on our own server with TLS', () => {
  const own = withPeer(() => startOwn({}, { tls: 'self-signed' }));
  conforms('fan-out', specOf(own, {}), FAN_OUT);
  conforms('polling over HTTP/1.1', specOf(own, { protocol: 'http1' }), POLLING);
  conforms('lean, fan-out', specOf(own, { client: 'lean' }), FAN_OUT);
  conforms('lean, polling over HTTP/1.1', specOf(own, { client: 'lean', protocol: 'http1' }), POLLING);
});

// No fan-out and no HTTP/2: kinesalite dates from before either. Its data in CBOR are maps of numbers, so the lean client cannot read them.
describe('kinesis on kinesalite', () => {
  const kinesalite = withPeer(startKinesalite);
  const http1 = { protocol: 'http1' } as const;
  conforms('polling', specOf(kinesalite, http1), POLLING);
  conforms('record by record', specOf(kinesalite, { ...http1, put: 'record' }), POLLING);
  conforms('aggregated', specOf(kinesalite, { ...http1, aggregate: true }), POLLING);
});

// Fan-out over HTTP/1.1 only: Node's client rejects the event stream of kinesis-mock over HTTP/2 (PROTOCOL_ERROR).
describe('kinesis on kinesis-mock', () => {
  const mock = withPeer(startKinesisMock);
  conforms('polling', specOf(mock, {}), POLLING);
  conforms('fan-out over HTTP/1.1', specOf(mock, { protocol: 'http1' }), FAN_OUT);
  conforms('aggregated', specOf(mock, { aggregate: true }), POLLING);
  conforms('lean, polling', specOf(mock, { client: 'lean' }), POLLING);
  conforms('lean, fan-out over HTTP/1.1', specOf(mock, { client: 'lean', protocol: 'http1' }), FAN_OUT);
});
