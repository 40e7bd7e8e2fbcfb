import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { RunnerError } from '../errors.ts';
import { EventStream } from './event-stream.ts';

const HOST = '127.0.0.1';
/** More than people and their tabs; each costs a socket and a buffer. */
const MOST_VIEWERS = 32;
/** How long viewers get for the end of the run before the command leaves. */
const FAREWELL_MS = 1500;
const HEADERS_TIMEOUT_MS = 10_000;

/**
 * Serves one page and its events to this machine. Only to those who name this machine: a page of some other site that has its
 * own name point here (DNS rebinding) sends that name as Host, and is refused. There are no CORS headers, so that no other
 * origin may read, and nothing can be changed by any request.
 */
export class LiveServer {
  readonly events: EventStream;
  readonly #server: Server;
  readonly #page: string;
  #port = 0;

  private constructor(page: string) {
    this.#page = page;
    this.events = new EventStream();
    this.#server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS }, (request, response) =>
      this.#answer(request, response),
    );
    // A run ends when it ends, whoever still looks on.
    this.#server.unref();
  }

  /** @param port 0 for one that is free. @throws RUNNER_WEB_FAILED when it is taken or not allowed. */
  static async open(page: string, port: number): Promise<LiveServer> {
    const live = new LiveServer(page);
    await new Promise<void>((resolve, reject) => {
      live.#server.once('error', (cause) => reject(failed(port, cause)));
      live.#server.listen(port, HOST, resolve);
    });
    // What goes wrong with one connection later is that connection's affair.
    live.#server.on('error', () => {});
    live.#port = (live.#server.address() as AddressInfo).port;
    return live;
  }

  get url(): string {
    return `http://${HOST}:${this.#port}/`;
  }

  /** Waits a moment for viewers to take what was said last, and ends. */
  async close(): Promise<void> {
    this.events.end();
    const deadline = performance.now() + FAREWELL_MS;
    while (this.events.viewerCount > 0 && performance.now() < deadline) await sleep(20);
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const names = [`${HOST}:${this.#port}`, `localhost:${this.#port}`];
    if (!names.includes(request.headers.host ?? '')) refuse(response, 403, 'This page is for the machine it runs on.');
    else if (request.method !== 'GET') refuse(response, 405, 'There is nothing to change here.', { allow: 'GET' });
    else if (request.url === '/') this.#sendPage(response);
    else if (request.url !== '/events') refuse(response, 404, 'There is a page at / and nothing else.');
    else if (this.events.viewerCount >= MOST_VIEWERS) refuse(response, 503, 'Too many are looking on already.');
    else this.events.add(response);
  }

  #sendPage(response: ServerResponse): void {
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
    });
    response.end(this.#page);
  }
}

function refuse(response: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers });
  response.end(`${text}\n`);
}

function failed(port: number, cause: unknown): RunnerError {
  const { code } = cause as NodeJS.ErrnoException;
  const what =
    code === 'EADDRINUSE'
      ? `port ${port} is taken by another program`
      : `port ${port} cannot be opened: ${cause instanceof Error ? cause.message : String(cause)}`;
  return new RunnerError('RUNNER_WEB_FAILED', { what, fix: 'Leave --web-port out for one that is free.', cause });
}
