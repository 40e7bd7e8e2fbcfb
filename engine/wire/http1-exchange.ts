import type { BodyBuffer } from './body.ts';
import type { Answer, AnswerStream, AnswerStreamEvents, Exchange, WireHeaders, WireRequest } from './exchange.ts';
import type { Http1Connection } from './http1-connection.ts';
import type { RequestHead } from './http1-head.ts';

/** One request of a connection. What is done with it after the connection went on or away does nothing. */
export class Http1Exchange implements Exchange, WireRequest {
  readonly #connection: Http1Connection;
  readonly method: string;
  readonly target: string;
  readonly headers: WireHeaders;
  readonly body: Buffer;

  constructor(connection: Http1Connection, { method, target, headers }: RequestHead, { body }: BodyBuffer) {
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
