import { X509Certificate } from 'node:crypto';
import { isIP, type ServerOpts, type Socket } from 'node:net';
import { createServer, type Server } from 'node:tls';
import type { ServerOptions } from './options.ts';

/** A certificate in PEM, and its SHA-256 as `AB:CD:...`, by which clients may pin it. */
export interface Certificate {
  readonly cert: string;
  readonly fingerprint256: string;
}

export interface CertificateWithKey extends Certificate {
  readonly key: string;
}

const NAMES = ['localhost', '127.0.0.1', '::1'];

/** The caller's certificate, or a new one for this machine's own names. */
export async function certificateOf(tls: NonNullable<ServerOptions['tls']>): Promise<CertificateWithKey> {
  const { cert, key } = tls === 'self-signed' ? await makeCertificate() : tls;
  return { cert, key, fingerprint256: new X509Certificate(cert).fingerprint256 };
}

async function makeCertificate(): Promise<{ readonly cert: string; readonly key: string }> {
  const { generate } = await import('selfsigned');
  const altNames = NAMES.map((name) =>
    isIP(name) === 0 ? { type: 2 as const, value: name } : { type: 7 as const, ip: name },
  );
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames },
    ],
  });
  return { cert: made.cert, key: made.private };
}

/** Some old clients offer only HTTP/1.0, for example `curl --http1.0`. */
const ALPN_PROTOCOLS = ['h2', 'http/1.1', 'http/1.0'];

/**
 * Listens for TLS and offers all versions of HTTP. A client may offer none: the first bytes inside TLS decide, as on plain
 * connections. TLS rejects a client that offers only other protocols (RFC 7301: no_application_protocol).
 */
export function createTlsListener(
  { cert, key }: CertificateWithKey,
  sockets: Pick<ServerOpts, 'allowHalfOpen' | 'noDelay'>,
  handshakeTimeout: number,
  accept: (socket: Socket) => void,
): Server {
  const server = createServer({ cert, key, ALPNProtocols: ALPN_PROTOCOLS, handshakeTimeout, ...sockets }, accept);
  // A failed handshake needs no report: the client does not trust the certificate, or does not speak TLS.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}
