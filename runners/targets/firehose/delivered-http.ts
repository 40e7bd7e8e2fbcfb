import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Counts } from '../../aws/call-faults.ts';
import type { DeliveredObject, DestinationReading } from './delivered-object.ts';

/** Largest body before compression. Source: Firehose guide, HTTP endpoint delivery request and response specifications. */
const BODY_BYTES_MAX = 64 * 2 ** 20;

/**
 * Receives requests as an HTTP endpoint of Firehose. A record is delivered when the request that has it is complete. The
 * response is sent once the consumer has every record, so that a busy consumer slows down the delivery stream.
 */
export class DeliveredHttp implements DestinationReading {
  readonly #host: string;
  readonly #port: number;
  readonly #counts: Counts;
  readonly #server: Server;
  #take: ((object: DeliveredObject) => Promise<void>) | undefined;
  /** Requests one after the other, as they were complete. */
  #taking: Promise<void> = Promise.resolve();

  constructor({ host, port }: { readonly host: string; readonly port: number }, counts: Counts) {
    this.#host = host;
    this.#port = port;
    this.#counts = counts;
    this.#server = createServer((request, response) => {
      void this.#respond(request, response).catch((error: unknown) => {
        this.#counts.add('badRequests');
        send(response, 400, { errorMessage: error instanceof Error ? error.message : String(error) });
      });
    });
  }

  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#port, this.#host, () => resolve());
    });
  }

  async follow(take: (object: DeliveredObject) => Promise<void>, signal: AbortSignal): Promise<void> {
    this.#take = take;
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()));
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const deliveredAtMs = performance.now();
    const isGzip = request.headers['content-encoding'] === 'gzip';
    const plain = isGzip ? await promisify(gunzip)(body, { maxOutputLength: BODY_BYTES_MAX }) : body;
    const { requestId, records } = readRequest(plain);
    this.#counts.add('objectBytes', body.length);
    const object = { name: `request ${requestId}`, deliveredAtMs, parts: records };
    const taking = this.#taking.then(() => this.#take?.(object));
    this.#taking = taking;
    await taking;
    send(response, 200, { requestId });
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += (part as Buffer).length;
    if (bytes > BODY_BYTES_MAX) throw new Error(`the body has more than ${BODY_BYTES_MAX} bytes`);
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts);
}

/** @throws Error if the body is not a request of the protocol. */
function readRequest(body: Buffer): { readonly requestId: string; readonly records: readonly Buffer[] } {
  const value: unknown = JSON.parse(body.toString('utf8'));
  const { requestId, records } = (typeof value === 'object' && value !== null ? value : {}) as {
    readonly requestId?: unknown;
    readonly records?: unknown;
  };
  if (typeof requestId !== 'string' || !Array.isArray(records))
    throw new Error('the body has no requestId or no records');
  return {
    requestId,
    records: records.map((record: { readonly data?: unknown } | null) => {
      if (typeof record?.data !== 'string') throw new Error('a record has no data');
      return Buffer.from(record.data, 'base64');
    }),
  };
}

function send(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify({ ...body, timestamp: Date.now() });
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
