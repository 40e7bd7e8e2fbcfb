import {
  constants,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Writable } from 'node:stream';
import { errorAnswer } from './answer.ts';
import { type BodyAllowance, receiveBody } from './body.ts';
import type { Answer, Exchange, Handler, WireRequest } from './exchange.ts';
import type { WireLimits } from './options.ts';
import { bodyRefused, type Protocol } from './protocol.ts';

/** Room for a batch of records before the client must wait for leave to send on. */
const STREAM_WINDOW_BYTES = 1024 * 1024;
const SESSION_WINDOW_BYTES = 4 * STREAM_WINDOW_BYTES;
/** Of header tables and queued frames of one session, in node's unit of MB. */
const SESSION_MEMORY_MB = 64;
/** A client that opens and resets streams faster than this is cut off (CVE-2023-44487). */
const RESETS_PER_SECOND = 500;
const RESETS_AT_ONCE = 1000;

/** HTTP/2 on connections that are handed over, whether it was agreed on by TLS or known before. */
export function createHttp2(limits: WireLimits, allowance: BodyAllowance, handle: Handler): Protocol {
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer({
    maxSessionMemory: SESSION_MEMORY_MB,
    streamResetRate: RESETS_PER_SECOND,
    streamResetBurst: RESETS_AT_ONCE,
    settings: {
      maxConcurrentStreams: limits.maxConcurrentStreams,
      maxHeaderListSize: limits.maxHeaderBytes,
      initialWindowSize: STREAM_WINDOW_BYTES,
    },
  });
  server.on('session', (session) => {
    sessions.add(session);
    session.setLocalWindowSize(SESSION_WINDOW_BYTES);
    session.once('close', () => sessions.delete(session));
    watchIdle(session, limits);
  });
  // What goes wrong on a session ends that session; node does so by itself.
  server.on('sessionError', () => {});
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    receive(stream, headers, limits, allowance, handle);
  });
  return {
    accept: (socket) => server.emit('connection', socket),
    close: () => {
      for (const session of sessions) session.close();
    },
  };
}

/** Closes a session on which nothing was open and nothing happened for a while. */
function watchIdle(session: ServerHttp2Session, { idleTimeoutMs }: WireLimits): void {
  let streams = 0;
  session.on('stream', (stream: ServerHttp2Stream) => {
    streams += 1;
    stream.once('close', () => {
      streams -= 1;
    });
  });
  session.setTimeout(idleTimeoutMs, () => {
    if (streams === 0) session.close();
  });
}

function receive(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  limits: WireLimits,
  allowance: BodyAllowance,
  handle: Handler,
): void {
  const late = setTimeout(() => {
    refuse(stream, errorAnswer(408, 'RequestTimeout', 'The request did not arrive in time.'));
  }, limits.requestTimeoutMs);
  late.unref();
  stream.once('close', () => clearTimeout(late));
  const declared = headers['content-length'];
  if (headers.expect?.toLowerCase() === '100-continue' && !(Number(declared) > limits.maxBodyBytes)) {
    stream.additionalHeaders({ [constants.HTTP2_HEADER_STATUS]: 100 });
  }
  const done = (body: Buffer) => {
    clearTimeout(late);
    handle(new Http2Exchange(stream, headers, body));
  };
  receiveBody(stream, declared, allowance, done, (why) => refuse(stream, bodyRefused(why)));
}

class Http2Exchange implements Exchange, WireRequest {
  readonly #stream: ServerHttp2Stream;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;

  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, body: Buffer) {
    this.#stream = stream;
    this.headers = headers;
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
    respond(this.#stream, answer);
  }

  stream(status: number, headers: Answer['headers']): Writable {
    if (isOpen(this.#stream)) this.#stream.respond({ ...headers, [constants.HTTP2_HEADER_STATUS]: status });
    return this.#stream;
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
function refuse(stream: ServerHttp2Stream, answer: Answer): void {
  respond(stream, answer);
  stream.resume();
  stream.once('finish', () => stream.close(constants.NGHTTP2_NO_ERROR));
}
