import {
  constants,
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type ServerOptions,
} from 'node:http2';
import { type BodyAllowance, BodyBuffer } from './body.ts';
import { BodyPieces } from './body-pieces.ts';
import type {
  Exchange,
  Handler,
  ResponseStream,
  ResponseStreamEvents,
  WireHeaders,
  WireRequest,
  WireResponse,
} from './exchange.ts';
import type { WireLimits } from './options.ts';
import type { Protocol } from './protocol.ts';
import { RequestRejected, requestTimeout } from './request-rejected.ts';

/** Window for a batch of records before the client must wait for an update. */
const STREAM_WINDOW_BYTES = 1024 * 1024;
const SESSION_WINDOW_BYTES = 4 * STREAM_WINDOW_BYTES;
/** Memory for header tables and queued frames of one session, in node's unit of MB. */
const SESSION_MEMORY_MB = 64;
/** A client that opens and resets streams faster than this is disconnected (CVE-2023-44487). */
const RESETS_PER_SECOND = 500;
const RESETS_AT_ONCE = 1000;

/**
 * HTTP/2 on connections whose client begins with it: agreed on by TLS, or known before. Node's own HTTP/2 server closes a
 * TLS connection on which ALPN agreed on nothing; the asynchronous clients of the AWS SDK for Java 2 offer no ALPN. So
 * each connection gets a session of its own, without a server.
 */
export function createHttp2(limits: WireLimits, allowance: BodyAllowance, handle: Handler): Protocol {
  const sessions = new Set<ServerHttp2Session>();
  const options: ServerOptions = {
    maxSessionMemory: SESSION_MEMORY_MB,
    streamResetRate: RESETS_PER_SECOND,
    streamResetBurst: RESETS_AT_ONCE,
    settings: {
      maxConcurrentStreams: limits.maxConcurrentStreams,
      maxHeaderListSize: limits.maxHeaderBytes,
      initialWindowSize: STREAM_WINDOW_BYTES,
    },
  };
  return {
    accept: (socket, first) => {
      // Node's sessions do not end with a client that only ends its side.
      socket.allowHalfOpen = false;
      socket.unshift(first);
      const session = performServerHandshake(socket, options);
      sessions.add(session);
      // A session error ends only that session; node destroys it.
      session.on('error', () => {});
      session.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
        stream.on('error', () => {});
        receive(stream, headers, limits, allowance, handle);
      });
      session.setLocalWindowSize(SESSION_WINDOW_BYTES);
      session.once('close', () => sessions.delete(session));
      watchIdle(session, limits);
    },
    close: () => {
      for (const session of sessions) session.close();
    },
  };
}

/** Ends a session that was idle for a while, or whose client did not read for a while. */
function watchIdle(session: ServerHttp2Session, { idleTimeoutMs }: WireLimits): void {
  const streams = new Set<ServerHttp2Stream>();
  session.on('stream', (stream: ServerHttp2Stream) => {
    streams.add(stream);
    stream.once('close', () => streams.delete(stream));
  });
  session.setTimeout(idleTimeoutMs, () => {
    if (streams.size === 0 || [...streams].some((stream) => stream.writableLength > 0)) session.destroy();
  });
}

function receive(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  limits: WireLimits,
  allowance: BodyAllowance,
  handle: Handler,
): void {
  let buffer: BodyBuffer;
  try {
    buffer = new BodyBuffer(allowance, numberOf(headers['content-length']));
  } catch (error) {
    reject(stream, error);
    return;
  }
  const late = setTimeout(() => reject(stream, requestTimeout()), limits.requestTimeoutMs);
  late.unref();
  if (headers.expect?.toLowerCase() === '100-continue') stream.additionalHeaders({ ':status': 100 });
  const take = (chunk: Buffer) => {
    try {
      buffer.add(chunk);
    } catch (error) {
      stream.removeListener('data', take);
      stream.removeListener('end', done);
      reject(stream, error);
    }
  };
  const done = () => {
    clearTimeout(late);
    handle(new Http2Exchange(stream, headers, buffer.body, allowance));
  };
  stream.on('data', take);
  stream.once('end', done);
  stream.once('close', () => {
    clearTimeout(late);
    // The response may have been sent long before, or never.
    buffer.release(false);
  });
}

const numberOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));

class Http2Exchange implements Exchange, WireRequest {
  readonly #stream: ServerHttp2Stream;
  readonly headers: WireHeaders;
  readonly body: Buffer;
  readonly #allowance: BodyAllowance;

  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, body: Buffer, allowance: BodyAllowance) {
    this.#stream = stream;
    this.#allowance = allowance;
    // The only header that node returns as a list is Set-Cookie, which has no use here.
    this.headers = headers as WireHeaders;
    this.body = body;
  }

  get request(): WireRequest {
    return this;
  }

  get method(): string {
    return this.headers[':method'] ?? '';
  }

  get target(): string {
    return this.headers[':path'] ?? '';
  }

  send(response: WireResponse): void {
    const { length } = response.body;
    if (!isOpen(this.#stream)) {
      this.#allowance.discard(length);
      return;
    }
    this.#allowance.charge(length);
    this.#stream.once('close', () => this.#allowance.give(length));
    respond(this.#stream, response);
  }

  stream(status: number, headers: WireResponse['headers'], events: ResponseStreamEvents): ResponseStream {
    const stream = this.#stream;
    if (!isOpen(stream)) {
      events.onClose();
      return { write: () => false, end: () => {} };
    }
    let unsentBytes = 0;
    const owe = (bytes: number) => {
      this.#allowance.give(unsentBytes);
      this.#allowance.charge(bytes);
      unsentBytes = bytes;
    };
    stream.on('drain', () => {
      owe(0);
      events.onRoom();
    });
    stream.once('close', () => {
      owe(0);
      events.onClose();
    });
    stream.respond({ ...headers, [constants.HTTP2_HEADER_STATUS]: status });
    return {
      write: (bytes) => {
        if (stream.destroyed) return false;
        const hasRoom = stream.write(bytes);
        if (!hasRoom) owe(stream.writableLength);
        return hasRoom;
      },
      end: () => stream.end(),
    };
  }

  drop(): void {
    this.#stream.session?.destroy();
  }
}

function isOpen(stream: ServerHttp2Stream): boolean {
  return !stream.destroyed && !stream.closed && !stream.headersSent;
}

function respond(stream: ServerHttp2Stream, { status, headers, body }: WireResponse): void {
  if (!isOpen(stream)) return;
  stream.respond({ ...headers, [constants.HTTP2_HEADER_STATUS]: status });
  if (!(body instanceof BodyPieces)) stream.end(body, 'latin1');
  else {
    for (const piece of body.pieces) stream.write(piece);
    stream.end();
  }
}

/** Responds before the request has ended, and signals the client to stop sending. */
function reject(stream: ServerHttp2Stream, error: unknown): void {
  if (!(error instanceof RequestRejected)) throw error;
  respond(stream, error.response);
  stream.resume();
  stream.once('finish', () => stream.close(constants.NGHTTP2_NO_ERROR));
}
