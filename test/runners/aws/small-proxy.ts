import { createServer, type IncomingMessage, request as send } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface SmallProxy {
  readonly host: string;
  /** Requests: `POST http://host:port/` or `CONNECT host:port`, and `407` for rejected ones. */
  readonly seen: string[];
  close(): void;
}

/** A forward proxy for HTTP and, with CONNECT, for anything else. @param user `name:password` that it requires. */
export async function startSmallProxy({ user }: { readonly user?: string } = {}): Promise<SmallProxy> {
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const expected = user === undefined ? undefined : `Basic ${Buffer.from(user).toString('base64')}`;
  const isRefused = ({ headers }: IncomingMessage) => {
    if (expected === undefined || headers['proxy-authorization'] === expected) return false;
    seen.push('407');
    return true;
  };
  const server = createServer((request, response) => {
    if (isRefused(request)) {
      request.resume();
      response.writeHead(407, { 'content-type': 'text/html' }).end('<h1>Proxy Authentication Required</h1>');
      return;
    }
    seen.push(`${request.method} ${request.url}`);
    const { method, headers } = request;
    const onward = send(new URL(request.url!), { ...(method === undefined ? {} : { method }), headers }, (received) => {
      response.writeHead(received.statusCode!, received.headers);
      received.pipe(response);
    });
    onward.on('error', () => response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>'));
    request.pipe(onward);
  });
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    if (isRefused(request)) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    seen.push(`CONNECT ${request.url}`);
    const [host, port] = request.url!.split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    for (const end of [socket, onward]) end.on('error', () => socket.destroy() && onward.destroy());
  });
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
