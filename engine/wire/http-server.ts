import { type AddressInfo, createServer, type ListenOptions, type Server, type Socket } from 'node:net';
import type { Server as TlsServer } from 'node:tls';
import { BodyAllowance } from './body.ts';
import type { Certificate } from './certificate.ts';
import { withCors } from './cors.ts';
import { createHttp1 } from './http1.ts';
import { KinesisHandler } from './kinesis-handler.ts';
import { DEFAULT_HOST, DEFAULT_LIMITS, type ServerOptions, type WireLimits, type WireService } from './options.ts';
import { splitProtocols } from './protocol.ts';
import { createRouter } from './router.ts';
import { DEFAULT_GRACE_MS, type RunningServer, urlOf } from './running-server.ts';
import type { SharedCounts } from './shared-counts.ts';
import { SpareMemory } from './spare-memory.ts';

/**
 * Serves Kinesis to any of its clients on the calling thread: HTTP/1.1 and HTTP/2 on one port, in cleartext or over TLS.
 * @param shared what this server counts together with those of other threads on its port; undefined if it has the port to itself.
 * @throws the system's error if the port is not available, for example EADDRINUSE.
 */
export async function startHttpServer(
  service: WireService,
  options: ServerOptions = {},
  shared?: SharedCounts,
): Promise<RunningServer> {
  const limits = limitsOf(options);
  const allowance = new BodyAllowance(
    limits,
    shared?.bodies,
    options.collectsGarbage === true ? new SpareMemory() : undefined,
  );
  const kinesis = new KinesisHandler(service, options);
  const route = createRouter(options, withCors(kinesis.handle, options.cors));
  const protocols = splitProtocols(limits, createHttp1(limits, allowance, route), async () => {
    const { createHttp2 } = await import('./http2.ts');
    return createHttp2(limits, allowance, route);
  });
  const { server, certificate } = await createListener(options, limits, protocols.accept);
  const sockets = new Set<Socket>();
  server.maxConnections = limits.maxConnections;
  server.on('connection', (socket: Socket) => {
    if (shared?.connections.enter(socket, limits.maxConnections) === false) return;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const { host = DEFAULT_HOST } = options;
  const port = await listen(server, { host, port: options.port ?? 0, reusePort: shared !== undefined });
  return {
    url: urlOf(certificate, host, port),
    port,
    certificate,
    threads: 1,
    get connectionCount() {
      return sockets.size;
    },
    close: async ({ graceMs = DEFAULT_GRACE_MS } = {}) => {
      const stopped = new Promise((resolve) => server.close(resolve));
      kinesis.subscriptions.close();
      protocols.close();
      const grace = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, graceMs);
      await stopped;
      await Promise.all([...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
      clearTimeout(grace);
    },
  };
}

/** Connections that wait to be accepted. AWS's JavaScript client opens one for each request; the system may allow less. */
const BACKLOG = 4096;

/** A client may end its side after its request and still wait for the response. Writes are sent at once. */
const SOCKETS = { allowHalfOpen: true, noDelay: true } as const;

function limitsOf(options: ServerOptions): WireLimits {
  const given = Object.entries(options).filter(([name, value]) => name in DEFAULT_LIMITS && value !== undefined);
  return { ...DEFAULT_LIMITS, ...Object.fromEntries(given) };
}

interface Listener {
  readonly server: Server | TlsServer;
  readonly certificate: Certificate | undefined;
}

async function createListener(
  { tls }: ServerOptions,
  { headersTimeoutMs }: WireLimits,
  accept: (socket: Socket) => void,
): Promise<Listener> {
  if (tls === undefined) return { server: createServer(SOCKETS, accept), certificate: undefined };
  const { certificateOf, createTlsListener } = await import('./certificate.ts');
  const made = await certificateOf(tls);
  const { cert, fingerprint256 } = made;
  return { server: createTlsListener(made, SOCKETS, headersTimeoutMs, accept), certificate: { cert, fingerprint256 } };
}

function listen(server: Server, address: ListenOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ ...address, backlog: BACKLOG }, () => {
      server.removeListener('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
