import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly socket: Socket;
}

export interface TestServer {
  readonly url: string;
  /** In the order in which they were read to their end. */
  readonly received: readonly Received[];
  /** Connections that clients have opened. */
  readonly connections: () => number;
  /** Resolves when this many requests have been read. */
  until(count: number): Promise<void>;
  close(): Promise<void>;
}

/** A server of HTTP for fakes, which reads each request to its end. */
export async function startServer(respond: (request: Received, response: ServerResponse) => void): Promise<TestServer> {
  const received: Received[] = [];
  let connections = 0;
  let changed = () => {};
  const server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on('error', () => {});
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      const { method = '', url = '', headers, socket } = message;
      const request = { method, path: url, headers, body: Buffer.concat(chunks), socket };
      received.push(request);
      respond(request, response);
      changed();
    });
  });
  server.on('connection', () => connections++);
  return {
    ...(await listening(server)),
    received,
    connections: () => connections,
    until: async (count) => {
      while (received.length < count) await new Promise<void>((wake) => (changed = wake));
    },
  };
}

/** Lets a server of HTTP listen on a free port of this machine. */
export async function listening(server: Server): Promise<Pick<TestServer, 'url' | 'close'>> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': body.length });
  response.end(body);
}
