import {
  constants,
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type ServerOptions,
} from 'node:http2';
import { type BodyAllowance, BodyBuffer } from './body.ts';
import type {
  Answer,
  AnswerStream,
  AnswerStreamEvents,
  Exchange,
  Handler,
  WireHeaders,
  WireRequest,
} from './exchange.ts';
import type { WireLimits } from './options.ts';
import type { Protocol } from './protocol.ts';
import { RequestRefused, requestTimeout } from './request-refused.ts';

/** Room for a batch of records before the client must wait for leave to send on. */
const STREAM_WINDOW_BYTES = 1024 * 1024;
const SESSION_WINDOW_BYTES = 4 * STREAM_WINDOW_BYTES;
/** Of header tables and queued frames of one session, in node's unit of MB. */
const SESSION_MEMORY_MB = 64;
/** A client that opens and resets streams faster than this is cut off (CVE-2023-44487). */
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
      // An error of a session ends that session; node destroys it.
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

/** Ends a session on which nothing has happened for a while, though nothing was open, or though it had something to read. */
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
    refuse(stream, error);
    return;
  }
  const late = setTimeout(() => refuse(stream, requestTimeout()), limits.requestTimeoutMs);
  late.unref();
  if (headers.expect?.toLowerCase() === '100-continue') stream.additionalHeaders({ ':status': 100 });
  const take = (chunk: Buffer) => {
    try {
      buffer.add(chunk);
    } catch (error) {
      stream.removeListener('data', take);
      stream.removeListener('end', done);
      refuse(stream, error);
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
    buffer.release();
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
    // The one header that node gives as a list is Set-Cookie, which nobody asks for.
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

  send(answer: Answer): void {
    if (!isOpen(this.#stream)) return;
    const { length } = answer.body;
    this.#allowance.charge(length);
    this.#stream.once('close', () => this.#allowance.give(length));
    respond(this.#stream, answer);
  }

  stream(status: number, headers: Answer['headers'], events: AnswerStreamEvents): AnswerStream {
    const stream = this.#stream;
    if (!isOpen(stream)) {
      events.onClose();
      return { write: () => false, end: () => {} };
    }
    stream.on('drain', () => events.onRoom());
    stream.once('close', () => events.onClose());
    stream.respond({ ...headers, [constants.HTTP2_HEADER_STATUS]: status });
    return {
      write: (bytes) => !stream.destroyed && stream.write(bytes),
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

function respond(stream: ServerHttp2Stream, { status, headers, body }: Answer): void {
  if (!isOpen(stream)) return;
  stream.respond({ ...headers, [constants.HTTP2_HEADER_STATUS]: status });
  stream.end(body, 'latin1');
}

/** Answers before the request has ended, and tells the client to send no more of it. */
function refuse(stream: ServerHttp2Stream, error: unknown): void {
  if (!(error instanceof RequestRefused)) throw error;
  respond(stream, error.answer);
  stream.resume();
  stream.once('finish', () => stream.close(constants.NGHTTP2_NO_ERROR));
}
