import { startHttpServer } from './http-server.ts';
import type { ServerOptions, WireService } from './options.ts';
import type { RunningServer } from './running-server.ts';

/**
 * Serves Kinesis to any of its clients: HTTP/1.1 and HTTP/2 on one port, in cleartext or over TLS. On
 * a system that cannot share a port among threads it serves on one thread, as `threads` of the result shows.
 * @throws the system's error if the port is not available, for example EADDRINUSE.
 */
export async function startServer(service: WireService, options: ServerOptions = {}): Promise<RunningServer> {
  if ((options.threads ?? 1) <= 1) return startHttpServer(service, options);
  const { startConnectionThreads } = await import('./threads/connection-threads.ts');
  try {
    return await startConnectionThreads(service, options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTSUP') throw error;
    return startHttpServer(service, options);
  }
}
