import type { BodyBuffer } from './body.ts';
import type {
  Exchange,
  ResponseStream,
  ResponseStreamEvents,
  WireHeaders,
  WireRequest,
  WireResponse,
} from './exchange.ts';
import type { RequestHead } from './http1-head.ts';

/** The connection of an exchange. It ignores calls for any exchange but its current one. */
export interface ExchangeConnection {
  send(exchange: Http1Exchange, answer: WireResponse): void;
  stream(
    exchange: Http1Exchange,
    status: number,
    headers: WireResponse['headers'],
    events: ResponseStreamEvents,
  ): ResponseStream;
  drop(): void;
}

/** One request of a connection. Calls have no effect once the connection has moved on or is closed. */
export class Http1Exchange implements Exchange, WireRequest {
  readonly #connection: ExchangeConnection;
  readonly method: string;
  readonly target: string;
  readonly headers: WireHeaders;
  readonly body: Buffer;

  constructor(connection: ExchangeConnection, { method, target, headers }: RequestHead, { body }: BodyBuffer) {
    this.#connection = connection;
    this.method = method;
    this.target = target;
    this.headers = headers;
    this.body = body;
  }

  get request(): WireRequest {
    return this;
  }

  send(response: WireResponse): void {
    this.#connection.send(this, response);
  }

  stream(status: number, headers: WireResponse['headers'], events: ResponseStreamEvents): ResponseStream {
    return this.#connection.stream(this, status, headers, events);
  }

  drop(): void {
    this.#connection.drop();
  }
}
