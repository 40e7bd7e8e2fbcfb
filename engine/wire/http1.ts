import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { errorAnswer } from './answer.ts';
import { type BodyAllowance, type BodyRefusal, receiveBody } from './body.ts';
import type { Answer, Exchange, Handler, WireRequest } from './exchange.ts';
import type { WireLimits } from './options.ts';
import { bodyRefused, type Protocol } from './protocol.ts';

/** How often slow clients are looked for. */
const SLOW_CLIENT_CHECK_MS = 500;
/** How long a client that was refused may go on sending: closing at once would reset the connection before it reads why. */
const LINGER_MS = 1000;

/** HTTP/1.1 on connections that are handed over. */
export function createHttp1(limits: WireLimits, allowance: BodyAllowance, handle: Handler): Protocol {
  const receive = (request: IncomingMessage, response: ServerResponse) => {
    const declared = request.headers['content-length'];
    const done = (body: Buffer) => handle(new Http1Exchange(request, response, body));
    receiveBody(request, declared, allowance, done, (why) => refuse(request, response, why));
  };
  const server = createServer(
    {
      maxHeaderSize: limits.maxHeaderBytes,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.idleTimeoutMs,
      connectionsCheckingInterval: SLOW_CLIENT_CHECK_MS,
      requireHostHeader: false,
    },
    receive,
  );
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (Number(request.headers['content-length']) <= limits.maxBodyBytes) response.writeContinue();
    receive(request, response);
  });
  server.on('checkExpectation', receive);
  server.on('connect', (_request, socket: Socket) => endWith(socket, errorAnswer(400, 'BadRequest', NO_TUNNEL)));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => endWith(socket, malformed(error)));
  // A server that never listens does not look for slow clients by itself: node starts that at this event.
  server.emit('listening');
  return {
    accept: (socket) => server.emit('connection', socket),
    close: () => closeServer(server),
  };
}

const NO_TUNNEL = 'This is not a proxy. Send POST / with X-Amz-Target.';

/** Idle connections go at once, busy ones after their answer. */
function closeServer(server: Server): void {
  server.keepAliveTimeout = 1;
  server.close();
}

class Http1Exchange implements Exchange, WireRequest {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly body: Buffer;

  constructor(request: IncomingMessage, response: ServerResponse, body: Buffer) {
    this.#request = request;
    this.#response = response;
    this.body = body;
  }

  get request(): WireRequest {
    return this;
  }

  get method(): string {
    return this.#request.method ?? '';
  }

  get target(): string {
    return this.#request.url ?? '';
  }

  get headers(): WireRequest['headers'] {
    return this.#request.headers;
  }

  send({ status, headers, body }: Answer): void {
    this.#response.writeHead(status, headers);
    this.#response.end(body, 'latin1');
  }

  stream(status: number, headers: Answer['headers']): Writable {
    this.#response.writeHead(status, headers);
    this.#response.flushHeaders();
    return this.#response;
  }

  drop(): void {
    this.#request.socket.destroy();
  }
}

function refuse(request: IncomingMessage, response: ServerResponse, why: BodyRefusal): void {
  const { status, headers, body } = bodyRefused(why);
  response.writeHead(status, { ...headers, Connection: 'close' });
  response.write(body);
  request.resume();
  const lingering = setTimeout(() => request.socket.destroy(), LINGER_MS);
  request.once('end', () => response.end());
  request.once('close', () => clearTimeout(lingering));
}

function malformed(error: NodeJS.ErrnoException): Answer {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return errorAnswer(431, 'RequestHeaderFieldsTooLarge', 'The headers of the request are too large.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return errorAnswer(408, 'RequestTimeout', 'The request did not arrive in time.');
    default:
      return errorAnswer(400, 'BadRequest', 'The request is not HTTP.');
  }
}

/** Answers without a response object, because there is no request, and closes. */
function endWith(socket: Socket, { status, headers, body }: Answer): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const lines = Object.entries({ ...headers, Connection: 'close' }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n`);
  socket.end(body);
  socket.destroySoon();
}
