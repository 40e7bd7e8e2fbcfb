import { connect, type Socket } from 'node:net';
import type { OnResponse } from './wire-load-connection.ts';

const CHUNK_BYTES = 256 * 1024;
const BULK = 36;
const CR = 13;
const LF = 10;
/** Around the bytes of a bulk string of 10 to 99 bytes: `$12`, CR LF; CR LF. The ids that XADD returns have 15 bytes and more. */
const HEAD_BYTES = 5;
const END_BYTES = 2;

export interface RedisLoad {
  readonly port: number;
  /** Commands that a request pipelines. */
  readonly repliesPerRequest: number;
}

/**
 * One connection to Redis with one request at a time, as cheap as that to the others. A request is complete when every one of its
 * commands has a reply. The response has status 200 if each reply is a bulk string, and 500 otherwise, with what was received.
 */
export class RedisLoadConnection {
  readonly #socket: Socket;
  readonly #repliesPerRequest: number;
  readonly #onResponse: OnResponse;
  readonly #received: Buffer;
  #bytes = 0;
  #readBytes = 0;
  #replies = 0;

  constructor({ port, repliesPerRequest }: RedisLoad, onResponse: OnResponse, fail: (error: Error) => void) {
    this.#repliesPerRequest = repliesPerRequest;
    this.#onResponse = onResponse;
    this.#received = Buffer.allocUnsafe(CHUNK_BYTES + repliesPerRequest * 100);
    const onread = {
      buffer: Buffer.allocUnsafe(CHUNK_BYTES),
      callback: (bytes: number, chunk: Uint8Array) => {
        this.#received.set(chunk.subarray(0, bytes), this.#bytes);
        this.#bytes += bytes;
        this.#read();
        return true;
      },
    };
    this.#socket = connect({ host: '127.0.0.1', port, noDelay: true, onread });
    this.#socket.on('error', fail);
    this.#socket.on('end', () => fail(new Error('the server closed the connection')));
  }

  send(request: Buffer): void {
    this.#bytes = this.#readBytes = this.#replies = 0;
    this.#socket.write(request);
  }

  close(): void {
    this.#socket.removeAllListeners('end');
    this.#socket.destroy();
  }

  #read(): void {
    const received = this.#received;
    while (this.#bytes - this.#readBytes >= HEAD_BYTES) {
      const at = this.#readBytes;
      const isBulk = received[at] === BULK && received[at + 3] === CR && received[at + 4] === LF;
      if (!isBulk) {
        this.#end(500);
        return;
      }
      const length = (received[at + 1]! - 48) * 10 + received[at + 2]! - 48;
      const next = at + HEAD_BYTES + length + END_BYTES;
      if (next > this.#bytes) return;
      this.#readBytes = next;
      this.#replies += 1;
    }
    if (this.#replies === this.#repliesPerRequest) this.#end(200);
  }

  #end(status: number): void {
    this.#onResponse({ status, body: this.#received.subarray(0, this.#bytes) });
  }
}
