import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunnerError, runnerError } from '../errors.ts';
import { EventStream } from './event-stream.ts';

const HOST = '127.0.0.1';
/** Limit of viewers, because each costs a socket and a buffer. */
const VIEWERS_MAX = 32;
/** Time that viewers have to read the end of the run before the command exits. */
const FAREWELL_MS = 1500;
const HEADERS_TIMEOUT_MS = 10_000;

/**
 * Serves one page and its events to this machine. The Host header must name this machine: a page of another site whose name
 * points here (DNS rebinding) sends that name and is rejected. There are no CORS headers, so that no other origin can read,
 * and no request changes anything.
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
      this.#respond(request, response),
    );
    // Viewers must not delay the end of a run.
    this.#server.unref();
  }

  /**
   * @param port port to listen on; 0 for a free one.
   * @throws RUNNER_WEB_FAILED if the port is in use or not allowed.
   */
  static async open(page: string, port: number): Promise<LiveServer> {
    const live = new LiveServer(page);
    await new Promise<void>((resolve, reject) => {
      live.#server.once('error', (cause) => reject(failed(port, cause)));
      live.#server.listen(port, HOST, resolve);
    });
    // A later error of one connection must not affect the others.
    live.#server.on('error', () => {});
    live.#port = (live.#server.address() as AddressInfo).port;
    return live;
  }

  get url(): string {
    return `http://${HOST}:${this.#port}/`;
  }

  /** Waits briefly until viewers have read the last messages, then closes the server. */
  async close(): Promise<void> {
    this.events.end();
    const deadline = performance.now() + FAREWELL_MS;
    while (this.events.viewerCount > 0 && performance.now() < deadline) await sleep(20);
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #respond(request: IncomingMessage, response: ServerResponse): void {
    const names = [`${HOST}:${this.#port}`, `localhost:${this.#port}`];
    if (!names.includes(request.headers.host ?? ''))
      reject(response, 403, 'Only the machine that runs the load can read this page.');
    else if (request.method !== 'GET') reject(response, 405, 'Only GET is allowed.', { allow: 'GET' });
    else if (request.url === '/') this.#sendPage(response);
    else if (request.url !== '/events') reject(response, 404, 'Only / exists.');
    else if (this.events.viewerCount >= VIEWERS_MAX) reject(response, 503, 'There are too many viewers.');
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

function reject(response: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers });
  response.end(`${text}\n`);
}

function failed(port: number, cause: unknown): RunnerError {
  const { code } = cause as NodeJS.ErrnoException;
  const what =
    code === 'EADDRINUSE'
      ? `port ${port} is in use by another program`
      : `port ${port} cannot be opened: ${cause instanceof Error ? cause.message : String(cause)}`;
  return runnerError('RUNNER_WEB_FAILED', { what, fix: 'Omit --web-port to use a free port.', cause });
}
