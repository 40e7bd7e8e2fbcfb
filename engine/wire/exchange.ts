import type { BodyPieces } from './body-pieces.ts';

/** By lower-case name; on HTTP/2 with its pseudo-headers, for example `:authority`. Repeated headers are joined by a comma. */
export type WireHeaders = Readonly<Record<string, string | undefined>>;

/** A request with its whole body, of any protocol. */
export interface WireRequest {
  readonly method: string;
  /** Path and query as received. */
  readonly target: string;
  readonly headers: WireHeaders;
  readonly body: Buffer;
}

/**
 * A complete response. A string body is ASCII: its length is its size in bytes. A protocol releases the pieces of a body when the
 * system has all of them; those that it does not release are collected.
 */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Buffer | string | BodyPieces;
}

/** A response that is sent piece by piece. Each piece is sent at once. */
export interface ResponseStream {
  /** Returns false if the client reads too slowly: the next piece should wait for `onRoom`. */
  write(bytes: Buffer): boolean;
  end(): void;
}

export interface ResponseStreamEvents {
  onRoom(): void;
  /** Called once, when the stream has ended or the client has disconnected, even if that was before the call. */
  onClose(): void;
}

/** A request and the ways to respond. Exactly one of `send`, `stream` and `drop` is called, once. */
export interface Exchange {
  readonly request: WireRequest;
  send(response: WireResponse): void;
  stream(status: number, headers: WireResponse['headers'], events: ResponseStreamEvents): ResponseStream;
  /** Ends the connection without a response, as a broken network would. */
  drop(): void;
}

export type Handler = (exchange: Exchange) => void;
