import type { Connections, Exchange } from './exchange.ts';
import { Http1Connection } from './http1-connection.ts';
import { type Route, socketOpener } from './open-socket.ts';

/**
 * Connections of HTTP/1.1 that stay open, each with one call at a time. The one that was used last is used next, so that few
 * connections carry a small load; calls wait when all are busy.
 */
export class Http1Connections implements Connections {
  readonly #connectionsMax: number;
  readonly #open: ReturnType<typeof socketOpener>;
  readonly #requestLine: string;
  readonly #all = new Set<Http1Connection>();
  readonly #idle: Http1Connection[] = [];
  readonly #waiting: Exchange[] = [];

  constructor(route: Route, connectionsMax: number) {
    this.#connectionsMax = Math.max(1, connectionsMax);
    this.#open = socketOpener(route);
    this.#requestLine = requestLines(route);
  }

  send(exchange: Exchange): void {
    const connection = this.#idle.pop() ?? this.#another();
    if (connection === undefined) this.#waiting.push(exchange);
    else connection.send(exchange, this.#headOf(exchange));
  }

  abandon(exchange: Exchange): void {
    const place = this.#waiting.indexOf(exchange);
    if (place >= 0) this.#waiting.splice(place, 1);
    for (const connection of this.#all) if (connection.exchange === exchange) connection.close();
  }

  close(): void {
    this.#waiting.length = 0;
    for (const connection of [...this.#all]) connection.close();
  }

  #another(): Http1Connection | undefined {
    if (this.#all.size >= this.#connectionsMax) return undefined;
    const connection = new Http1Connection({
      onIdle: (idle) => this.#next(idle),
      onClosed: (closed) => this.#remove(closed),
    });
    this.#all.add(connection);
    this.#open(
      (chunk) => connection.receive(chunk),
      (socket, error) => (socket === undefined ? connection.fail(error!) : connection.attach(socket)),
    );
    return connection;
  }

  #next(connection: Http1Connection): void {
    const exchange = this.#waiting.shift();
    if (exchange === undefined) this.#idle.push(connection);
    else connection.send(exchange, this.#headOf(exchange));
  }

  #remove(connection: Http1Connection): void {
    this.#all.delete(connection);
    const place = this.#idle.indexOf(connection);
    if (place >= 0) this.#idle.splice(place, 1);
    const exchange = this.#waiting.shift();
    if (exchange !== undefined) this.send(exchange);
  }

  #headOf({ headers, body }: Exchange): string {
    const { target, contentType, date, token, authorization } = headers;
    const tokenLine = token === undefined ? '' : `x-amz-security-token: ${token}\r\n`;
    return `${this.#requestLine}content-type: ${contentType}\r\nx-amz-target: ${target}\r\nx-amz-date: ${date}\r\n${tokenLine}authorization: ${authorization}\r\ncontent-length: ${body.length}\r\n\r\n`;
  }
}

/** The lines that are the same in every request. A plain proxy needs the whole address in the first one. */
function requestLines({ address, proxy }: Route): string {
  const { path, authority, isTls } = address;
  const isForwarded = proxy !== undefined && !isTls;
  const target = isForwarded ? `http://${authority}${path}` : path;
  const login = isForwarded && proxy.username !== '' ? `proxy-authorization: ${basic(proxy)}\r\n` : '';
  return `POST ${target} HTTP/1.1\r\nhost: ${authority}\r\n${login}user-agent: streamgauge\r\n`;
}

function basic({ username, password }: URL): string {
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(login).toString('base64')}`;
}
