import { connect, type Socket } from 'node:net';

const CHUNK_BYTES = 256 * 1024;
const RESPONSE_BYTES_MAX = 1024 * 1024;
const HEADERS_END = Buffer.from('\r\n\r\n');
const STATUS_OFFSET = 'HTTP/1.1 '.length;

/** A response, in place: valid until the callback returns. */
export interface Response {
  readonly status: number;
  readonly body: Buffer;
}

export type OnResponse = (response: Response) => void;

/**
 * One keep-alive connection of HTTP/1.1 with one request at a time, as cheap as Node lets it be: no parser, no stream, one
 * copy into a buffer that stays. Understands responses with a Content-Length only, which is what the servers here send.
 */
export class LoadConnection {
  readonly #socket: Socket;
  readonly #onResponse: OnResponse;
  readonly #fail: (error: Error) => void;
  readonly #response: Buffer;
  #received = 0;
  #bodyStart = 0;
  /** Length of the response that is arriving; 0 until its headers are complete. */
  #totalBytes = 0;

  constructor(
    port: number,
    onResponse: OnResponse,
    fail: (error: Error) => void,
    responseBytesMax = RESPONSE_BYTES_MAX,
  ) {
    this.#response = Buffer.allocUnsafe(responseBytesMax);
    this.#onResponse = onResponse;
    this.#fail = fail;
    const onread = {
      buffer: Buffer.allocUnsafe(CHUNK_BYTES),
      callback: (bytes: number, chunk: Uint8Array) => {
        this.#take(chunk, bytes);
        return true;
      },
    };
    this.#socket = connect({ host: '127.0.0.1', port, noDelay: true, onread });
    this.#socket.on('error', fail);
    this.#socket.on('end', () => fail(new Error('the server closed the connection')));
  }

  send(request: Buffer): void {
    this.#socket.write(request);
  }

  close(): void {
    this.#socket.removeAllListeners('end');
    this.#socket.destroy();
  }

  #take(chunk: Uint8Array, bytes: number): void {
    if (this.#received + bytes > this.#response.length) {
      this.#fail(new Error(`a response is over ${this.#response.length} bytes`));
      return;
    }
    this.#response.set(bytes === chunk.length ? chunk : chunk.subarray(0, bytes), this.#received);
    this.#received += bytes;
    if (this.#totalBytes === 0 && !this.#readHeaders()) return;
    if (this.#received < this.#totalBytes) return;
    if (this.#received > this.#totalBytes) {
      this.#fail(new Error(`a response of ${this.#totalBytes} bytes has ${this.#received}`));
      return;
    }
    const status = Number(this.#response.toString('latin1', STATUS_OFFSET, STATUS_OFFSET + 3));
    const body = this.#response.subarray(this.#bodyStart, this.#totalBytes);
    this.#received = this.#totalBytes = 0;
    this.#onResponse({ status, body });
  }

  /** Have the headers come? */
  #readHeaders(): boolean {
    const received = this.#response.subarray(0, this.#received);
    const end = received.indexOf(HEADERS_END);
    if (end < 0) return false;
    const headers = received.toString('latin1', 0, end);
    const length = /\r\ncontent-length: *(\d+)/i.exec(headers)?.[1];
    if (length === undefined) this.#fail(new Error(`a response has no Content-Length: ${headers}`));
    this.#bodyStart = end + HEADERS_END.length;
    this.#totalBytes = this.#bodyStart + Number(length ?? 0);
    return true;
  }
}
