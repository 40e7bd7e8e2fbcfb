import type { Certificate } from './certificate.ts';

export interface RunningServer {
  /** Endpoint for clients, for example http://127.0.0.1:4567. */
  readonly url: string;
  readonly port: number;
  /** Only with TLS. */
  readonly certificate: Certificate | undefined;
  readonly connectionCount: number;
  /** Threads that serve connections: as many as the options have, or 1 on systems that cannot share a port. */
  readonly threads: number;
  /**
   * Stops: accepts no connections, ends subscriptions, completes running calls, and closes. Connections that remain after the grace
   * period (default 2 s) are cut.
   */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}

export const DEFAULT_GRACE_MS = 2000;

export function urlOf(certificate: Certificate | undefined, host: string, port: number): string {
  return `${certificate === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
