import type { Socket } from 'node:net';
import { connectionLost, type Exchange } from './exchange.ts';
import { Http1Response } from './http1-response.ts';

/** Reports of a connection to its pool. */
export interface ConnectionOwner {
  /** The connection takes another request. */
  onIdle(connection: Http1Connection): void;
  onClosed(connection: Http1Connection): void;
}

/** One connection of HTTP/1.1 with one exchange at a time. */
export class Http1Connection {
  readonly #owner: ConnectionOwner;
  readonly #response: Http1Response;
  #socket: Socket | undefined;
  #exchange: Exchange | undefined;
  /** A request that waits for the socket. */
  #unsentHead: string | undefined;
  #isClosed = false;

  constructor(owner: ConnectionOwner) {
    this.#owner = owner;
    this.#response = new Http1Response({
      onHead: (head) => this.#exchange?.onHead(head),
      onBody: (bytes) => this.#exchange?.onBody(bytes),
      onEnd: (isKept) => this.#ended(isKept),
    });
  }

  get exchange(): Exchange | undefined {
    return this.#exchange;
  }

  /** The socket may still be connecting. */
  attach(socket: Socket): void {
    if (this.#isClosed) {
      socket.on('error', () => {}).destroy();
      return;
    }
    this.#socket = socket;
    socket.on('error', (error) => this.fail(error));
    socket.on('end', () => this.#closedByServer());
    socket.on('close', () => this.fail(connectionLost('ECONNRESET')));
    if (this.#unsentHead !== undefined) this.#write(this.#unsentHead);
  }

  receive(chunk: Buffer): void {
    if (this.#exchange === undefined) {
      // A server that sends without a request, such as a timeout of its own, closes the connection next.
      this.close();
    } else if (!this.#response.read(chunk) && !this.#isClosed) {
      this.fail(Object.assign(new Error('the response is not HTTP/1.1'), { code: 'ERR_HTTP_MALFORMED' }));
    }
  }

  /** @param head the lines before the body, with the empty line. */
  send(exchange: Exchange, head: string): void {
    this.#exchange = exchange;
    if (this.#socket === undefined) this.#unsentHead = head;
    else this.#write(head);
  }

  /** Closes the connection without a word to its exchange. */
  close(): void {
    this.#exchange = undefined;
    this.fail(connectionLost('ECONNRESET'));
  }

  fail(error: Error): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket?.destroy();
    const exchange = this.#exchange;
    this.#exchange = undefined;
    this.#owner.onClosed(this);
    exchange?.onError(error);
  }

  #write(head: string): void {
    const socket = this.#socket!;
    this.#unsentHead = undefined;
    socket.cork();
    socket.write(head, 'latin1');
    socket.write(this.#exchange!.body);
    socket.uncork();
  }

  #closedByServer(): void {
    const { endsWithConnection } = this.#response;
    if (endsWithConnection) this.#ended(false);
    else this.fail(connectionLost('ECONNRESET'));
  }

  #ended(isKept: boolean): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    // A server that responds before it has read the request does not read the next one either.
    const isReusable = isKept && !this.#isClosed && this.#socket?.writableLength === 0;
    if (isReusable) this.#owner.onIdle(this);
    else this.close();
    exchange?.onEnd();
  }
}
