import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { readCbor } from '../../engine/wire/cbor-reader.ts';

export interface FailingProxy {
  readonly endpoint: string;
  close(): void;
}

/** An HTTP/1 proxy in front of a Kinesis endpoint that responds 500 to PutRecord for the keys that it is asked to fail. */
export async function failingProxy(port: number, fails: (partitionKey: string) => boolean): Promise<FailingProxy> {
  const server = createServer(async (incoming, outgoing) => {
    const body = await buffer(incoming);
    const { method, url, headers } = incoming;
    const isPut = headers['x-amz-target'] === 'Kinesis_20131202.PutRecord';
    if (isPut && fails(keyOf(body, headers['content-type'] ?? ''))) {
      outgoing.writeHead(500, { 'content-type': 'application/x-amz-json-1.1' });
      outgoing.end(JSON.stringify({ __type: 'InternalFailure', message: 'failed by the proxy' }));
      return;
    }
    const forwarded = request({ host: '127.0.0.1', port, method, path: url, headers }, (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    forwarded.end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port: own } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${own}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The AWS SDK sends JSON, and the lean client CBOR. */
function keyOf(body: Buffer, contentType: string): string {
  const input = contentType.includes('cbor') ? readCbor(body) : JSON.parse(body.toString());
  return (input as { readonly PartitionKey: string }).PartitionKey;
}
