import type { BodyBuffer } from './body.ts';
import type { Answer, AnswerStream, AnswerStreamEvents, Exchange, WireHeaders, WireRequest } from './exchange.ts';
import type { RequestHead } from './http1-head.ts';

/** The connection of an exchange. It ignores calls for any exchange but its current one. */
export interface ExchangeConnection {
  send(exchange: Http1Exchange, answer: Answer): void;
  stream(exchange: Http1Exchange, status: number, headers: Answer['headers'], events: AnswerStreamEvents): AnswerStream;
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

  send(answer: Answer): void {
    this.#connection.send(this, answer);
  }

  stream(status: number, headers: Answer['headers'], events: AnswerStreamEvents): AnswerStream {
    return this.#connection.stream(this, status, headers, events);
  }

  drop(): void {
    this.#connection.drop();
  }
}
