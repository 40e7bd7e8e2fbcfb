/** The first lines of a response, as far as the harness needs them. */
export interface ResponseHead {
  readonly status: number;
  /** '' without one, like the others. */
  readonly contentType: string;
  /** x-amzn-errortype */
  readonly errorType: string;
  readonly location: string;
  readonly date: string;
  /** -1 if the response does not give it. */
  readonly contentLength: number;
}

/** Headers that change from call to call. */
export interface CallHeaders {
  /** Name of the operation with the service's prefix: x-amz-target. */
  readonly target: string;
  readonly contentType: string;
  readonly date: string;
  readonly token: string | undefined;
  readonly authorization: string;
}

/**
 * One request and its response, on either version of HTTP. Exactly one of `onEnd` and `onError` is called, once and last.
 * Nothing is called after `abandon`.
 */
export interface Exchange {
  readonly headers: CallHeaders;
  /** Must not change before the exchange ends. */
  readonly body: Buffer;
  onHead(head: ResponseHead): void;
  /** A part of the body; valid only until this returns. */
  onBody(bytes: Buffer): void;
  onEnd(): void;
  onError(error: Error): void;
}

/** Connections of one HTTP version to one address. */
export interface Connections {
  send(exchange: Exchange): void;
  /** Abandons an exchange, for example after a timeout. Its connection or stream is closed. */
  abandon(exchange: Exchange): void;
  close(): void;
}

/**
 * A connection that ended during a call.
 * @param code what the result counts it under: with each version of HTTP the same as for the SDK, whose errors `faultOf` reads.
 */
export function connectionLost(code: 'ECONNRESET' | 'ConnectionLost'): Error {
  return Object.assign(new Error('the connection ended during a call'), { code });
}
