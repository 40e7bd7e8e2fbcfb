import { type ClientHttp2Session, connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2';
import { connect, type Socket } from 'node:net';

export const SIGNED = {
  'x-amz-date': '20261124T120000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=AKID/20261124/us-east-1/kinesis/aws4_request, SignedHeaders=host;x-amz-date, Signature=00',
};

export const JSON_TYPE = 'application/x-amz-json-1.1';
export const CBOR_TYPE = 'application/x-amz-cbor-1.1';

export const KINESIS_TARGET = 'Kinesis_20131202';
export const FIREHOSE_TARGET = 'Firehose_20150804';

/** Headers of a call by hand, signed in shape. */
export const callHeaders = (
  operation: string,
  contentType: string = JSON_TYPE,
  target = KINESIS_TARGET,
): Record<string, string> => ({
  'content-type': contentType,
  'x-amz-target': `${target}.${operation}`,
  ...SIGNED,
});

/** A call by hand over HTTP/1.1. */
export function call(
  url: string,
  operation: string,
  body: string | Buffer,
  contentType?: string,
  target?: string,
): Promise<Response> {
  const bytes = typeof body === 'string' ? body : new Uint8Array(body);
  return fetch(url, { method: 'POST', headers: callHeaders(operation, contentType, target), body: bytes });
}

/** A call by hand over HTTP/2. */
export async function callHttp2(
  url: string,
  headers: Record<string, string>,
  body: string | Buffer,
): Promise<{ readonly headers: IncomingHttpHeaders; readonly body: Buffer }> {
  const session: ClientHttp2Session = connectHttp2(url);
  try {
    return await new Promise((resolve, reject) => {
      session.on('error', reject);
      const stream = session.request({ ':method': 'POST', ':path': '/', ...headers });
      let responded: IncomingHttpHeaders = {};
      const chunks: Buffer[] = [];
      stream.on('response', (response) => {
        responded = response;
      });
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', reject);
      stream.on('end', () => resolve({ headers: responded, body: Buffer.concat(chunks) }));
      stream.end(body);
    });
  } finally {
    session.destroy();
  }
}

/** A connection for bytes by hand, and everything that comes back. */
export class RawConnection {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  #received = '';

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.setNoDelay(true);
    this.socket.on('data', (chunk) => {
      this.#received += chunk.toString('latin1');
    });
    this.socket.on('error', () => {});
    this.closed = new Promise((resolve) => this.socket.once('close', () => resolve()));
  }

  get received(): string {
    return this.#received;
  }

  get isClosed(): boolean {
    return this.socket.closed;
  }

  send(bytes: string | Uint8Array): void {
    this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }
}

/** A request of HTTP/1.1 as bytes. */
export function requestBytes(operation: string, body: string, more: Record<string, string> = {}): string {
  const headers = { host: 'localhost', 'content-length': String(body.length), ...callHeaders(operation), ...more };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST / HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}
