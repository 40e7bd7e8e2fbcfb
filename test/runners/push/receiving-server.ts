import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly atMs: number;
}

export interface ReceivingServer extends AsyncDisposable {
  readonly url: string;
  readonly received: Received[];
}

/** A receiver of pushes that keeps requests and sends the responses of the test; 200 without a body by default. */
export async function receivingServer(
  answer: (response: ServerResponse, index: number) => void = (response) => response.end(),
): Promise<ReceivingServer> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    response.on('error', () => {});
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      received.push({ method, path: url, headers, body, atMs: performance.now() });
      answer(response, received.length - 1);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
