import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { afterEach, describe, expect, test } from 'vitest';
import { readCbor } from '../../../../engine/wire/cbor-reader.ts';
import { writeCbor } from '../../../../engine/wire/cbor-writer.ts';
import { faultOf } from '../../../../runners/aws/call-faults.ts';
import { openClient } from '../../../../runners/aws/client.ts';
import { openTransport } from '../../../../runners/aws/lean/transport.ts';
import { KINESIS } from '../../../../runners/aws/service.ts';
import { startOwn } from '../../targets/kinesis/peers.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function transportTo(endpoint: string, protocol: 'http1' | 'http2', timeoutNs = 5e9) {
  const connection = { endpoint, protocol, timeoutNs };
  const client = await openClient(connection, { sockets: 1, for: 'calls' });
  const command = new PutRecordsCommand({ StreamName: 's', Records: [] });
  const transport = await openTransport(client, command, { service: KINESIS, connection, sockets: 4 });
  closing.push(
    () => client.destroy(),
    () => transport.close(),
  );
  return transport;
}

describe.each(['http1', 'http2'] as const)('the transport over %s', (protocol) => {
  test('calls an operation and reads its response', async () => {
    const own = await startOwn();
    closing.push(own.close);
    const transport = await transportTo(own.endpoint, protocol);
    const names = await transport.call('ListStreams', writeCbor({}), (body) => readCbor(body));
    expect(names).toMatchObject({ StreamNames: [] });
    expect(Math.abs(transport.serverTimeMs - Date.now())).toBeLessThan(5000);
  });

  test('reports an error of the service as the SDK does', async () => {
    const own = await startOwn();
    closing.push(own.close);
    const transport = await transportTo(own.endpoint, protocol);
    const call = transport.call('DescribeStreamSummary', writeCbor({ StreamName: 'none' }), () => 0);
    const error: unknown = await call.catch((thrown) => thrown);
    expect(faultOf(error)).toEqual({ code: 'ResourceNotFoundException', kind: 'refused' });
  });
});
