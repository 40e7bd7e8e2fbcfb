import { KINESIS_TARGET, SIGNED_HEADERS } from './wire-call.ts';
import { LoadConnection } from './wire-load-connection.ts';

const CBOR = 'application/x-amz-cbor-1.1';
/** A response of GetRecords has up to 10 MiB of data, and 150 bytes or so beside that of each record. */
const RESPONSE_BYTES_MAX = 16 * 1024 * 1024;

/** Calls of Kinesis in CBOR on one connection, one at a time. */
export interface WireCaller {
  /** @returns the body of the response, valid until the next call. @throws Error if the status is not 200. */
  call(operation: string, body: Buffer): Promise<Buffer>;
  close(): void;
}

const headersOf = (operation: string) => ({
  ...SIGNED_HEADERS,
  'Content-Type': CBOR,
  'X-Amz-Target': `${KINESIS_TARGET}${operation}`,
});

/** Opens a connection of HTTP/1.1 in cleartext. */
export function openCaller(port: number): WireCaller {
  let pending: { resolve(body: Buffer): void; reject(error: Error): void } | undefined;
  const connection = new LoadConnection(
    port,
    ({ status, body }) => {
      if (status === 200) pending?.resolve(body);
      else pending?.reject(new Error(`the response has status ${status}: ${body.toString('latin1', 0, 200)}`));
    },
    (error) => pending?.reject(error),
    RESPONSE_BYTES_MAX,
  );
  return {
    call: (operation, body) => {
      const lines = Object.entries({ Host: '127.0.0.1', 'Content-Length': body.length, ...headersOf(operation) });
      const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
      connection.send(Buffer.from(`POST / HTTP/1.1\r\n${head}\r\n`));
      connection.send(body);
      return new Promise((resolve, reject) => {
        pending = { resolve, reject };
      });
    },
    close: () => connection.close(),
  };
}
