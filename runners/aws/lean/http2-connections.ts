import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type SecureClientSessionOptions,
} from 'node:http2';
import { type Connections, connectionLost, type Exchange } from './exchange.ts';
import type { Route } from './open-socket.ts';

/** A response of GetRecords has up to 10 MiB, and the window of HTTP/2 would let 64 KiB pass in one trip. */
const WINDOW_BYTES = 16 * 2 ** 20;
/** Before the server has given its own limit. Source: RFC 9113, section 6.5.2, recommends at least 100. */
const STREAMS_MAX = 100;

interface Session {
  readonly http2: ClientHttp2Session;
  streams: number;
  /** The server sent GOAWAY: open streams go on, new ones need another connection. */
  isLeaving: boolean;
}

/** Connections of HTTP/2: one, and further ones when the server takes no more calls on it. */
export class Http2Connections implements Connections {
  readonly #origin: string;
  readonly #path: string;
  readonly #options: SecureClientSessionOptions;
  readonly #sessions = new Set<Session>();
  readonly #streams = new Map<Exchange, ClientHttp2Stream>();

  constructor({ address, isLocal }: Route) {
    this.#origin = `${address.isTls ? 'https' : 'http'}://${address.authority}`;
    this.#path = address.path;
    this.#options = {
      settings: { enablePush: false, initialWindowSize: WINDOW_BYTES },
      ...(isLocal ? { rejectUnauthorized: false } : {}),
    };
  }

  send(exchange: Exchange): void {
    const session = this.#usable();
    const { target, contentType, date, token, authorization } = exchange.headers;
    const stream = session.http2.request({
      ':method': 'POST',
      ':path': this.#path,
      'user-agent': 'streamgauge',
      'content-type': contentType,
      'content-length': exchange.body.length,
      'x-amz-target': target,
      'x-amz-date': date,
      ...(token === undefined ? {} : { 'x-amz-security-token': token }),
      authorization,
    });
    session.streams += 1;
    this.#streams.set(exchange, stream);
    this.#follow(exchange, stream, session);
    stream.end(exchange.body);
  }

  abandon(exchange: Exchange): void {
    const stream = this.#streams.get(exchange);
    this.#streams.delete(exchange);
    stream?.close(constants.NGHTTP2_CANCEL);
  }

  close(): void {
    for (const stream of this.#streams.values()) stream.close(constants.NGHTTP2_CANCEL);
    this.#streams.clear();
    for (const { http2 } of this.#sessions) http2.destroy();
  }

  #follow(exchange: Exchange, stream: ClientHttp2Stream, session: Session): void {
    let hasEnded = false;
    let error: Error | undefined;
    const isOpen = () => this.#streams.has(exchange);
    stream.on('response', (headers) => {
      if (!isOpen()) return;
      exchange.onHead({
        status: Number(headers[':status']),
        contentType: headers['content-type'] ?? '',
        errorType: String(headers['x-amzn-errortype'] ?? ''),
        location: headers.location ?? '',
        date: headers.date ?? '',
        contentLength: Number(headers['content-length'] ?? -1),
      });
    });
    stream.on('data', (bytes: Buffer) => {
      if (isOpen()) exchange.onBody(bytes);
    });
    stream.on('end', () => {
      hasEnded = stream.rstCode === constants.NGHTTP2_NO_ERROR;
      // A response that precedes the end of the request leaves the request's bytes in use until the stream closes.
      if (hasEnded && stream.writableFinished) this.#end(exchange);
    });
    stream.on('error', (thrown) => {
      error = thrown;
    });
    stream.on('close', () => {
      session.streams -= 1;
      if (hasEnded && error === undefined) this.#end(exchange);
      else if (this.#streams.delete(exchange)) exchange.onError(error ?? connectionLost('ConnectionLost'));
    });
  }

  #end(exchange: Exchange): void {
    if (this.#streams.delete(exchange)) exchange.onEnd();
  }

  #usable(): Session {
    for (const session of this.#sessions) {
      const { remoteSettings, closed, destroyed } = session.http2;
      const streamsMax = remoteSettings?.maxConcurrentStreams ?? STREAMS_MAX;
      if (!session.isLeaving && !closed && !destroyed && session.streams < streamsMax) return session;
    }
    return this.#another();
  }

  #another(): Session {
    const http2 = connect(this.#origin, this.#options);
    const session: Session = { http2, streams: 0, isLeaving: false };
    http2.on('connect', () => http2.setLocalWindowSize(WINDOW_BYTES));
    http2.on('goaway', () => {
      session.isLeaving = true;
    });
    // Each stream reports the error with its cause.
    http2.on('error', () => {});
    http2.on('close', () => this.#sessions.delete(session));
    this.#sessions.add(session);
    return session;
  }
}
