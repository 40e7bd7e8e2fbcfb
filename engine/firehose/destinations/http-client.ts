import { type ClientRequest, Agent as HttpAgent, type IncomingHttpHeaders, request as plainRequest } from 'node:http';
import { Agent as HttpsAgent, request as tlsRequest } from 'node:https';
import type { Clock } from '../../account/clock.ts';
import { whenOverdue } from '../delivery/overdue.ts';

/** One request of a destination. */
export interface HttpPost {
  /** Its user and password go into an Authorization header, unless there is one. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** On the engine's clock, from the start to the last byte of the response. */
  readonly timeoutMs: number;
  readonly responseBytesMax: number;
}

export interface HttpResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface HttpFailure {
  readonly kind: 'failure';
  readonly failure: /** No connection: the name, the port or the network. */
    | 'connection-failed'
    /** No connection within the timeout. */
    | 'connection-timed-out'
    | 'tls-failed'
    /** The certificate is of another host. */
    | 'tls-other-host'
    /** The connection ended before the whole response had arrived. The server may have handled the request. */
    | 'connection-reset'
    | 'timed-out'
    | 'response-too-large'
    /** The bytes of the response are no HTTP. */
    | 'response-malformed'
    | 'aborted';
  /** The code of the error, such as ECONNREFUSED, or an empty text. */
  readonly detail: string;
}

/** The headers of a response count, too. */
const RESPONSE_HEADER_BYTES_MAX = 64 * 1024;

/** The progress of a request, which decides the name of its failure. */
type Stage = 'connecting' | 'securing' | 'connected';

/**
 * Sends requests over connections that it keeps. It follows no redirects and repeats no request: redirects are responses, and
 * retries are for the delivery loop, which knows how long they may take.
 */
export class HttpClient {
  readonly #clock: Clock;
  readonly #plain: HttpAgent;
  readonly #tls: HttpsAgent;

  /** @param connectionsMax for each server; one connection keeps requests with the same process behind a load balancer. */
  constructor(clock: Clock, connectionsMax: number) {
    const options = { keepAlive: true, maxSockets: connectionsMax };
    this.#clock = clock;
    this.#plain = new HttpAgent(options);
    this.#tls = new HttpsAgent(options);
  }

  /** Never throws for what the server does. */
  post(post: HttpPost, signal: AbortSignal): Promise<HttpResponse | HttpFailure> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(failure('aborted'));
      let stage: Stage = 'connecting';
      const request = this.#open(post);
      const end = (outcome: HttpResponse | HttpFailure) => {
        stopTimer();
        signal.removeEventListener('abort', abort);
        resolve(outcome);
        if (outcome.kind === 'failure' || !request.writableFinished) request.destroy();
      };
      const abort = () => end(failure('aborted'));
      const stopTimer = whenOverdue(this.#clock, post.timeoutMs, () =>
        end(failure(stage === 'connected' ? 'timed-out' : 'connection-timed-out')),
      );
      signal.addEventListener('abort', abort);
      watchStage(request, post.url, (next) => {
        stage = next;
      });
      request.on('error', (error: NodeJS.ErrnoException) => end(failureOf(error, stage)));
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > post.responseBytesMax) end(failure('response-too-large'));
          else chunks.push(chunk);
        });
        response.on('error', (error: NodeJS.ErrnoException) => end(failureOf(error, 'connected')));
        response.on('end', () => {
          const { statusCode = 0, headers } = response;
          end({ kind: 'response', status: statusCode, headers, body: Buffer.concat(chunks) });
        });
      });
      request.end(post.body);
    });
  }

  close(): void {
    this.#plain.destroy();
    this.#tls.destroy();
  }

  #open({ url, headers, body }: HttpPost): ClientRequest {
    const options = {
      method: 'POST',
      headers: { ...headers, 'Content-Length': String(body.length) },
      maxHeaderSize: RESPONSE_HEADER_BYTES_MAX,
    };
    return url.protocol === 'https:'
      ? tlsRequest(url, { ...options, agent: this.#tls })
      : plainRequest(url, { ...options, agent: this.#plain });
  }
}

function watchStage(request: ClientRequest, url: URL, enter: (stage: Stage) => void): void {
  request.on('socket', (socket) => {
    if (!socket.connecting) return enter('connected');
    const isTls = url.protocol === 'https:';
    socket.once('connect', () => enter(isTls ? 'securing' : 'connected'));
    if (isTls) socket.once('secureConnect', () => enter('connected'));
  });
}

function failureOf({ code = '' }: NodeJS.ErrnoException, stage: Stage): HttpFailure {
  if (code === 'HPE_HEADER_OVERFLOW') return failure('response-too-large', code);
  if (code.startsWith('HPE_')) return failure('response-malformed', code);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return failure('tls-other-host', code);
  switch (stage) {
    case 'connecting':
      return failure('connection-failed', code);
    case 'securing':
      return failure('tls-failed', code);
    case 'connected':
      return failure('connection-reset', code);
  }
}

const failure = (kind: HttpFailure['failure'], detail = ''): HttpFailure => ({
  kind: 'failure',
  failure: kind,
  detail,
});
