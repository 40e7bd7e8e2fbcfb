import type { IncomingHttpHeaders } from 'node:http';
import type { Writable } from 'node:stream';

/** A request with its whole body, whichever protocol it came by. */
export interface WireRequest {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly target: string;
  /** By lower-case name; on HTTP/2 with its pseudo-headers, such as `:authority`. */
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A whole answer. A body that is a string is ASCII: its length is its size in bytes. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Buffer | string;
}

/** A request and the ways to answer it. One of `send`, `stream` and `drop` is called, once. */
export interface Exchange {
  readonly request: WireRequest;
  send(answer: Answer): void;
  /** Answers piece by piece. The stream emits `close` when it has ended or the client has gone. */
  stream(status: number, headers: Answer['headers']): Writable;
  /** Ends the connection without an answer, as a broken network would. */
  drop(): void;
}

export type Handler = (exchange: Exchange) => void;
